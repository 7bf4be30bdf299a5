"""Reads the answers of a run's steps for its shards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from domain.object_keys import part_key
from domain.pipeline_dates import required_date
from domain.shard_tasks import required_run

EXPORTED, ENRICHED = "exported", "enriched"
_SUMMED = {EXPORTED: ("rows", "metering_points"), ENRICHED: ("rows", "rows_without_customer")}


class InvalidResultsError(ValueError):
    """The answers of the shards are incomplete."""


@dataclass(frozen=True)
class RunResults:
    """The answers of a run's shards, in the order of the shards."""

    date: date
    run: str
    shards: Sequence[Mapping[str, Any]]

    def etags(self, step: str) -> dict[str, str]:
        """Returns the ETag of each part that a step wrote, by the part's key."""
        return {part_key(self.date, shard["shard"]): shard[step]["etag"] for shard in self.shards}

    @property
    def numbers(self) -> list[int]:
        """The numbers of the shards, in order."""
        return [shard["shard"] for shard in self.shards]

    def sums(self) -> dict[str, dict[str, int]]:
        """Returns `{"exported": {"rows", "metering_points"}, "enriched": {"rows", "rows_without_customer"}}`."""
        return {
            step: {name: sum(shard[step][name] for shard in self.shards) for name in names}
            for step, names in _SUMMED.items()
        }


def run_results(
    event: object, zone: ZoneInfo, now: datetime, answers: Callable[[date, str], Sequence[Mapping[str, Any]]]
) -> RunResults:
    """Reads `{"date", "run"}`, and gets the answers of the run's shards from `answers`.

    Each is `{"shard", "exported": {...}, "enriched": {...}}`. Raises `InvalidDate`, `InvalidRunError`,
    `InvalidResultsError`, and the errors of `answers`.
    """
    day, run = required_date(event, zone, now), required_run(event)
    results = RunResults(day, run, answers(day, run))
    if not results.shards:
        raise InvalidResultsError("the run has no shards")
    try:
        results.sums(), results.etags(EXPORTED), results.etags(ENRICHED)
    except (KeyError, TypeError) as error:
        raise InvalidResultsError(f"the answers of the shards lack {error}") from error
    return results
