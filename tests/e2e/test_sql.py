"""The published days in SQL: the saved queries, the command, and the notebook of docs/analysis.md."""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from local.commands.aws_environment import client_environment
from local.commands.query import queries_of
from local.observe.running import RunningStack
from operations.console.data.athena import Athena
from operations.query_run import run, saved_query, seen_on
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers
from tests.e2e.pipeline import Pipeline
from tests.e2e.planted_days import CORRECTION, GAP, PlantedDays, plant

REPOSITORY = Path(__file__).parents[2]
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROWS = 96


@pytest.fixture(scope="module")
def planted(api: ApiClient, customers: Customers, pipeline: Pipeline, own_day: Callable[[], date]) -> PlantedDays:
    return plant(api, customers, pipeline, own_day)


@pytest.fixture(scope="module")
def athena(stack: RunningStack) -> Athena:
    return queries_of(stack)


@pytest.fixture
def answer(athena: Athena, planted: PlantedDays) -> Callable[[str], list[dict[str, Any]]]:
    """Runs a saved query as if the second day were today."""

    def answered(name: str) -> list[dict[str, Any]]:
        result = run(athena, seen_on(saved_query(athena, name).sql, planted.second))
        names = [column.name for column in result.columns]
        return [dict(zip(names, row, strict=True)) for row in result.rows]

    return answered


Answer = Callable[[str], list[dict[str, Any]]]


def of_ours(rows: list[dict[str, Any]], **wanted: object) -> list[dict[str, Any]]:
    """Returns the rows in which these columns have one of these values, without these columns."""
    return [row for row in rows if all(row[name] in map(str, values) for name, values in wanted.items())]  # type: ignore[call-overload]


def test_daily_energy_by_city(answer: Answer, planted: PlantedDays) -> None:
    rows = of_ours(answer("daily_energy_by_city"), city=planted.cities)
    found = [(row["date"], row["city"], row["metering_points"], Decimal(row["kwh"])) for row in rows]
    one, other = planted.cities
    assert found == [
        (str(planted.first), one, "2", 2 * planted.kwh(0) + CORRECTION),
        (str(planted.first), other, "1", planted.kwh(0)),  # the gap is estimated
        (str(planted.second), one, "2", 2 * planted.kwh(1)),
        (str(planted.second), other, "1", planted.kwh(1)),
    ]
    assert {row["production_kwh"] for row in rows} == {None}


def test_load_profile_by_type(answer: Answer, planted: PlantedDays) -> None:
    rows = answer("load_profile_by_type")
    hours = [range(4 * hour, 4 * hour + 4) for hour in range(24)]
    shop = [float(planted.kwh(0, hour) + planted.kwh(1, hour)) / 2 for hour in hours]
    household = list(shop)
    household[0] += float(CORRECTION) / 4
    found: dict[Any, Any] = {
        (row["type"], int(row["hour"])): (row["metering_points"], float(row["mean_kw"])) for row in rows
    }
    assert found == {
        **{("C", hour): ("1", pytest.approx(kw, abs=0.001)) for hour, kw in enumerate(shop)},
        **{("HH", hour): ("2", pytest.approx(kw, abs=0.001)) for hour, kw in enumerate(household)},
    }


def test_coverage_by_county(answer: Answer, planted: PlantedDays) -> None:
    worse, better = reversed(planted.counties)
    due, missing = 4 * ROWS, 2 * ROWS + len(GAP)
    assert [tuple(row.values()) for row in of_ours(answer("coverage_by_county"), county=planted.counties)] == [
        (worse, "2", str(due - missing), str(due), str(round(100 * (due - missing) / due, 2))),
        (better, "2", str(due), str(due), "100.0"),
    ]


def test_missing_by_hour(answer: Answer) -> None:
    assert answer("missing_by_hour") == [{"hour": "10", "missing": str(len(GAP)), "metering_points": "1"}]


def test_peaks(answer: Answer, planted: PlantedDays) -> None:
    last_hour = range(92, 96)
    assert [tuple(row.values()) for row in answer("peaks")] == [
        (str(day), "23", str(3 * planted.kwh(number, last_hour).quantize(Decimal("0.000001"))), "3")
        for number, day in enumerate((planted.first, planted.second))
    ]


def test_losses_of_voltage(answer: Answer, planted: PlantedDays) -> None:
    county, city = planted.counties[0], planted.cities[0]
    assert [tuple(row.values()) for row in answer("losses_of_voltage")] == [(county, city, "1", "192", "96.0", "30")]


def test_corrections_by_publication(answer: Answer, planted: PlantedDays) -> None:
    (row,) = answer("corrections_by_publication")
    assert (row["date"], row["number"]) == (str(planted.first), "2")
    assert (row["changed_metering_points"], row["changed_intervals"]) == ("1", "1")
    assert Decimal(row["kwh_change"]) == CORRECTION
    assert Decimal(row["kwh"]) == 3 * planted.kwh(0) - planted.kwh(0, GAP) + CORRECTION


