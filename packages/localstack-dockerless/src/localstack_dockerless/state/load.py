"""Loads the current state when LocalStack starts, before it answers its first request."""

import logging
import time
from collections.abc import Callable
from typing import Any

from localstack.services.plugins import SERVICE_PLUGINS

from localstack_dockerless.state import addresses, fingerprint, registries, relocation, unpickling
from localstack_dockerless.state.generations import Generation, Generations, StateRefusedError
from localstack_dockerless.state.save import FILE

LOG = logging.getLogger(__name__)

_FIRST = ("s3", "kms", "iam", "sts", "logs", "sqs", "sns")
_LAST = ("lambda",)
_BEFORE = ("", "s3")
"""Services that are loaded before Lambda, which prepares functions with S3's objects and IAM's roles."""

_when_ready: list[Callable[[], None]] = []


def when_ready(action: Callable[[], None]) -> None:
    """Queues an action of a registry until LocalStack answers requests."""
    _when_ready.append(action)


def run_when_ready() -> None:
    """Runs the queued actions once LocalStack answers requests."""
    while _when_ready:
        try:
            _when_ready.pop(0)()
        except Exception:
            LOG.exception("the loaded state was not restored completely")


def load(generations: Generations) -> dict[str, Any] | None:
    """Returns {"generation", "seconds", "bytes", "services"} of the state. None: there is no state.

    Raises `StateRefusedError` if the state must not be loaded.
    """
    generation = generations.read()
    if generation is None:
        return None
    started = time.monotonic()
    _check_code(generation)
    names = _in_order(generation.facts["services"])
    services = [_running(name) for name in names]
    declared = registries.of(names)
    moved = relocation.between(generation.facts["ports"], addresses.ports())
    for service in services:
        service.lifecycle_hook.on_before_state_load()
    _, values = unpickling.loads(generation.files[FILE], moved)
    before = [each for each in declared if each.service in _BEFORE]
    _load_registries(before, values)
    for service in services:
        service.lifecycle_hook.on_after_state_load()
    _load_registries([each for each in declared if each not in before], values)
    seconds = round(time.monotonic() - started, 3)
    LOG.info("loaded %s: %d services, %s s%s", generation.name, len(names), seconds, f", {moved}" if moved else "")
    return {"generation": generation.name, "seconds": seconds, "bytes": generation.size, "services": names}


def _load_registries(declared: list[registries.Registry], values: dict[tuple[str, str], Any]) -> None:
    for registry in declared:
        if (registry.service, registry.name) in values:  # else it is newer than the state
            registry.load(values[registry.service, registry.name])


def _running(name: str) -> Any:
    """Returns the started service, with the patches that its first request would have applied.

    They come before the service, which remembers its operations when it starts.
    """
    registries.prepare(name)
    return SERVICE_PLUGINS.require(name)


def _in_order(names: list[str]) -> list[str]:
    middle = [name for name in names if name not in _FIRST + _LAST]
    return [name for name in (*_FIRST, *middle, *_LAST) if name in names]


def _check_code(generation: Generation) -> None:
    was = generation.facts["code"]
    now = fingerprint.of_code(was)
    changed = [name for name in was if was[name] != now[name]]
    if changed:
        raise StateRefusedError(f"{generation.name} holds objects of code that has changed since: {', '.join(changed)}")
