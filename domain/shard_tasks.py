"""A step of the pipeline gets one task for each shard of a day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.days import LocalDay, parse_instant
from domain.pipeline_dates import required_date
from domain.publications import FormerParts, Publication, as_json, former_of
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
    former: FormerParts | None = None
    """The shard's parts in the day's newest publication, if that has the same boundaries."""

    @property
    def date(self) -> date:
        """The date of the day."""
        return self.day.date

    def about(self) -> dict[str, object]:
        """Returns the first fields of a step's answer: `{"date", "shard"}`. `shard` is the shard's number."""
        return {"date": self.date.isoformat(), "shard": self.shard.number}


def shard_task(event: object, zone: ZoneInfo, now: datetime) -> ShardTask:
    """Reads the task from `{"date", "run", "shard", "as_known_at", "catch_up"}`. `shard` is one of `shard_items`.

    Raises `InvalidDate`, `InvalidRunError` and `InvalidShardError`.
    """
    day = LocalDay(required_date(event, zone, now), zone)
    if not isinstance(event, Mapping) or "shard" not in event:
        raise InvalidShardError('the input has no "shard"')
    item = event["shard"]
    shard = Shard.from_json(item)
    try:
        former = former_of(item.get("former"))
    except (KeyError, TypeError) as error:
        raise InvalidShardError(f"no former parts of shard {shard.number}: {error!r}") from error
    return ShardTask(day, required_run(event), shard, required_snapshot(event), is_catch_up(event), former)


def shard_items(shards: Sequence[Shard], boundaries: Sequence[str], former: Publication | None) -> list[dict[str, Any]]:
    """Returns the shards for the state machine's Map, each with its parts in the publication before.

    With other boundaries than the day's, its parts are other shards. The publication is read once for a run, and not
    by each shard: a record has a line for each shard, so the reads would grow with the square of their number.
    """
    same = former if former and former.boundaries == tuple(boundaries) else None
    return [
        {**shard.as_json(), "former": as_json(same.shards[shard.number].former()) if same else None} for shard in shards
    ]


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
