"""Versions are deleted only if no alias, no definition and no run needs them, and the newest stay in any case."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from operations.versions import System, remove, report, unneeded

NAME = "energy-exporter"
MACHINE = "arn:aws:states:eu-central-1:000000000000:stateMachine:energy-pipeline"


def arn(number: int) -> str:
    return f"arn:aws:lambda:eu-central-1:000000000000:function:{NAME}:{number}"


class Pages:
    """Answers a paginator with one page."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer

    def paginate(self, **named: Any) -> Iterator[Any]:
        yield self._answer(**named)


class World:
    """Is Lambda and Step Functions: a function with 9 versions, an alias, a definition and some executions."""

    def __init__(self) -> None:
        self.alias: dict[str, Any] = {"FunctionVersion": "9"}
        self.definition = f'{{"a": "{arn(9)}"}}'
        self.executions: dict[str, list[tuple[int, timedelta]]] = {}
        """By status, the version of each execution and how long ago it ended."""
        self.deleted: list[tuple[str, str]] = []

    def get_paginator(self, operation: str) -> Pages:
        return Pages({"list_versions_by_function": self._versions, "list_aliases": self._aliases,
                      "list_executions": self._listed}[operation])  # fmt: skip

    def delete_function(self, FunctionName: str, Qualifier: str) -> None:  # noqa: N803
        self.deleted.append((FunctionName, Qualifier))

    def describe_state_machine(self, stateMachineArn: str) -> dict[str, Any]:  # noqa: N803
        assert stateMachineArn == MACHINE
        return {"definition": self.definition}

    def describe_state_machine_for_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803
        return {"definition": f'{{"Parameters": {{"FunctionName": "{arn(int(executionArn))}"}}}}'}

    def _versions(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == NAME
        listed = [{"Version": str(each), "FunctionArn": arn(each), "CodeSize": 2**20} for each in range(1, 10)]
        return {"Versions": [{"Version": "$LATEST"}, *sorted(listed, key=lambda each: str(each["Version"]))]}

    def _aliases(self, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        assert FunctionName == NAME
        return {"Aliases": [{"AliasArn": f"{arn(0).rpartition(':')[0]}:live", **self.alias}]}

    def _listed(self, stateMachineArn: str, statusFilter: str) -> dict[str, Any]:  # noqa: N803
        assert stateMachineArn == MACHINE
        found = self.executions.get(statusFilter, [])
        return {"executions": [{"executionArn": str(each), "stopDate": datetime.now(UTC) - ago} for each, ago in found]}


@pytest.fixture
def world() -> World:
    return World()


def system(world: World) -> System:
    groups = {"exporter": f"/aws/lambda/{NAME}", "api": "/aws/vendedlogs/apis/energy"}
    return System(world, world, {"state_machine_arn": MACHINE, "log_groups": groups})


def numbers(world: World, keep: int = 2) -> list[int]:
    return [version.number for version in unneeded(system(world), keep)]


def test_the_newest_stay(world: World) -> None:
    assert numbers(world) == [1, 2, 3, 4, 5, 6, 7]
    assert numbers(world, keep=0) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert numbers(world, keep=20) == []


def test_the_versions_of_an_alias_stay(world: World) -> None:
    world.alias = {"FunctionVersion": "3", "RoutingConfig": {"AdditionalVersionWeights": {"5": 0.1}}}
    assert numbers(world) == [1, 2, 4, 6, 7]


def test_the_versions_of_the_present_definition_stay(world: World) -> None:
    world.definition = f'{{"a": "{arn(1)}", "b": "{arn(4)}"}}'
    assert numbers(world) == [2, 3, 5, 6, 7]


def test_the_versions_of_a_run_stay_while_it_runs_and_while_it_may_be_redriven(world: World) -> None:
    recent, long_ago = timedelta(days=13), timedelta(days=15)
    world.executions = {
        "RUNNING": [(1, timedelta())],
        "FAILED": [(2, recent), (3, long_ago)],
        "TIMED_OUT": [(4, recent)],
        "ABORTED": [(5, recent), (6, long_ago)],
        "SUCCEEDED": [(7, recent)],
    }
    assert numbers(world) == [3, 6, 7]


def test_a_list_deletes_nothing_and_a_deletion_says_what_it_deleted(world: World) -> None:
    said: list[str] = []
    report(system(world), said.append, keep=7, delete=False)
    assert world.deleted == []
    assert said == [f"{NAME}:1  1.0 MiB", f"{NAME}:2  1.0 MiB", "2 versions that nothing needs, 2.0 MiB"]
    report(system(world), said.append, keep=7, delete=True)
    assert world.deleted == [(NAME, "1"), (NAME, "2")]
    assert said[-1] == "2 versions deleted, 2.0 MiB"


def test_one_version_is_deleted_and_never_the_function(world: World) -> None:
    (first, *_) = unneeded(system(world), 2)
    remove(system(world), first)
    assert world.deleted == [(NAME, "1")]
