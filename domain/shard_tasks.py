"""What a step of the pipeline does for one shard of a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.days import LocalDay
from domain.pipeline_dates import required_date
from domain.shards import InvalidShardError, Shard


class InvalidRunError(ValueError):
    """The input names no run, the execution that the step belongs to."""


@dataclass(frozen=True)
class ShardTask:
    """A shard of a day, and the run (the execution's ARN) that it is processed for."""

    day: LocalDay
    run: str
    shard: Shard

    @property
    def date(self) -> date:
        """The day's date."""
        return self.day.date

    def about(self) -> dict[str, object]:
        """What a step's answer begins with: `{"date", "shard"}`, the shard's number."""
        return {"date": self.date.isoformat(), "shard": self.shard.number}


def shard_task(event: object, zone: ZoneInfo, now: datetime) -> ShardTask:
    """The task of `{"date", "run", "shard": {"number", "first", "end"}}`.

    Raises `InvalidDate`, `InvalidRunError` and `InvalidShardError`.
    """
    day = LocalDay(required_date(event, zone, now), zone)
    if not isinstance(event, Mapping) or "shard" not in event:
        raise InvalidShardError('the input has no "shard"')
    return ShardTask(day, required_run(event), Shard.from_json(event["shard"]))


def required_run(event: object) -> str:
    """The `run` of a step's input. Raises `InvalidRunError`."""
    run = event.get("run") if isinstance(event, Mapping) else None
    if not isinstance(run, str) or not run:
        raise InvalidRunError('the input has no "run"')
    return run
