"""What an execution's distributed Map did: its runs, and the executions of the shards."""

from collections.abc import Iterator
from typing import Any


def map_runs(steps: Any, execution: str) -> list[dict[str, Any]]:
    """The map runs of an execution, with their counts."""
    listed = steps.list_map_runs(executionArn=execution)["mapRuns"]
    return [dict(steps.describe_map_run(mapRunArn=each["mapRunArn"])) for each in listed]


def children(steps: Any, execution: str) -> list[dict[str, Any]]:
    """The executions of the shards."""
    pages = steps.get_paginator("list_executions")
    return [
        dict(child)
        for run in map_runs(steps, execution)
        for page in pages.paginate(mapRunArn=run["mapRunArn"])
        for child in page["executions"]
    ]


def events(steps: Any, execution: str) -> Iterator[dict[str, Any]]:
    """The events of an execution, and then those of its shards."""
    for arn in [execution, *(child["executionArn"] for child in children(steps, execution))]:
        for page in steps.get_paginator("get_execution_history").paginate(executionArn=arn):
            yield from page["events"]
