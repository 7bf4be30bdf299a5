"""The front is the first step of every `make` command. It needs only the system's Python 3.13 without packages.

`commands.py` reads `.env` (`dotenv.py`) and checks every value (`values.py`). `arguments.py` makes the command's
arguments of the values. Then the Python environments that the command needs are made, and the project's own Python
starts the command. So a wrong value is refused before any set-up. `compose.py` says which commands run in the service
`deploy` of `docker-compose.yml`.
"""
