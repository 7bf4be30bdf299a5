"""Has one file for each step of the gateway, with the step's name. The gateway lists the steps in their order."""
