"""Lets a service declare what it holds beside LocalStack's stores and moto's backends.

A service that holds something has a module `saved.py` in its folder, which calls `keep` when it is imported. The module
is imported once the service has been loaded, because Step Functions alone takes three seconds to import.
"""

import importlib
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

VARIABLE = "DOCKERLESS_STATE"
"""The folder of the saved states; unset, nothing is saved."""

MODULES = (
    ("", "state.saved"),
    ("", "iam.saved"),
    ("s3", "services.s3.saved"),
    ("cloudwatch", "services.cloudwatch.saved"),
    ("ses", "services.ses.saved"),
    ("apigatewayv2", "services.apigatewayv2.saved"),
    ("application-autoscaling", "services.application_autoscaling.saved"),
    ("elbv2", "services.elbv2.saved"),
    ("rds", "services.rds.saved"),
    ("ecs", "services.ecs.saved"),
    ("lambda", "services.lambda_.saved"),
    ("events", "services.events.saved"),
    ("stepfunctions", "services.stepfunctions.saved"),
)
"""LocalStack's name of the service and the module, in the order in which they are loaded. No name: always there.

ECS comes after the load balancer, whose targets its tasks are. Step Functions comes after EventBridge, which reports
the executions that were cut off.
"""


@dataclass(frozen=True)
class Registry:
    """`save` returns the value to save, and `load` puts such a value back. `load` is called on each start with a state.

    The value must not change after `save` has returned it.
    """

    service: str
    name: str
    save: Callable[[], Any]
    load: Callable[[Any], None]


class Files(Protocol):
    """Files that registries refer to, beside a generation. They never change once they are written."""

    def sync(self) -> set[str]:
        """Put them on disk; returns the names of those that are in use."""

    def remove_unused(self, saved: set[str]) -> None:
        """Remove those that are neither in use nor among the names."""


_registries: dict[tuple[str, str], Registry] = {}
_files: list[Files] = []
_preparations: list[Callable[[str], None]] = []


def keep(service: str, name: str, save: Callable[[], Any], load: Callable[[Any], None]) -> None:
    """Declare that a service holds something under `name`."""
    _registries[service, name] = Registry(service, name, save, load)


def keep_files(files: Files) -> None:
    """Declare files that are synced before each save is written, and tidied after it."""
    if files not in _files:
        _files.append(files)


def files() -> list[Files]:
    return list(_files)


def before_load(prepare: Callable[[str], None]) -> None:
    """Declare what a service needs before its state is loaded, such as patches that its first request applies.

    `prepare` is called with the name of each service.
    """
    _preparations.append(prepare)


def prepare(service: str) -> None:
    for each in _preparations:
        each(service)


def of(services: Collection[str]) -> list[Registry]:
    """The registries of these services, in the order in which they are loaded."""
    found = []
    for service, module in MODULES:
        if not service or service in services:
            importlib.import_module(f"localstack_dockerless.{module}")
            found += [each for each in _registries.values() if each.service == service and each not in found]
    return found


def folder() -> Path | None:
    """Where the states are; None where nothing is saved or loaded."""
    named = os.environ.get(VARIABLE)
    return Path(named).absolute() if named else None
