"""An engine runs a stack's processes: embedded, in containers, or inside `docker compose up`. All have one interface.

The launcher starts the containers of the docker mode. Docker Compose starts the containers of the compose mode.
"""

import dataclasses
import platform

from local.launcher import record
from local.launcher.engines.compose import Compose
from local.launcher.engines.docker import Docker
from local.launcher.engines.embedded import Embedded
from local.launcher.engines.interface import Engine, EngineError
from local.launcher.hints import WITH_DOCKER_ALONE
from local.launcher.settings import Settings

__all__ = ["Engine", "EngineError", "all_engines", "engine_of", "resolve"]

_ENGINES: dict[str, type[Docker] | type[Embedded] | type[Compose]] = {
    "docker": Docker,
    "embedded": Embedded,
    "compose": Compose,
}


def resolve(settings: Settings) -> Settings:
    """Returns the settings with a definite mode: the recorded mode of the stack, else the given mode.

    The mode `auto` means docker if this machine can run it, else embedded. Raises `EngineError` if this machine cannot
    run the given mode. `record.settle` has refused a mode that differs from the recorded one.
    """
    recorded = _recorded_mode(settings)
    mode = recorded or settings.mode
    if mode == "auto":
        missing = Docker.missing()
        if missing and Docker.answers():
            print(f"The stack runs embedded: {missing}")
        mode = "embedded" if missing else "docker"
    elif mode == "docker" and not recorded and (missing := Docker.missing()):
        raise EngineError(f"MODE=docker: {missing}")
    elif mode == "compose" and (missing := Compose.missing()):
        raise EngineError(f"MODE=compose: {missing}")
    if mode == "embedded" and platform.system() != "Linux":
        raise EngineError(f"The embedded mode needs Linux, and this is {platform.system()}. {WITH_DOCKER_ALONE}")
    return dataclasses.replace(settings, mode=mode)


def engine_of(settings: Settings) -> Engine:
    """Returns the engine of a stack that is up, or that starts with resolved settings."""
    recorded = _recorded_mode(settings) or settings.mode
    return _ENGINES.get(recorded, Embedded)(settings)


def all_engines(settings: Settings) -> list[Engine]:
    """Returns the engines whose processes the launcher starts. `make down` ends the processes of both."""
    return [Docker(settings), Embedded(settings)]


def _recorded_mode(settings: Settings) -> str | None:
    recorded = record.read(settings)
    return recorded.mode if recorded else None