def test_estimated_share(answer: Answer, planted: PlantedDays) -> None:
    first, second = answer("estimated_share")
    energy = 100 * float(planted.kwh(0, GAP) / (3 * planted.kwh(0) + CORRECTION))
    assert [first[name] for name in ("date", "intervals", "estimated_intervals", "percent_of_intervals")] == [
        *(str(planted.first), str(3 * ROWS), str(len(GAP)), str(round(100 * len(GAP) / (3 * ROWS), 2)))
    ]
    assert float(first["percent_of_energy"]) == pytest.approx(energy, abs=0.01)
    assert tuple(second.values()) == (str(planted.second), str(3 * ROWS), "0", "0.0", "0.0")


def test_top_changes(answer: Answer, planted: PlantedDays) -> None:
    """The day with a gap is not complete. So the customer with the gap has no usual day."""
    found = {
        row["billing_metering_point_number"]: (row["date"], float(row["kwh"]), float(row["usual_kwh"]))
        for row in answer("top_changes")
    }
    usual, today = planted.kwh(0), planted.kwh(1)
    assert found == {
        planted.shop.number: (str(planted.second), float(today), float(usual)),
        planted.household.number: (str(planted.second), float(today), float(usual + CORRECTION)),
    }


def test_alarms_by_age(answer: Answer, planted: PlantedDays) -> None:
    """The silence of 2 days is one alarm."""
    county = planted.counties[1]
    assert [tuple(row.values()) for row in of_ours(answer("alarms_by_age"), county=planted.counties)] == [
        (county, "ICD", "0 to 1 days", "1", "0"),
        (county, "MCD", "0 to 1 days", "1", "0"),
    ]


def test_the_commands_print_a_saved_query_and_the_words_of_a_failure(
    stack: RunningStack, planted: PlantedDays, tmp_path: Path
) -> None:
    environment = client_environment(stack, os.environ)
    outputs = tmp_path / "outputs.json"
    outputs.write_text(json.dumps({name: {"value": value} for name, value in stack.outputs.items()}))

    def ran(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *words]
        return subprocess.run(command, cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=False)

    asked = ("--name", "peaks", "--today", str(planted.second), "--format", "csv")
    local = ran("local.commands.query", "--stack", stack.name, *asked)
    anywhere = ran("operations.query", "--outputs", str(outputs), *asked)
    assert (local.returncode, local.stdout) == (0, anywhere.stdout), (local.stderr, anywhere.stderr)
    rows = list(csv.DictReader(io.StringIO(local.stdout)))
    assert [row["date"] for row in rows] == [str(planted.first), str(planted.second)]
    assert re.search(r"^2 rows, .+ scanned, \d+\.\d s$", anywhere.stderr, re.MULTILINE)
    for program in (("local.commands.query", "--stack", stack.name), ("operations.query", "--outputs", str(outputs))):
        failed = ran(*program, "--sql", "SELECT kwhh FROM days")
        assert (failed.returncode, failed.stdout) == (1, "")
        assert "kwhh" in failed.stderr
        assert "Traceback" not in failed.stderr


@pytest.mark.filterwarnings("ignore:The inplace keyword:DeprecationWarning")
def test_the_notebook_of_the_document_reads_a_publication(
    stack: RunningStack, planted: PlantedDays, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = (REPOSITORY / "docs" / "analysis.md").read_text(encoding="utf-8")
    for name, value in client_environment(stack, {}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    found: dict[str, Any] = {}
    for block in BLOCK.findall(text):
        code = re.sub(r'^bucket = ".*?"', f'bucket = "{stack.outputs["enriched_bucket"]}"', block, flags=re.MULTILINE)
        code = re.sub(r'^day = ".*?"', f'day = "{planted.first}"', code, flags=re.MULTILINE)
        exec(compile(code, "docs/analysis.md", "exec"), found)  # noqa: S102 -- the document's own code
    one, other = planted.cities
    assert [row for row in found["by_city"] if row[0] in planted.cities] == [
        (one, 2 * planted.kwh(0) + CORRECTION, 2),
        (other, planted.kwh(0), 1),
    ]
    assert ("ICD", "alarm", 1) in found["by_code"]
    by_hour = dict(found["by_hour"].iter_rows())
    assert by_hour[23] == 3 * planted.kwh(0, range(92, 96))
    assert sum(by_hour.values()) == 3 * planted.kwh(0) + CORRECTION
    assert found["profile"]["C"].sum() == pytest.approx(float(planted.kwh(0)))
    assert found["estimated_percent"] == pytest.approx(100 * len(GAP) / (3 * ROWS))
