"""A step of the pipeline gets one task for each shard of a day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from domain.days import LocalDay, parse_instant
from domain.pipeline_dates import required_date
from domain.shards import InvalidShardError, Shard


class InvalidRunError(ValueError):
    """The input does not say the run (the execution that the step belongs to) or its snapshot."""


@dataclass(frozen=True)
class ShardTask:
    """A task is a shard of a day, and the run (the execution's ARN) that processes it."""

    day: LocalDay
    run: str
    shard: Shard
    as_known_at: datetime
    """The instant whose knowledge the run publishes, by the database's clock. All shards of a run have the same."""
    catch_up: bool = False
    """Whether the run takes the customers of the day's newest publication."""

    @property
    def date(self) -> date:
        """The date of the day."""
        return self.day.date

    def about(self) -> dict[str, object]:
        """Returns the first fields of a step's answer: `{"date", "shard"}`. `shard` is the shard's number."""
        return {"date": self.date.isoformat(), "shard": self.shard.number}


def shard_task(event: object, zone: ZoneInfo, now: datetime) -> ShardTask:
    """Reads the task from `{"date", "run", "shard": {"number", "first", "end"}, "as_known_at", "catch_up"}`.

    Raises `InvalidDate`, `InvalidRunError` and `InvalidShardError`.
    """
    day = LocalDay(required_date(event, zone, now), zone)
    if not isinstance(event, Mapping) or "shard" not in event:
        raise InvalidShardError('the input has no "shard"')
    shard = Shard.from_json(event["shard"])
    return ShardTask(day, required_run(event), shard, required_snapshot(event), is_catch_up(event))


def required_snapshot(event: object) -> datetime:
    """Returns the `as_known_at` of a step's input. Raises `InvalidRunError`."""
    try:
        return parse_instant(event.get("as_known_at") if isinstance(event, Mapping) else None)
    except ValueError as error:
        raise InvalidRunError(f'the input\'s "as_known_at" {error}') from error


def is_catch_up(event: object) -> bool:
    """Returns whether a step belongs to a catch-up of a day that has a publication."""
    return isinstance(event, Mapping) and event.get("catch_up") is True


def required_run(event: object) -> str:
    """Returns the `run` of a step's input. Raises `InvalidRunError`."""
    run = event.get("run") if isinstance(event, Mapping) else None
    if not isinstance(run, str) or not run:
        raise InvalidRunError('the input has no "run"')
    return run
