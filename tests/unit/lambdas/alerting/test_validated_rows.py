"""The enriched part has the value to use for each interval, as `domain.estimation` decides it."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.customer_meter import Meter
from domain.customers import Customer
from domain.days import LocalDay
from domain.estimation import GAPS, QUESTIONABLE, WRONG, Given, Method, Quality, estimate, like_means
from domain.findings import BY_CODE, Evidence, Finding
from domain.intervals import IntervalLengths, interval_starts
from domain.object_keys import customers_part_key, days_part_key, findings_part_key
from domain.readings import CUSTOMER_COLUMNS, EXPORTED_COLUMNS, VALIDATED_COLUMNS
from domain.supply import Supply
from lambdas.alerting.due_intervals import write_due_tables
from lambdas.alerting.estimates import ShownIntervals, exception_rows
from lambdas.alerting.history import HistoryDay
from lambdas.alerting.judge_shard import JudgedFiles, judge_shard
from lambdas.alerting.past_days import write_past
from lambdas.alerting.reported_days import ShardDay
from lambdas.alerting.validated_rows import write_validated
from lambdas.enricher.logic import write_enriched
from lambdas.runtime.duck import open_duckdb
from tests.unit.lambdas.examples import (
    ZAGREB,
    a_customer,
    an_item,
    exported_parquet,
    read_parquet,
    readings,
    write_customers,
)
from tests.unit.lambdas.run_world import OTHER_RUN, RunWorld

DAY = LocalDay(date(2026, 10, 7), ZAGREB)
STARTS = interval_starts(DAY)
NUMBER, START = 0, 1
KWH = list(EXPORTED_COLUMNS).index("consumption_kwh")
QUALITY = list(EXPORTED_COLUMNS).index("quality")
VALIDATED = len(EXPORTED_COLUMNS) + len(CUSTOMER_COLUMNS)


@dataclass(frozen=True)
class Point:
    """A metering point's day: what it sent, and which findings show which of its 96 quarter-hours."""

    customer: Customer
    sent: Mapping[int, tuple[str, str]]
    """The consumption and the quality by the index of the interval."""
    shown: Mapping[str, Sequence[int]]
    like: Sequence[Sequence[float]] = ()
    """The values of its like days, the latest first."""
    bad_days: int = 0
    """So many days directly before have a gap."""


