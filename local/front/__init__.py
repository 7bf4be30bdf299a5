"""The first step of every `make` command, with the system's Python 3.13 and its standard library alone.

`commands.py` reads `.env` (`dotenv.py`), checks every value (`values.py`), makes the Python environments that the
command needs, and hands on to the project's own Python. `compose.py` says which commands run in the service `deploy` of
`docker-compose.yml`. So a wrong value costs no set-up and starts nothing.
"""
