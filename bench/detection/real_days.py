"""Reads real subjects from a folder of CSV files, in the format of `seed/data`.

Each file has the columns `interval_start` (local time without an offset) and `consumption_kwh`, and perhaps
`average_voltage_v`. The name of a file is the subject's name, and perhaps an underscore and the dates:
`household_2006-12-18_2006-12-29.csv`. Files with the same name before the dates are one subject.
"""

import csv
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

from bench.detection.series import DayValues, Subject
from domain.customer_meter import Meter
from domain.customers import Customer, CustomerType
from domain.days import LocalDay
from domain.intervals import MINUTES, IntervalLengths, interval_starts

_DATES = re.compile(r"[_-]*\d{4}-\d{2}-\d{2}.*$")

type Row = tuple[float, float | None]


class NoDaysError(Exception):
    """The folder has no file with days."""


def read_subjects(folder: Path, zone: ZoneInfo) -> list[Subject]:
    """Returns the subjects of the folder, in the order of their names. Raises `NoDaysError`."""
    rows: dict[str, dict[datetime, Row]] = {}
    for path in sorted(folder.rglob("*.csv")):
        rows.setdefault(_DATES.sub("", path.stem), {}).update(_rows(path, zone))
    subjects = [_subject(f"REAL-{place:05}", name, rows[name], zone) for place, name in enumerate(sorted(rows))]
    if not any(subject.days for subject in subjects):
        raise NoDaysError(f"no day in {folder}: it needs CSV files with interval_start and consumption_kwh")
    return subjects


def _rows(path: Path, zone: ZoneInfo) -> Mapping[datetime, Row]:
    """Returns consumption and voltage by the start of the interval, as an instant."""
    found: dict[datetime, Row] = {}
    with path.open(newline="", encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            local = datetime.fromisoformat(row["interval_start"])
            start = local if local.tzinfo else local.replace(tzinfo=zone)
            # An hour that comes twice is there twice. The second one is after the change of the clocks.
            instant = _utc(start) if _utc(start) not in found else _utc(start.replace(fold=1))
            voltage = row.get("average_voltage_v")
            found[instant] = float(row["consumption_kwh"]), float(voltage) if voltage else None
    return found


def _subject(number: str, name: str, rows: Mapping[datetime, Row], zone: ZoneInfo) -> Subject:
    minutes = _minutes(sorted(rows))
    lengths = IntervalLengths(minutes)
    customer = Customer(number, name, "", "", "", "", CustomerType.HH, active=True, meter=Meter(lengths))
    days: dict[date, DayValues] = {}
    for day in sorted({start.astimezone(zone).date() for start in rows}):
        starts = interval_starts(LocalDay(day, zone), lengths)
        found = [rows.get(start) for start in starts]
        kwh = tuple(row[0] if row else None for row in found)
        voltage = tuple(row[1] if row else None for row in found)
        if any(value is not None for value in kwh):
            days[day] = DayValues(kwh, voltage if any(voltage) else ())
    return Subject(customer, days, "real")


def _minutes(starts: list[datetime]) -> int:
    """Returns the length of the intervals: the most frequent distance of 2 starts."""
    steps = Counter((later - earlier) // timedelta(minutes=1) for earlier, later in pairwise(starts))
    known = [(count, minutes) for minutes, count in steps.items() if minutes in MINUTES]
    return max(known)[1] if known else 15


def _utc(start: datetime) -> datetime:
    return start.astimezone(ZoneInfo("UTC"))
