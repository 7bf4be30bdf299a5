"""Each check finds what its cases say. The cases are data: `cases/<CODE>.toml`, days in, findings out.

All cases are judged together, each as a customer of its own, by the pipeline's own code from files to files. The judged
day is Tuesday, 3 November 2026, in Zagreb. The 28 days before are its history where a case has `past`.

| field | meaning |
|---|---|
| `name` | what the case shows |
| `findings` | the codes that must be found, and no other |
| `details` | some of the details of this file's check |
| `intervals` | the numbers of the day's intervals that the finding of this file's check names |
| `type`, `minutes`, `contracted_kw` | the customer's, `HH`, 15 and none where absent |
| `day` | the judged day |
| `past` | every earlier day |
| `last` | a list: the day before, the one before that, and so on, in place of `past` |

A day has `kwh`, a list that repeats until the day is full, and perhaps `at` (the values of single intervals by their
numbers, `nan` for a missing reading), `shift` (so many intervals later), `scale` (a factor), and `voltage`,
`frequency`, `down_time` (also by the numbers of intervals) and `quality`.
"""

import math
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bench.detection.judging import FoundRow, Judge
from bench.detection.series import DayValues
from domain.customer_meter import Meter
from domain.customer_options import Options
from domain.customers import Customer, CustomerType
from domain.days import LocalDay, format_instant
from domain.findings import CODES
from domain.intervals import IntervalLengths, interval_starts
from lambdas.alerting.like_days import history_dates
from lambdas.runtime.duck import open_duckdb
from tests.unit.lambdas.examples import ZAGREB

DAY = LocalDay(date(2026, 11, 3), ZAGREB)
CASES = {
    f"{path.stem}: {case['name']}": (path.stem, case)
    for path in sorted((Path(__file__).parent / "cases").glob("*.toml"))
    for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
}


def customer(number: int, case: Mapping[str, Any]) -> Customer:
    lengths = IntervalLengths(case.get("minutes", 15))
    kind, options = CustomerType(case.get("type", "HH")), Options(contracted_kw=case.get("contracted_kw"))
    return Customer(f"{number:05}", "", "", "", "", "", kind, active=True, meter=Meter(lengths), options=options)


def values_of(given: Mapping[str, Any], count: int) -> DayValues:
    """Returns the values of a day with so many intervals."""
    pattern, scale = given["kwh"], given.get("scale", 1)
    kwh = [pattern[place % len(pattern)] * scale for place in range(count)]
    shift = given.get("shift", 0)
    kwh = kwh[-shift:] + kwh[:-shift] if shift else kwh
    for place, value in given.get("at", {}).items():
        kwh[int(place)] = value
    return DayValues(
        tuple(None if math.isnan(value) else round(value, 6) for value in kwh),
        _quantity(given, "voltage", 230.0, count),
        _quantity(given, "frequency", 50.0, count),
        _quantity(given, "down_time", 0.0, count),
        given.get("quality", "measured"),
    )


def _quantity(given: Mapping[str, Any], name: str, usual: float, count: int) -> tuple[float | None, ...]:
    if given.get(name) == "none":
        return (None,) * count
    return tuple(given.get(name, {}).get(str(place), usual) for place in range(count))


@cache
def judged() -> dict[str, list[FoundRow]]:
    """Returns what was found for each customer."""
    subjects = [(customer(number, case), case) for number, (_, case) in enumerate(CASES.values())]
    with TemporaryDirectory() as directory, open_duckdb(Path(directory), 512) as duck:
        judge = Judge(duck, Path(directory), ZAGREB)
        history: dict[date, Path] = {}
        for day in [*reversed(history_dates(DAY)), DAY.date]:
            given = []
            for who, case in subjects:
                values = _day(case, (DAY.date - day) // timedelta(days=1))
                if values:
                    count = len(interval_starts(LocalDay(day, ZAGREB), who.meter.lengths))
                    given.append((who, values_of(values, count)))
            found = judge.judge(day, given, history)
            history[day] = found.days
    rows: dict[str, list[FoundRow]] = {}
    for row in found.rows:
        rows.setdefault(row.number, []).append(row)
    return rows


def _day(case: Mapping[str, Any], ago: int) -> Mapping[str, Any] | None:
    if not ago:
        return dict(case["day"])
    last = case.get("last", [])
    return last[ago - 1] if ago <= len(last) else case.get("past")


@pytest.mark.parametrize("name", CASES)
def test_a_case(name: str) -> None:
    code, case = CASES[name]
    who = customer(list(CASES).index(name), case)
    rows = judged().get(who.metering_point, [])
    assert [row.code for row in rows] == case["findings"]
    own = [row for row in rows if row.code == code]
    if "details" in case:
        assert {name: own[0].details[name] for name in case["details"]} == case["details"]
    if "intervals" in case:
        starts = interval_starts(DAY, who.meter.lengths)
        assert own[0].intervals == [format_instant(starts[place]) for place in case["intervals"]]


@pytest.mark.parametrize("code", CODES)
def test_each_check_has_a_case_that_fires_and_one_that_does_not(code: str) -> None:
    fires = [code in case["findings"] for name, case in CASES.values() if name == code]
    assert {*fires} == {True, False}
