"""Words the commands that a message tells the user to run. They name the stack if it is not the default stack.

It needs only the standard library. `tests/unit/stack/test_hints.py` refuses a message that names a `make` command
itself.
"""

import os

DEFAULT_STACK = "dev"
COMPOSE = "docker compose run --rm deploy"
"""On the host, the user writes this before a command for the stack of `docker compose up`."""

WITH_DOCKER_ALONE = "With Docker alone, `docker compose up` starts the whole system (docs/docker.md)."
_OF_COMPOSE = {
    "up": "docker compose up",
    "start": "docker compose start",
    "stop": "docker compose stop",
    "down": "docker compose down --volumes",
    "clean": "docker compose down --volumes",
}


def make(command: str, stack: str, **values: object) -> str:
    """Returns the command as the user types it: `make("up", "two", PORT=4666)` is `make up STACK=two PORT=4666`.

    Inside the service `deploy` it returns a command of Docker Compose, because the user types on the host.
    """
    if os.environ.get("MODE") == "compose":
        typed = " ".join(["make", command, *(f"{name}={value}" for name, value in values.items())])
        return _OF_COMPOSE.get(command) or f"{COMPOSE} {typed}"
    named = {} if stack == DEFAULT_STACK else {"STACK": stack}
    return " ".join(["make", command, *(f"{name}={value}" for name, value in (named | values).items())])
