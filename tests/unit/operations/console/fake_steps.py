"""Stands in for Step Functions: executions with their input, and histories of two steps."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from tests.unit.lambdas.fakes import client_error

START = datetime(2026, 3, 24, 1, 0, tzinfo=UTC)
MACHINE = "arn:aws:states:eu-central-1:1:stateMachine:pipeline"


class FakeSteps:
    """The executions by ARN, the newest last."""

    class exceptions:  # noqa: N801  boto3's own name
        class ExecutionDoesNotExist(ClientError):  # noqa: N818
            pass

    def __init__(self) -> None:
        self.executions: dict[str, dict[str, Any]] = {}
        self.shards: dict[str, int] = {}

    def add(self, arn: str, status: str, given: dict[str, Any], **more: Any) -> None:
        """Adds an execution. `shards` is the number of executions of its Map."""
        self.shards[arn] = more.pop("shards", 0)
        began = START + timedelta(hours=len(self.executions))
        ended = {} if status == "RUNNING" else {"stopDate": began + timedelta(seconds=9)}
        self.executions[arn] = {
            "executionArn": arn,
            "name": arn.rpartition(":")[2],
            "status": status,
            "startDate": began,
            "input": json.dumps(given),
            **ended,
            **more,
        }

    def list_executions(self, **request: Any) -> dict[str, Any]:
        found = [each for each in reversed(self.executions.values()) if each["status"] == request["statusFilter"]]
        return {"executions": found[: request["maxResults"]]}

    def describe_execution(self, **request: Any) -> dict[str, Any]:
        try:
            return self.executions[request["executionArn"]]
        except KeyError:
            error = client_error("ExecutionDoesNotExist", "DescribeExecution").response
            raise self.exceptions.ExecutionDoesNotExist(error, "DescribeExecution") from None

    def get_paginator(self, operation: str) -> SimpleNamespace:
        pages = {"get_execution_history": self._history, "list_executions": self._inside}
        return SimpleNamespace(paginate=pages[operation])

    def _history(self, **request: Any) -> list[dict[str, Any]]:
        arn = request["executionArn"]
        if arn.startswith("inside"):
            return [{"events": [*_entered(1, "ExportShard", "Task"), *_exited(2, "ExportShard", 2.0)]}]
        events = [*_entered(1, "BeginRun", "Task"), *_exited(2, "BeginRun", 1.5), *_entered(3, "ProcessShards", "Map")]
        started = {"mapRunStartedEventDetails": {"mapRunArn": f"map-of-{arn}"}}
        return [{"events": [*events, _event(4, "MapRunStarted", 2.0) | started, *_exited(5, "ProcessShards", 5.0)]}]

    def _inside(self, **request: Any) -> list[dict[str, Any]]:
        number = self.shards[request["mapRunArn"].removeprefix("map-of-")]
        return [{"executions": [{"executionArn": f"inside:{index}"} for index in range(number)]}]


def _event(number: int, kind: str, seconds: float) -> dict[str, Any]:
    return {
        "id": number,
        "previousEventId": number - 1,
        "type": kind,
        "timestamp": START + timedelta(seconds=seconds),
    }


def _entered(number: int, name: str, kind: str) -> list[dict[str, Any]]:
    return [_event(number, f"{kind}StateEntered", 0.0) | {"stateEnteredEventDetails": {"name": name}}]


def _exited(number: int, name: str, seconds: float) -> list[dict[str, Any]]:
    return [_event(number, "StateExited", seconds) | {"stateExitedEventDetails": {"name": name}}]