@pytest.fixture
def duck(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_duckdb(tmp_path, 512) as connection:
        yield connection


def validated(duck: duckdb.DuckDBPyConnection, folder: Path, *points: Point) -> list[tuple[Any, ...]]:
    """Writes the part of the points, and returns its rows."""
    rows = []
    for point in points:
        for index, (kwh, quality) in point.sent.items():
            row = readings(point.customer.metering_point, DAY)[index]
            rows.append((*row[:KWH], kwh, *[None] * (QUALITY - KWH - 1), quality, *row[QUALITY + 1 :]))
    exported, customers, joined, part = (folder / name for name in ("exported", "customers", "joined", "part"))
    exported.write_bytes(exported_parquet(folder, rows))
    write_customers(duck, customers, [point.customer for point in points if point.customer.name])
    write_enriched(duck, exported, customers, joined)
    day = ShardDay(joined, customers, DAY, list(_history(duck, folder, points)))
    shown = ShownIntervals(DAY)
    for point in points:
        for code, indexes in point.shown.items():
            evidence = Evidence({}, [STARTS[index] for index in indexes])
            shown.note(point.customer, Finding(BY_CODE[code], {}, evidence))
    write_due_tables(duck, customers, DAY)
    write_past(duck, customers, day.history, DAY)
    estimated = write_validated(duck, day, exception_rows(duck, day, shown), part)
    found_rows = read_parquet(folder, part.read_bytes())
    assert len(found_rows) == len(rows) + estimated
    return found_rows


def _history(duck: duckdb.DuckDBPyConnection, folder: Path, points: Sequence[Point]) -> Iterator[HistoryDay]:
    """The parts of the days before: like days are 2 weeks ago, and the last 7 days have gaps or not."""
    likes = [DAY.date - timedelta(days=ago) for ago in (14, 15, 16)]
    for place, day in enumerate(likes):
        yield _part(duck, folder, day, [(p.customer.metering_point, p.like[place], 96) for p in points if p.like])
    for ago in range(1, 8):
        gaps = [(p.customer.metering_point, [0.0], 1) for p in points if 1 <= ago <= p.bad_days]
        whole = [(p.customer.metering_point, [0.0] * 96, 96) for p in points if ago > p.bad_days]
        yield _part(duck, folder, DAY.date - timedelta(days=ago), [*gaps, *whole], alarms=1)


def _part(
    duck: duckdb.DuckDBPyConnection,
    folder: Path,
    day: date,
    rows: Sequence[tuple[str, Sequence[float], int]],
    alarms: int = 0,
) -> HistoryDay:
    path = folder / f"day-{day}.parquet"
    values = ", ".join(
        f"('{number}', {sum(kwh)}, {count}, 96, 15, NULL, {'[]' if count == 96 else "['ICD']"}, {alarms}, {list(kwh)})"
        for number, kwh, count in sorted(rows)
    )
    names = "billing_metering_point_number, kwh, readings, expected, minutes, slots, codes, alarms, kwh_values"
    typed = "SELECT * REPLACE (codes::VARCHAR[] AS codes)"
    query = f"{typed} FROM (VALUES {values}) days ({names})" if values else "SELECT 1 AS nothing WHERE false"
    duck.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return HistoryDay(day, [path] if values else [])


def whole(kwh: str = "0.5", without: Sequence[int] = ()) -> dict[int, tuple[str, str]]:
    return {index: (kwh, "measured") for index in range(96) if index not in without}


def values_of(rows: Sequence[tuple[Any, ...]]) -> dict[datetime, tuple[Any, ...]]:
    """The 4 columns by the start."""
    return {row[START]: row[VALIDATED:] for row in rows}


def test_a_good_reading_is_used_as_it_is_with_the_code_of_its_sender(
    duck: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    sent = whole() | {1: ("0.7", "edited"), 2: ("0.8", "estimated")}
    found = values_of(validated(duck, tmp_path, Point(a_customer(1), sent, {})))
    assert found[STARTS[0]] == (0, [], Decimal("0.500000"), "reading")
    assert found[STARTS[1]] == (7, [], Decimal("0.700000"), "reading")
    assert found[STARTS[2]] == (8, [], Decimal("0.800000"), "reading")


def test_a_gap_becomes_rows_at_the_end_with_the_customers_data(duck: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    gaps = Point(a_customer(1), whole(without=[10, 11]), {"ICD": [10, 11]})
    rows = validated(duck, tmp_path, gaps, Point(a_customer(2), whole(), {}))
    assert [row[NUMBER] for row in rows] == ["1"] * 94 + ["2"] * 96 + ["1"] * 2
    for index, row in zip((10, 11), rows[-2:], strict=True):
        assert row[: len(EXPORTED_COLUMNS)] == ("1", STARTS[index], 15, *[None] * (len(EXPORTED_COLUMNS) - 3))
        assert row[len(EXPORTED_COLUMNS) : VALIDATED] == rows[0][len(EXPORTED_COLUMNS) : VALIDATED]
        assert row[VALIDATED:] == (9, ["ICD"], Decimal("0.500000"), "interpolation")


def test_the_raw_value_stays_beside_its_estimate(duck: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    spike = Point(a_customer(1), whole() | {40: ("6.000000", "measured")}, {"SPK": [40], "MNP": [40, 41]})
    rows = validated(duck, tmp_path, spike)
    assert rows[40][KWH] == Decimal("6.000000")
    assert rows[40][VALIDATED:] == (9, ["MNP", "SPK"], Decimal("0.500000"), "interpolation")
    assert rows[41][VALIDATED:] == (0, ["MNP"], Decimal("0.500000"), "reading")


def test_a_wrong_value_without_an_estimate_has_no_value_to_use(duck: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = validated(duck, tmp_path, Point(a_customer(1), whole(), {"UNI": range(96)}))
    assert {row[VALIDATED:] for row in [(*row[:VALIDATED], row[VALIDATED], *row[VALIDATED + 2 :]) for row in rows]} == {
        (10, None, None)
    }


def test_a_value_that_may_be_true_is_used_and_questionable(duck: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = validated(duck, tmp_path, Point(a_customer(1), whole(), {"CAP": [3]}))
    assert rows[3][VALIDATED:] == (10, ["CAP"], Decimal("0.500000"), "reading")


def test_a_silent_day_gets_the_like_days_for_at_most_7_days(duck: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    like = [[0.1] * 96, [0.2] * 96, [0.6] * 96]
    silent = [Point(a_customer(1 + bad), {}, {"MCD": range(96)}, like, bad_days=bad) for bad in range(8)]
    rows = validated(duck, tmp_path, *silent)
    assert {row[NUMBER] for row in rows} == {str(1 + bad) for bad in range(7)}
    assert len(rows) == 7 * 96
    assert {tuple(map(str, row[VALIDATED:])) for row in rows} == {("8", "['MCD']", "0.300000", "like_days")}


def test_readings_that_no_check_judges_are_raw(duck: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    moved_in = Meter(supply=Supply(since=STARTS[50]))
    points = [
        Point(a_customer(1, active=False), whole(), {}),
        Point(a_customer(2, meter=moved_in), whole(), {}),
        Point(a_customer(3, meter=Meter(IntervalLengths(60))), whole(), {}),
        Point(a_customer(4, name=""), whole(), {}),  # no customer
    ]
    rows = validated(duck, tmp_path, *points)
    codes = {number: [row[VALIDATED] for row in rows if row[NUMBER] == number] for number in "1234"}
    assert codes == {"1": [14] * 96, "2": [14] * 50 + [0] * 46, "3": [14] * 96, "4": [14] * 96}
    assert {row[VALIDATED + 2 :] for row in rows} == {(Decimal("0.500000"), "reading")}


def test_a_run_stores_the_estimates_and_counts_them_apart(tmp_path: Path) -> None:
    world = RunWorld(tmp_path, an_item(1), an_item(2), day=DAY)
    world.rows = [*readings(1, DAY, without=[10, 11], parameters=False), *readings(2, DAY)]
    assert world.run()["enriched"] == {"rows": 190, "rows_without_customer": 0, "estimated": 2}
    first = world.part()
    assert len(read_parquet(tmp_path, first)) == 192
    assert world.run(OTHER_RUN)["publication"]["is_new"] is False
    assert world.part() == first


# The rows of drawn days are held to the rule.


def drawn_point(number: int, draw: random.Random) -> Point:
    """A point whose findings show its gaps, and drawn other intervals."""
    without = _indexes(draw)
    sent = {
        index: (f"{draw.randrange(10_000_000) / 1_000_000:.6f}", draw.choice(["measured", "edited", "estimated"]))
        for index in range(96)
        if index not in without
    }
    codes = draw.sample(["SPK", "FLT", "CAP", "MNP", "VOL"], draw.randrange(4))
    shown: dict[str, Sequence[int]] = {code: sorted(_indexes(draw) - without) for code in codes}
    if without:
        shown["ICD" if sent else "MCD"] = sorted(without)
    like = [[draw.randrange(3_000_000) / 1_000_000 for _ in range(96)] for _ in range(draw.choice([0, 3]))]
    return Point(a_customer(number), sent, shown, like, draw.choice([0, 3, 7]))


def _indexes(draw: random.Random) -> set[int]:
    """Returns the indexes of some runs of intervals of up to 3 h, of none or of all."""
    if draw.random() < 0.1:
        return set(range(96))
    starts = [draw.randrange(96) for _ in range(draw.randrange(6))]
    return {index for start in starts for index in range(start, min(start + draw.randrange(1, 13), 96))}


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_the_rows_of_drawn_days_follow_the_rule(seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311  a day, no secret
    points = [drawn_point(number, draw) for number in range(1, 4)]
    with TemporaryDirectory() as name, open_duckdb(Path(name), 512) as connection:
        rows = validated(connection, Path(name), *points)
    found = {(row[NUMBER], row[START]): row[VALIDATED:] for row in rows}
    expected = {(point.customer.metering_point, start): values for point in points for start, values in _model(point)}
    assert found == expected


def _model(point: Point) -> Iterator[tuple[datetime, tuple[Any, ...]]]:
    due = [(start, 15) for start in STARTS]
    codes = {
        start: {code for code, shown in point.shown.items() if index in shown} for index, start in enumerate(STARTS)
    }
    sent = {STARTS[index]: Given(float(kwh)) for index, (kwh, _) in point.sent.items()}
    wrong = {start for start in STARTS if codes[start] & WRONG}
    days = [(DAY.date - timedelta(days=14 + place), 15, values) for place, values in enumerate(point.like)]
    like = like_means(due, days, ZAGREB) if point.bad_days < 7 else {}
    estimates = estimate(due, sent, wrong, like)
    senders = {"measured": Quality.VALID, "edited": Quality.EDITED, "estimated": Quality.LIKE_DAYS}
    methods = {Method.INTERPOLATION: 9, Method.LIKE_DAYS: 8, None: 10}
    for index, start in enumerate(STARTS):
        shown = sorted(codes[start])
        if start in estimates:
            value = estimates[start]
            if value.kwh is not None or start in sent:
                kwh = None if value.kwh is None else Decimal(f"{value.kwh:.6f}")
                yield start, (methods[value.method], shown, kwh, value.method)
        else:
            own, quality = point.sent[index]
            code = 10 if codes[start] & QUESTIONABLE else senders[quality].value
            yield start, (code, shown, Decimal(own), "reading")
    assert not GAPS & set().union(*(codes[start] for start in sent)), "only gaps are shown as gaps"


def test_the_columns_of_the_part() -> None:
    assert list(VALIDATED_COLUMNS) == ["quality_code", "findings", "validated_kwh", "validated_by"]


def test_the_published_part_gives_the_findings_of_the_run(tmp_path: Path) -> None:
    """A replay and an explanation read the published parts. Their estimates are no readings."""
    world = RunWorld(tmp_path, an_item(1), an_item(2), an_item(3), day=DAY)
    world.rows = [*readings(1, DAY, without=[10, 11], parameters=False), *readings(2, DAY)]
    assert world.run()["enriched"]["estimated"] == 2
    enriched, customers, judged = tmp_path / "enriched", tmp_path / "customers", JudgedFiles.below(tmp_path)
    enriched.write_bytes(world.part())
    customers.write_bytes(world.s3.objects["enriched", customers_part_key(DAY.date, 0)])
    with open_duckdb(tmp_path, 512) as connection:
        judge_shard(connection, ShardDay(enriched, customers, DAY), judged)
    assert judged.findings.read_bytes() == world.s3.objects["enriched", findings_part_key(DAY.date, 0)]
    assert judged.days.read_bytes() == world.s3.objects["enriched", days_part_key(DAY.date, 0)]
