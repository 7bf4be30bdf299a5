"""Gathers what the page of a metering point shows of a period, as it is known now or was known before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from zoneinfo import ZoneInfo

from domain.customers import Customer
from domain.publications import Publication
from operations.console.data.metering_points import Correction, Interval, MeteringPoints, PointDay, PointFinding
from operations.console.points.figures import Figures
from operations.console.points.periods import Period
from operations.console.points.series import Missing, Voltage, due_of, missing


@dataclass(frozen=True)
class States:
    """The instants of the period's publications, ascending. `chosen` is an index of them."""

    instants: tuple[datetime, ...]
    chosen: int

    @property
    def is_newest(self) -> bool:
        """Whether nothing later is known."""
        return self.chosen >= len(self.instants) - 1

    @property
    def at(self) -> datetime | None:
        """The chosen instant, or None for the newest."""
        return None if self.is_newest else self.instants[self.chosen]


@dataclass(frozen=True)
class Corrected:
    """The intervals that one publication changed, in order, with their sums in kWh before and after."""

    date: date
    number: int
    known_at: datetime
    rows: Sequence[Correction]

    @property
    def before(self) -> Decimal:
        """The energy of these intervals before."""
        return sum((each.before for each in self.rows if each.before is not None), Decimal(0))

    @property
    def after(self) -> Decimal:
        """The energy of these intervals after."""
        return sum((each.after for each in self.rows if each.after is not None), Decimal(0))


@dataclass(frozen=True)
class Report:
    """A metering point's period. A year has its days alone: `intervals`, `gaps` and `corrections` are empty."""

    number: str
    period: Period
    states: States
    publications: Sequence[Publication]
    customer: Customer | None
    intervals: Sequence[Interval]
    days: Sequence[PointDay]
    gaps: Sequence[Missing]
    findings: Sequence[PointFinding]
    corrections: Sequence[Correction]
    figures: Figures
    voltage: Voltage | None

    def corrected(self) -> list[Corrected]:
        """Returns the corrections by publication, the latest one first."""
        groups = groupby(self.corrections, key=lambda each: (each.date, each.publication, each.known_at))
        return [Corrected(*name, rows=list(rows)) for name, rows in groups]

    @property
    def is_known(self) -> bool:
        """Whether a publication of the period has the customer or a reading."""
        return self.customer is not None or bool(self.intervals or self.days)


def report_of(points: MeteringPoints, number: str, period: Period, chosen: int | None, zone: ZoneInfo) -> Report:
    """Reads the period. `chosen` is the index of a state, or None for the newest.

    Raises `ObjectMissingError`, `PartChangedError`, `InvalidPublicationError`, and S3's own errors.
    """
    days, whole = list(period.days()), period.view != "year"
    history = points.states(days) if whole else []
    instants = tuple(sorted({each.as_known_at for each in history}))
    last = max(len(instants) - 1, 0)
    states = States(instants, last if chosen is None else min(max(chosen, 0), last))
    known = points.as_known(days, states.at)
    customer = points.customer(number, known[-1]) if known else None
    intervals = points.readings(number, known) if whole else []
    lengths = customer.meter.lengths.at if customer else lambda _instant: 15
    due = [start for each in known for start in due_of(customer, each.date, zone)]
    return Report(
        number=number,
        period=period,
        states=states,
        publications=known,
        customer=customer,
        intervals=intervals,
        days=points.days(number, known),
        gaps=missing(due, intervals, lengths) if whole else [],
        findings=points.findings(number, known),
        corrections=points.corrections(number, history),
        figures=Figures.of(intervals, len(due)),
        voltage=Voltage.of(intervals),
    )
