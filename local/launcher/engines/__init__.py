"""The two ways to run a stack's processes, behind one interface: embedded, and in containers."""

import dataclasses

from local.launcher import record
from local.launcher.engines.docker import Docker
from local.launcher.engines.embedded import Embedded
from local.launcher.engines.interface import Engine, EngineError
from local.launcher.settings import Settings

__all__ = ["Engine", "EngineError", "all_engines", "engine_of", "resolve"]

_ENGINES: dict[str, type[Docker] | type[Embedded]] = {"docker": Docker, "embedded": Embedded}


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
    return dataclasses.replace(settings, mode=mode)


def engine_of(settings: Settings) -> Engine:
    """The engine of a stack that is up, or of one that is coming up under resolved settings."""
    recorded = _recorded_mode(settings) or settings.mode
    return _ENGINES.get(recorded, Embedded)(settings)


def all_engines(settings: Settings) -> list[Engine]:
    """For `make down`, which ends what is there however it was started."""
    return [engine(settings) for engine in _ENGINES.values()]


def _recorded_mode(settings: Settings) -> str | None:
    recorded = record.read(settings)
    return recorded.mode if recorded else None
