"""A batch is what one request writes, and the counts are what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from domain.intervals import QUARTER_HOURS, IntervalLengths
from service.readings.fields import ALL_GIVEN
from service.readings.parser import Reading


@dataclass(frozen=True)
class StoredCounts:
    """The counts of a batch's readings. Together they are all readings that were accepted.

    `stored` are new. `revised` replaced other values. `superseded` are older than what is stored, and changed nothing
    but the history. `duplicates` have the values that were there already, or are repeats within the batch.
    """

    stored: int
    duplicates: int
    revised: int
    superseded: int = 0


@dataclass(frozen=True)
class Batch:
    """The readings of a metering point in one request. Their interval starts differ.

    `repeats` counts the identical readings that were left out. `reported_at` is None where the arrival decides.
    """

    metering_point: str
    readings: Sequence[Reading]
    lengths: IntervalLengths = QUARTER_HOURS
    reported_at: datetime | None = None
    repeats: int = 0
    is_withdrawal: bool = False

    @classmethod
    def withdrawal(
        cls, metering_point: str, starts: Sequence[datetime], lengths: IntervalLengths, reported_at: datetime | None
    ) -> "Batch":
        """Makes the batch that withdraws the readings of these interval starts: versions without values."""
        readings = [Reading(start, None, given=ALL_GIVEN) for start in starts]
        return cls(metering_point, readings, lengths, reported_at, is_withdrawal=True)
