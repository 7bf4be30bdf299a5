"""Says which `make` commands the service `deploy` of `docker-compose.yml` runs, and why it refuses the other ones."""

from collections.abc import Mapping

from local.front.values import SettingsError

MODE = "compose"

ON_THE_HOST = {
    "start": "`docker compose start` on the host starts the containers again",
    "stop": "`docker compose stop` on the host stops the containers and keeps what they hold",
    "clean": "`docker compose down --volumes` on the host removes all that the stack has made",
    "down": "`docker compose down --volumes` on the host ends the stack and drops its data",
    "push": "the image is built and sent with Docker, which this container does not see: run it on the host",
    "doctor": "it checks a host that runs the stack itself, and this container has everything that it needs",
}
"""These commands belong to another program on the host. Each value is the reason, which the message shows."""

_OF_A_DEVELOPER = "it starts further stacks or reads the git repository: run it on a host with Python 3.13"
REFUSED = ON_THE_HOST | dict.fromkeys(("test", "test-faults", "check", "bench"), _OF_A_DEVELOPER)


def is_here(values: Mapping[str, str]) -> bool:
    """Returns whether the command runs in the service `deploy`."""
    return values.get("MODE") == MODE


def refuse(command: str) -> None:
    """Raises `SettingsError` for a command that cannot run here. The message says what to do."""
    if reason := REFUSED.get(command):
        raise SettingsError(f"this command does not run in this container: {reason}")


def environments(needed: tuple[str, ...]) -> tuple[str, ...]:
    """Returns the environments that this container needs. The images of the other containers hold the stack's own."""
    return tuple(name for name in needed if name not in ("localstack", "lambda", "service"))
