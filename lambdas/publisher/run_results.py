"""Reads the answers of a run's steps for its shards."""

from collections.abc import Mapping, Sequence
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
    """The input does not hold the answers of all shards."""


@dataclass(frozen=True)
class RunResults:
    """The answers of a run's shards, in the order of the shards."""

    date: date
    run: str
    shards: Sequence[Mapping[str, Any]]

    def etags(self, step: str) -> dict[str, str]:
        """Returns the ETag of each part that a step wrote, by the part's key."""
        return {part_key(self.date, number): shard[step]["etag"] for number, shard in enumerate(self.shards)}

    def sums(self) -> dict[str, dict[str, int]]:
        """Returns `{"exported": {"rows", "metering_points"}, "enriched": {"rows", "rows_without_customer"}}`."""
        return {
            step: {name: sum(shard[step][name] for shard in self.shards) for name in names}
            for step, names in _SUMMED.items()
        }


def run_results(event: object, zone: ZoneInfo, now: datetime) -> RunResults:
    """Reads `{"date", "run", "shards": [{"exported": {...}, "enriched": {...}}, ...]}`.

    Raises `InvalidDate`, `InvalidRunError` and `InvalidResultsError`.
    """
    day = required_date(event, zone, now)
    shards = event.get("shards") if isinstance(event, Mapping) else None
    if not isinstance(shards, list) or not shards:
        raise InvalidResultsError('the input has no "shards"')
    results = RunResults(day, required_run(event), shards)
    try:
        results.sums(), results.etags(EXPORTED), results.etags(ENRICHED)
    except (KeyError, TypeError) as error:
        raise InvalidResultsError(f"the answers of the shards lack {error}") from error
    return results
