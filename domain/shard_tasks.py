"""A step of the pipeline gets one task for each shard of a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.days import LocalDay
from domain.pipeline_dates import required_date
from domain.shards import InvalidShardError, Shard


class InvalidRunError(ValueError):
    """The input does not name the run. The run is the execution that the step belongs to."""


@dataclass(frozen=True)
class ShardTask:
    """A task is a shard of a day, and the run (the execution's ARN) that processes it."""

    day: LocalDay
    run: str
    shard: Shard

    @property
    def date(self) -> date:
        """The date of the day."""
        return self.day.date

    def about(self) -> dict[str, object]:
        """Returns the first fields of a step's answer: `{"date", "shard"}`. `shard` is the shard's number."""
        return {"date": self.date.isoformat(), "shard": self.shard.number}


def shard_task(event: object, zone: ZoneInfo, now: datetime) -> ShardTask:
    """Reads the task from `{"date", "run", "shard": {"number", "first", "end"}}`.

    Raises `InvalidDate`, `InvalidRunError` and `InvalidShardError`.
    """
    day = LocalDay(required_date(event, zone, now), zone)
    if not isinstance(event, Mapping) or "shard" not in event:
        raise InvalidShardError('the input has no "shard"')
    return ShardTask(day, required_run(event), Shard.from_json(event["shard"]))


def required_run(event: object) -> str:
    """Returns the `run` of a step's input. Raises `InvalidRunError`."""
    run = event.get("run") if isinstance(event, Mapping) else None
    if not isinstance(run, str) or not run:
        raise InvalidRunError('the input has no "run"')
    return run
