"""Lets a service declare its state outside of LocalStack's stores and moto's backends.

A service with such a state has a module `saved.py` in its folder, which calls `keep` at its import. The module is
imported after the service is loaded, because Step Functions alone takes 3 s to import.
"""

import importlib
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

VARIABLE = "DOCKERLESS_STATE"
"""Names the folder of the saved states. If it is unset, nothing is saved."""

MODULES = (
    ("", "state.saved"),
    ("", "iam.saved"),
    ("s3", "services.s3.saved"),
    ("cloudwatch", "services.cloudwatch.saved"),
    ("ses", "services.ses.saved"),
    ("acm", "services.acm.saved"),
    ("apigatewayv2", "services.apigatewayv2.saved"),
    ("application-autoscaling", "services.application_autoscaling.saved"),
    ("elbv2", "services.elbv2.saved"),
    ("rds", "services.rds.saved"),
    ("ecs", "services.ecs.saved"),
    ("lambda", "services.lambda_.saved"),
    ("events", "services.events.saved"),
    ("stepfunctions", "services.stepfunctions.saved"),
    ("athena", "services.athena.saved"),
)
"""LocalStack's name of the service and the module, in the order in which they are loaded. No name: always loaded.

ECS follows the load balancer, because its tasks are targets. Step Functions follows EventBridge, which reports
interrupted executions.
"""


@dataclass(frozen=True)
class Registry:
    """Holds a declaration. `save` returns the value to save. `load` restores it, at each start with a state.

    The value must not change after `save` has returned it.
    """

    service: str
    name: str
    save: Callable[[], Any]
    load: Callable[[Any], None]


class Files(Protocol):
    """Manages files that registries refer to, outside of a generation. They never change once they are written."""

    def sync(self) -> set[str]:
        """Puts the files on disk to which the values that were just saved refer. Returns their names."""

    def remove_unused(self, saved: set[str]) -> None:
        """Removes the files that are neither in use nor among the names."""


_registries: dict[tuple[str, str], Registry] = {}
_files: list[Files] = []
_preparations: list[Callable[[str], None]] = []


def keep(service: str, name: str, save: Callable[[], Any], load: Callable[[Any], None]) -> None:
    """Declares a state of a service under `name`."""
    _registries[service, name] = Registry(service, name, save, load)


def keep_files(files: Files) -> None:
    """Declares files that are synced before each save is written, and cleaned up after it."""
    if files not in _files:
        _files.append(files)


def files() -> list[Files]:
    return list(_files)


def before_load(prepare: Callable[[str], None]) -> None:
    """Declares the preparation of a service before its state is loaded, such as patches of its first request.

    `prepare` is called with the name of each service.
    """
    _preparations.append(prepare)


def prepare(service: str) -> None:
    for each in _preparations:
        each(service)


def of(services: Collection[str]) -> list[Registry]:
    """Returns the registries of these services, in the order in which they are loaded."""
    found = []
    for service, module in MODULES:
        if not service or service in services:
            importlib.import_module(f"localstack_dockerless.{module}")
            found += [each for each in _registries.values() if each.service == service and each not in found]
    return found


def folder() -> Path | None:
    """Returns the folder of the states. None: nothing is saved or loaded."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else None
