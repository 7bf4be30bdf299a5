"""Reads and writes the attributes of a customer's item that say when which interval is due.

| attribute | DynamoDB's type | absent |
|---|---|---|
| `interval_minutes` | `N`, or `L` of `M` with `minutes` (`N`) and, from the second on, `from` (`S`, an instant) | 15 |
| `supplied_from` | `S`, an instant | since ever |
| `supplied_until` | `S`, an instant | without end |

An instant is RFC 3339 with an offset. A length that changes keeps its earlier entries. So old days are judged by their
own length: `[{"minutes": 15}, {"minutes": 60, "from": "2026-11-01T00:00:00+01:00"}]`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.days import LocalDay, format_instant, parse_instant
from domain.due import due_starts
from domain.intervals import QUARTER_HOURS, IntervalLengths
from domain.supply import ALWAYS, Supply

METER_ATTRIBUTES = ("interval_minutes", "supplied_from", "supplied_until")

_FORM = "is neither a number nor a list of maps with minutes and, from the second on, from"


@dataclass(frozen=True)
class Meter:
    """The interval lengths of a customer's metering point, and the customer's supply."""

    lengths: IntervalLengths = QUARTER_HOURS
    supply: Supply = ALWAYS

    def due(self, day: LocalDay) -> tuple[datetime, ...]:
        """Returns the starts of the day's due intervals, in UTC and in order."""
        return due_starts(day, self.lengths, self.supply)


DEFAULT_METER = Meter()
"""Quarter-hours, supplied since ever and without end."""


def meter_from_item(item: Mapping[str, Any]) -> tuple[Meter, list[str]]:
    """Reads a DynamoDB item. Returns the meter, with the default for each wrong attribute, and the faults."""
    faults: list[str] = []

    def read[T](attributes: str, reader: Callable[[], T], default: T) -> T:
        try:
            return reader()
        except ValueError as error:
            faults.append(f"{attributes} {error}")
            return default

    lengths = read("interval_minutes", lambda: _lengths(item.get("interval_minutes")), QUARTER_HOURS)
    since = read("supplied_from", lambda: _instant(item.get("supplied_from")), None)
    until = read("supplied_until", lambda: _instant(item.get("supplied_until")), None)
    supply = read("supplied_until", lambda: Supply(since, until), ALWAYS)
    return Meter(lengths, supply), faults


def meter_to_item(meter: Meter) -> dict[str, Any]:
    """Returns the attributes in DynamoDB's JSON, without the ones that have their default."""
    item: dict[str, Any] = {}
    lengths, supply = meter.lengths, meter.supply
    if lengths.changes:
        later = [_entry(minutes) | {"from": {"S": format_instant(since)}} for since, minutes in lengths.changes]
        item["interval_minutes"] = {"L": [{"M": entry} for entry in (_entry(lengths.first), *later)]}
    elif lengths != QUARTER_HOURS:
        item["interval_minutes"] = _entry(lengths.first)["minutes"]
    for name, instant in (("supplied_from", supply.since), ("supplied_until", supply.until)):
        if instant is not None:
            item[name] = {"S": format_instant(instant)}
    return item


def _entry(minutes: int) -> dict[str, Any]:
    return {"minutes": {"N": str(minutes)}}


def _lengths(value: Any) -> IntervalLengths:
    match value:
        case None:
            return QUARTER_HOURS
        case {"N": str(minutes)}:
            return IntervalLengths(_minutes(minutes))
        case {"L": [{"M": {"minutes": {"N": str(first)}, **others}}, *later]} if "from" not in others:
            return IntervalLengths(_minutes(first), tuple(map(_change, later)))
    raise ValueError(_FORM)


def _change(entry: Any) -> tuple[datetime, int]:
    match entry:
        case {"M": {"minutes": {"N": str(minutes)}, "from": {"S": str(since)}}}:
            return parse_instant(since), _minutes(minutes)
    raise ValueError(_FORM)


def _minutes(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 2:
        return int(text)
    raise ValueError(_FORM)


def _instant(value: Any) -> datetime | None:
    match value:
        case None:
            return None
        case {"S": str(text)}:
            return parse_instant(text)
    raise ValueError("has another DynamoDB type than S")
