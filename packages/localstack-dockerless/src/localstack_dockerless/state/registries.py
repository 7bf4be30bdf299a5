"""Lets a service declare what it holds beside LocalStack's stores and moto's backends.

A service that holds something has a module `saved.py` in its folder, which calls `keep` when it is imported. The module
is imported once the service has been loaded, because Step Functions alone takes three seconds to import.
"""

import importlib
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


_registries: dict[tuple[str, str], Registry] = {}


def keep(service: str, name: str, save: Callable[[], Any], load: Callable[[Any], None]) -> None:
    """Declare that a service holds something under `name`."""
    _registries[service, name] = Registry(service, name, save, load)


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
