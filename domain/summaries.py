"""A summary has the numbers of a day: coverage, energy, findings and the worst metering points.

Each shard has numbers of its own, which the step makes that has the shard's rows at hand. They are merged, so no step
holds all customers. The size depends on the number of types, counties and checks, not on the number of customers.
`lambdas/reporter/` adds what the publication and the alarms say.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from domain.publications import PublishedShard

FORMAT = 1
"""The version of the form of a shard's numbers. Another version has other keys."""

MOST_COUNTIES = 60
"""A summary names so many counties, those with the most metering points. `OTHERS` has the sum of the rest."""

OTHERS = "*"
"""No county has this name, because the name of a county has no special meaning to people."""

WORST = 20

ALARM_POINTS = 10
"""An alarm makes a metering point as bad as so many percent of missing intervals."""


_OF_DAYS = frozenset({"metering_points", "complete"})
"""The counts of a day. An hour has none of them."""


class InvalidSummaryError(ValueError):
    """A value is no summary, and no numbers of a shard. The text says what is wrong."""


@dataclass
class Group:
    """Counts the metering points of a group, their intervals, and their energy in kWh."""

    metering_points: int = 0
    """Those with due intervals on this day."""
    complete: int = 0
    """Those of them that have a reading for each due interval."""
    expected: int = 0
    """The due intervals."""
    received: int = 0
    """The due intervals with a reading."""
    readings: int = 0
    """All readings, due or not."""
    kwh: Decimal = Decimal(0)
    """The reported energy of all readings."""
    validated_kwh: Decimal = Decimal(0)
    """The energy to use, with the estimates."""

    def add(self, other: "Group") -> None:
        """Adds the counts of another group."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))

    def as_json(self) -> dict[str, Any]:
        """Returns JSON values. Energy is exact text."""
        return {each.name: _written(getattr(self, each.name)) for each in fields(self)}

    def hour_as_json(self) -> dict[str, Any]:
        """Returns JSON values without the counts that an hour does not have."""
        return {name: value for name, value in self.as_json().items() if name not in _OF_DAYS}

    @classmethod
    def of_json(cls, value: Mapping[str, Any]) -> "Group":
        """Reads a group, or an hour. Raises `ArithmeticError`, `KeyError`, `TypeError` and `ValueError`."""
        names = [each.name for each in fields(cls) if each.name in value or each.name not in _OF_DAYS]
        found: dict[str, Any] = {name: _read(name, value[name]) for name in names}
        return cls(**found)


@dataclass
class Numbers:
    """The numbers of a shard, or of all shards of a day."""

    total: Group = field(default_factory=Group)
    hours: list[Group] = field(default_factory=list)
    """By the hour since local midnight. A day with a change of the clocks has 23 or 25 of them."""
    types: dict[str, Group] = field(default_factory=dict)
    """By the customers' type. The empty text has the readings without a customer."""
    counties: dict[str, Group] = field(default_factory=dict)
    findings: dict[str, dict[str, int]] = field(default_factory=dict)
    """`{"MCD": {"alarm": 3}}`: findings by code and severity."""
    with_alarm: int = 0
    """The number of metering points with a finding of severity alarm."""
    estimated: dict[str, int] = field(default_factory=dict)
    """The number of values that are estimates, by method."""
    worst: list[dict[str, Any]] = field(default_factory=list)
    """The metering points with the most missing intervals and alarms, the worst first."""

    def merge(self, other: "Numbers") -> None:
        """Adds the numbers of another shard."""
        self.total.add(other.total)
        for index, hour in enumerate(other.hours):
            if index == len(self.hours):
                self.hours.append(Group())
            self.hours[index].add(hour)
        for mine, its in ((self.types, other.types), (self.counties, other.counties)):
            for name, group in its.items():
                mine.setdefault(name, Group()).add(group)
        for code, counts in other.findings.items():
            _add(self.findings.setdefault(code, {}), counts)
        _add(self.estimated, other.estimated)
        self.with_alarm += other.with_alarm
        self.worst = sorted([*self.worst, *other.worst], key=badness)[:WORST]

    def as_json(self) -> dict[str, Any]:
        """Returns JSON values, always in the same order. Small counties are summed up."""
        return {
            "total": self.total.as_json(),
            "hours": [hour.hour_as_json() for hour in self.hours],
            "types": {name: group.as_json() for name, group in sorted(self.types.items())},
            "counties": {name: group.as_json() for name, group in _largest(self.counties).items()},
            "findings": {code: dict(sorted(counts.items())) for code, counts in sorted(self.findings.items())},
            "with_alarm": self.with_alarm,
            "estimated": dict(sorted(self.estimated.items())),
            "worst": sorted(self.worst, key=badness)[:WORST],
        }

    @classmethod
    def of_json(cls, value: object) -> "Numbers":
        """Reads numbers. Raises `InvalidSummaryError`."""
        try:
            if not isinstance(value, Mapping):
                raise TypeError("no object")
            return cls(
                Group.of_json(value["total"]),
                [Group.of_json(hour) for hour in value["hours"]],
                {str(name): Group.of_json(group) for name, group in value["types"].items()},
                {str(name): Group.of_json(group) for name, group in value["counties"].items()},
                {code: {kind: int(n) for kind, n in counts.items()} for code, counts in value["findings"].items()},
                int(value["with_alarm"]),
                {str(method): int(n) for method, n in value["estimated"].items()},
                [dict(each) for each in value["worst"]],
            )
        except (AttributeError, ArithmeticError, KeyError, TypeError, ValueError) as error:
            raise InvalidSummaryError(repr(error)) from error


def badness(point: Mapping[str, Any]) -> tuple[float, str]:
    """Orders metering points from the worst on: the percent of missing intervals, and `ALARM_POINTS` for each alarm."""
    missing = int(point["expected"]) - int(point["received"])
    percent = 100 * missing / int(point["expected"]) if point["expected"] else 0.0
    return -(percent + ALARM_POINTS * int(point["alarms"])), str(point["number"])


def content_of(shard: PublishedShard) -> str:
    """Returns the name of a shard's numbers: a hash of the parts from which they are made."""
    return content_name(shard.enriched.sha256, shard.customers.sha256, shard.findings.sha256, shard.days.sha256)


def content_name(*sha256: str) -> str:
    """Returns a hash of the hashes of the parts `enriched`, `customers`, `findings` and `days`, in this order."""
    return hashlib.sha256("\n".join((str(FORMAT), *sha256)).encode()).hexdigest()[:16]


def _largest(groups: Mapping[str, Group]) -> dict[str, Group]:
    ordered = sorted(groups, key=lambda name: (name == OTHERS, -groups[name].metering_points, name))
    named = [name for name in ordered if name != OTHERS][:MOST_COUNTIES]
    rest = Group()
    for name in ordered:
        if name not in named:
            rest.add(groups[name])
    return {name: groups[name] for name in named} | ({OTHERS: rest} if len(named) < len(groups) else {})


def _add(mine: dict[str, int], its: Mapping[str, int]) -> None:
    for name, count in its.items():
        mine[name] = mine.get(name, 0) + count


def _written(value: int | Decimal) -> int | str:
    return value if isinstance(value, int) else f"{value:f}"


def _read(name: str, value: Any) -> int | Decimal:
    return Decimal(str(value)) if name.endswith("kwh") else int(value)
