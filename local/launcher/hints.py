"""Commands that a message tells the user to run. They name the stack wherever it is not the default one.

Standard library only. `tests/unit/stack/test_hints.py` refuses a message that names a `make` command itself.
"""

import os

DEFAULT_STACK = "dev"
COMPOSE = "docker compose run --rm deploy"
"""What stands before a command on the host where the stack is one of `docker compose up`."""

WITH_DOCKER_ALONE = "With Docker alone, `docker compose up` starts the whole system (docs/docker.md)."
_OF_COMPOSE = {
    "up": "docker compose up",
    "start": "docker compose start",
    "stop": "docker compose stop",
    "down": "docker compose down --volumes",
    "clean": "docker compose down --volumes",
}


def make(command: str, stack: str, **values: object) -> str:
    """The command as the user types it: `make("up", "two", PORT=4666)` is `make up STACK=two PORT=4666`.

    Inside the service `deploy` it is a command of Docker Compose: there the user is on the host.
    """
    if os.environ.get("MODE") == "compose":
        typed = " ".join(["make", command, *(f"{name}={value}" for name, value in values.items())])
        return _OF_COMPOSE.get(command) or f"{COMPOSE} {typed}"
    named = {} if stack == DEFAULT_STACK else {"STACK": stack}
    return " ".join(["make", command, *(f"{name}={value}" for name, value in (named | values).items())])
