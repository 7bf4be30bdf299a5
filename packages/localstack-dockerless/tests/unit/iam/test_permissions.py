"""The registry of permissions finds the table of every service, and each table stays with its own service."""

from pathlib import Path

import pytest

from localstack_dockerless import permissions
from localstack_dockerless.iam.needs import Scope, UnknownActionError
from localstack_dockerless.iam.registry import Permissions, Registry
from localstack_dockerless.iam.rules import everything

SCOPE = Scope("123456789012", "eu-central-1")
FOLDERS = {"lambda_": "lambda"}
"""Maps a folder's name to botocore's name of the service, if they differ."""


def _services() -> set[str]:
    own = {path.parent.name for path in permissions.HERE.glob("services/*/permissions.py")}
    others = {path.stem for path in permissions.HERE.glob("iam/services/*.py")} - {"__init__"}
    return {FOLDERS.get(name, name) for name in own | others}


def test_the_registry_has_the_table_of_every_module():
    found = {service for service, _ in permissions.registry().operations()}
    assert found - {"sqs-query"} == _services() != set()


def test_a_service_with_a_folder_has_its_table_there():
    folders = {path.name for path in permissions.HERE.glob("services/*") if (path / "__init__.py").exists()}
    assert {path.stem for path in Path(permissions.HERE, "iam", "services").glob("*.py")} & folders == set()


def test_an_alias_has_the_same_operations():
    registry = Registry([Permissions("queues", {"Send": everything("queues")}, aliases=("queues-query",))])
    assert registry.operations() == [("queues", "Send"), ("queues-query", "Send")]


def test_a_call_of_an_unknown_service_or_operation_cannot_be_evaluated():
    registry = Registry([Permissions("queues", {"Send": everything("queues")})])
    for service, operation in (("queues", "Purge"), ("topics", "Send")):
        with pytest.raises(UnknownActionError, match=f"{service}:{operation}"):
            registry.needs(service, operation, {}, SCOPE)
        assert registry.key_actions(service, operation) == ()
