"""The service `deploy` of `docker-compose.yml` runs the launcher in a container, for hosts that have only Docker.

entrypoint    gives a command its user and the stack's addresses; the image's own copy runs as root
relay         forwards the stack's loopback ports to the other containers
keeper        sets the stack of `docker compose up` up, and again after LocalStack lost its state
console       runs the console, whose port Docker publishes on the host's loopback

All but `console` need only the standard library. `local/launcher/engines/compose.py` is the engine of this mode.
"""
