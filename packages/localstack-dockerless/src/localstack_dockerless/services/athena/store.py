"""Holds the state of Athena: workgroups, saved queries and executions, for each account and region."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

QUEUED, RUNNING, SUCCEEDED, FAILED, CANCELLED = "QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"
PRIMARY = "primary"


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class WorkGroup:
    """Holds a workgroup. `configuration` is the API's `WorkGroupConfiguration` with every default."""

    name: str
    configuration: dict[str, Any]
    description: str = ""
    state: str = "ENABLED"
    tags: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=now)


@dataclass
class NamedQuery:
    id: str
    name: str
    database: str
    query: str
    work_group: str
    description: str | None = None


@dataclass
class Execution:
    """Holds a query execution. `columns` are the API's `ColumnInfo` of a result that was written.

    `scanned` and the times are in bytes and milliseconds.
    """

    id: str
    query: str
    work_group: str
    context: dict[str, str]
    result: dict[str, Any]
    parameters: list[str] | None
    kind: str
    substatement: str
    limit: int | None
    token: str | None = None
    state: str = QUEUED
    reason: str | None = None
    error: dict[str, Any] | None = None
    submitted: datetime = field(default_factory=now)
    completed: datetime | None = None
    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: int = 0
    input_rows: int = 0
    output_bytes: int = 0
    scanned: int = 0
    queue_time: int = 0
    planning_time: int = 0
    engine_time: int = 0
    service_time: int = 0

    @property
    def ended(self) -> bool:
        return self.state in (SUCCEEDED, FAILED, CANCELLED)

    @property
    def output(self) -> str:
        """Returns the location of the result, such as `s3://bucket/key.csv`."""
        return str(self.result["OutputLocation"])


class AthenaStore(BaseStore):  # type: ignore[misc]  # untyped here
    """Holds the resources of one account in one region."""

    work_groups: dict[str, WorkGroup] = LocalAttribute(default=dict)
    named_queries: dict[str, NamedQuery] = LocalAttribute(default=dict)
    executions: dict[str, Execution] = LocalAttribute(default=dict)


athena_stores = AccountRegionBundle("athena", AthenaStore)
