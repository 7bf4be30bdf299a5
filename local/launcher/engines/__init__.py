"""The ways to run a stack's processes, behind one interface: embedded, in containers, and inside `docker compose up`.

The launcher starts the containers of the docker mode. It finds those of the compose mode running.
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
    """With the mode that the stack is up in; else the one asked for; else docker where it can be had.

    Raises `EngineError` where the mode asked for cannot be had; `record.settle` refuses one that is not the stack's.
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
    """The engine of a stack that is up, or of one that is coming up under resolved settings."""
    recorded = _recorded_mode(settings) or settings.mode
    return _ENGINES.get(recorded, Embedded)(settings)


def all_engines(settings: Settings) -> list[Engine]:
    """For `make down`, which ends what the launcher started, in either mode."""
    return [Docker(settings), Embedded(settings)]


def _recorded_mode(settings: Settings) -> str | None:
    recorded = record.read(settings)
    return recorded.mode if recorded else None
