"""Has one file for each step of the gateway, with the step's name. `gateway.py` lists them in their order."""
