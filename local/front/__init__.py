"""The front is the first step of every `make` command. It needs only the system's Python 3.13 without packages.

`commands.py` reads `.env` (`dotenv.py`) and checks every value (`values.py`). Then it makes the Python environments
that the command needs, and starts the command with the project's own Python. So a wrong value is refused before any
set-up. `compose.py` says which commands run in the service `deploy` of `docker-compose.yml`.
"""
