"""No pre-filter hides a day for which its check's judgement finds something.

Hypothesis draws customers with readings and earlier days near the limits of the checks. The days go through the SQL.
Each judgement is asked about each day, whatever the pre-filters say.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.customer_options import Options
from domain.customers import KEY, Customer, CustomerType
from domain.days import LocalDay, format_instant
from domain.findings import CHECKS, DEFAULTS
from domain.intervals import interval_starts
from lambdas.alerting.day_rows import COLUMNS
from lambdas.alerting.history import HistoryDay
from lambdas.alerting.reported_days import ShardDay, select_days
from lambdas.runtime.duck import columns_option
from tests.unit.lambdas.examples import ZAGREB, write_customers

DAY = LocalDay(date(2026, 11, 5), ZAGREB)  # a Thursday after working days
STARTS = interval_starts(DAY)
LIKE_DAYS = 4

BASES = ([0.1, 0.3, 0.2, 0.4], [0.05], [0.0], [1.0, 3.0, 2.0], [0.004, 0.005], [12.0, 14.5, 13.0])


@dataclass(frozen=True)
class Drawn:
    """A customer with the readings of the day by their fields, and the rows of earlier days, the newest first."""

    customer: Customer
    readings: Sequence[Mapping[str, Any]]
    past: Sequence[Mapping[str, Any]]


def consumption(draw: st.DrawFn, base: Sequence[float]) -> list[float]:  # noqa: PLR0911  one for each kind of day
    """Draws the consumption of a day that some check may find."""
    kwh = [base[place % len(base)] for place in range(len(STARTS))]
    match draw(st.sampled_from(["as usual", "scaled", "spiked", "flat", "register", "shifted", "constant"])):
        case "scaled":
            factor = draw(st.sampled_from([0.0, 0.009, 0.02, 0.1, 3.0, 3.1, 10.0, 200.0, 1_000.0, 5_000.0]))
            return [value * factor for value in kwh]
        case "spiked":
            places = draw(st.sets(st.integers(0, 95), min_size=1, max_size=3))
            value = draw(st.sampled_from([1.0, 1.01, 1.4, 2.8, 6.0, 11.0, 11.01, 50.0, 16777.215, 38655.3705]))
            return [value if place in places else each for place, each in enumerate(kwh)]
        case "flat":
            start, length = draw(st.integers(0, 90)), draw(st.integers(6, 40))
            value = draw(st.sampled_from([0.01, 0.03, 0.123, 0.3, 5.0]))
            return [value if start <= place < start + length else each for place, each in enumerate(kwh)]
        case "register":
            first = draw(st.sampled_from([0.0, 4.9, 500.0, 12_345.0]))
            return [first + place // draw(st.sampled_from([1, 8, 30])) * 0.05 for place in range(96)]
        case "shifted":
            lag = draw(st.integers(-8, 8))
            curve = [1 + math.sin((place - lag) / 96 * 2 * math.pi) for place in range(96)]
            return [round(value, 3) for value in curve]
        case "constant":
            return [draw(st.sampled_from([0.0, 0.05, 8590.017, 999_999.0]))] * 96
    return kwh


@st.composite
def drawn(draw: st.DrawFn, number: int) -> Drawn:
    kind = draw(st.sampled_from(list(CustomerType)))
    options = Options(contracted_kw=draw(st.none() | st.sampled_from([5.0, 11.0, 40.0, 99_999.123456])))
    customer = Customer(f"{number}", "", "", "", "", "", kind, active=True, options=options)
    base = draw(st.sampled_from(BASES))
    left_out = draw(st.just(set[int]()) | st.sets(st.integers(0, 95), max_size=12))
    odd = draw(st.sets(st.integers(0, 95), max_size=8))
    voltage = draw(st.sampled_from([230.0, 0.0, 190.0, 206.0, 253.1, 500.0, None]))
    frequency = draw(st.sampled_from([50.0, 0.0, 46.9, 49.4, 50.6, None]))
    down = draw(st.sampled_from([0, 600, 900]))
    quality = draw(st.sampled_from(["measured", "estimated", "edited"]))
    readings = [
        {
            "interval_start": format_instant(STARTS[place]),
            "consumption_kwh": round(min(value, 999_999.0), 6),
            "average_voltage_v": voltage if place in odd else 230.0,
            "average_frequency_hz": frequency if place in odd else 50.0,
            "voltage_drops": 0,
            "down_time_seconds": down if place in odd else 0,
            "quality": quality if place in odd else "measured",
        }
        for place, value in enumerate(consumption(draw, base))
        if place not in left_out
    ]
    days = draw(st.integers(0, LIKE_DAYS))
    return Drawn(customer, readings, [past_row(draw, customer, base) for _ in range(days)])


def past_row(draw: st.DrawFn, customer: Customer, base: Sequence[float]) -> dict[str, Any]:
    """Draws the row of an earlier day. It need not be the row of any real day."""
    sine = draw(st.booleans())
    kwh = [round(1 + math.sin(place / 96 * 2 * math.pi), 3) for place in range(96)] if sine else list(base) * 96
    kwh = kwh[:96]
    angles = [2 * math.pi * place / 96 for place in range(96)]
    return {
        KEY: customer.metering_point,
        "kwh": round(sum(kwh), 6),
        "readings": 96,
        "expected": 96,
        "minutes": 15,
        "slots": None,
        "codes": [],
        "alarms": draw(st.sampled_from([0, 0, 0, 1])),
        "estimated": draw(st.booleans()),
        "frequency_outside": draw(st.integers(0, 3)),
        "frequency_readings": 96,
        "highest": max(kwh),
        "longest_run": draw(st.integers(1, 12)),
        "phase_cos": sum(value * math.cos(angle) for value, angle in zip(kwh, angles, strict=True)),
        "phase_sin": sum(value * math.sin(angle) for value, angle in zip(kwh, angles, strict=True)),
        "voltage_outside": draw(st.integers(0, 8)),
        "voltage_readings": 96,
        "zero": draw(st.booleans()),
        "kwh_values": kwh,
    }


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.data_too_large, HealthCheck.too_slow])
@given(st.data())
def test_no_pre_filter_hides_what_its_check_finds(data: st.DataObject) -> None:
    customers = [data.draw(drawn(number)) for number in range(data.draw(st.integers(1, 4)))]
    with TemporaryDirectory() as directory, duckdb.connect(config={"threads": 1}) as duck:
        duck.execute("SET TimeZone = 'UTC'")
        shard = stored(duck, Path(directory), customers)
        days = list(select_days(duck, shard, selected="true"))
    assert len(days) == len(customers)
    for each in days:
        for check in CHECKS:
            values = DEFAULTS.of(check.code, each.customer.type)
            if check.judge(each.customer, DAY, each.reported, values):
                assert check.code in each.codes, f"{check.code} is hidden"


def stored(duck: duckdb.DuckDBPyConnection, folder: Path, customers: Sequence[Drawn]) -> ShardDay:
    """Writes the readings, the customers and the history as Parquet."""
    kinds = {"interval_start": "TIMESTAMPTZ", "consumption_kwh": "DECIMAL(12,6)", "average_voltage_v": "DOUBLE"}
    kinds |= {"average_frequency_hz": "DOUBLE", "voltage_drops": "INTEGER", "down_time_seconds": "INTEGER"}
    kinds |= {"quality": "VARCHAR", KEY: "VARCHAR", "interval_minutes": "SMALLINT", "type": "VARCHAR"}
    rows = [
        {**reading, KEY: each.customer.metering_point, "interval_minutes": 15, "type": each.customer.type.value}
        for each in customers
        for reading in each.readings
    ]
    write(duck, folder / "enriched", rows, kinds)
    write_customers(duck, folder / "customers", [each.customer for each in customers])
    history = []
    for ago in range(1, LIKE_DAYS + 1):
        path = folder / f"days-{ago}"
        write(duck, path, [each.past[ago - 1] for each in customers if len(each.past) >= ago], COLUMNS)
        history.append(HistoryDay(DAY.date - timedelta(days=ago), [path]))
    return ShardDay(folder / "enriched", folder / "customers", DAY, history)


def write(
    duck: duckdb.DuckDBPyConnection, path: Path, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]
) -> None:
    lines = path.with_suffix(".ndjson")
    lines.write_text("".join(json.dumps(row) + "\n" for row in rows))
    read = f"read_json('{lines}', format = 'newline_delimited', columns = {columns_option(columns)})"
    duck.execute(f"COPY (FROM {read}) TO '{path}' (FORMAT parquet)")
