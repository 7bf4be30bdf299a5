"""The numbers of a metering point's period."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain.estimation import Method
from domain.readings import PRODUCTION
from operations.console.data.metering_points import Interval

ESTIMATES = (Method.INTERPOLATION, Method.LIKE_DAYS)


@dataclass(frozen=True)
class Figures:
    """Energies are in kWh and exact. `peak_kw` is the highest mean power of an interval."""

    reported_kwh: Decimal
    validated_kwh: Decimal
    produced_kwh: Decimal | None
    received: int
    expected: int
    peak_kw: float | None
    peak_at: datetime | None
    qualities: tuple[tuple[int, int], ...]
    """ESPI's code of each quality with its number of intervals, the most frequent first."""
    estimated: int

    @classmethod
    def of(cls, intervals: Sequence[Interval], expected: int) -> "Figures":
        """Computes the figures. `expected` is the number of due intervals."""
        read = [each for each in intervals if each.kwh is not None]
        produced = [value for each in read if (value := each.values[PRODUCTION.column]) is not None]
        peak = max(read, key=lambda each: each.kw() or 0, default=None)
        return cls(
            reported_kwh=sum((each.kwh for each in read if each.kwh is not None), Decimal(0)),
            validated_kwh=sum((each.validated_kwh for each in intervals if each.validated_kwh is not None), Decimal(0)),
            produced_kwh=sum(produced, Decimal(0)) if produced else None,
            received=len(read),
            expected=expected,
            peak_kw=peak.kw() if peak else None,
            peak_at=peak.start if peak else None,
            qualities=tuple(Counter(each.quality_code for each in intervals).most_common()),
            estimated=sum(each.validated_by in ESTIMATES for each in intervals),
        )
