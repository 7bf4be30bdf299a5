"""The service `deploy` of `docker-compose.yml`: the launcher in a container, for hosts that have Docker alone.

entrypoint    gives the commands a user and the stack's addresses; the image's own copy runs, as root
relay         forwards the stack's loopback ports to the other containers
keeper        the command of `docker compose up`: sets the stack up, again after each new start of LocalStack

Standard library only. `local/launcher/engines/compose.py` is the engine of this mode.
"""
