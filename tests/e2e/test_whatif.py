"""Published days judged again: every alarm explains itself, and other parameters show what they would change."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from local.commands.alarms import desk_of
from local.commands.whatif import places
from local.observe.running import RunningStack
from operations.alarms import Wanted
from operations.explain import AlarmName, Explainer, days_of
from operations.judged_days import PublishedDays
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import whole_day

REPOSITORY = Path(__file__).parents[2]


def command(stack: RunningStack, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs a command as `make` does."""
    called = [sys.executable, "-m", f"local.commands.{name}", "--stack", stack.name, "--json", *arguments]
    return subprocess.run(called, cwd=REPOSITORY, capture_output=True, text=True, check=False)


def whatif(stack: RunningStack, day: date, checks: Path, text: str) -> subprocess.CompletedProcess[str]:
    checks.write_text(text, encoding="utf-8")
    return command(stack, "whatif", "--checks", str(checks), "--from", str(day), "--to", str(day))


def report(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)["days"][0]
    return found


@dataclass(frozen=True)
class Planted:
    """A published day with 2 silent customers and one with a spike. The data of `late` may come later."""

    day: date
    silent: TestCustomer
    late: TestCustomer
    spiky: TestCustomer


@pytest.fixture(scope="module")
def planted(api: ApiClient, customers: Customers, pipeline: Pipeline, own_day: Callable[[], date]) -> Planted:
    made = Planted(own_day(), customers.create(), customers.create(), customers.create())
    readings = whole_day(made.day)
    readings[40]["consumption_kwh"] = 6.0
    assert api.send(made.spiky.number, readings, made.spiky.key).status == 200
    pipeline.run_day(made.day)
    return made


def test_every_alarm_of_a_day_explains_itself(stack: RunningStack, planted: Planted) -> None:
    desk = desk_of(stack)
    alarms = [
        alarm for alarm in desk.alarms(Wanted("open", day=planted.day)) if alarm.metering_point != planted.late.number
    ]
    found = {(alarm.metering_point, alarm.code) for alarm in alarms}
    assert {(planted.silent.number, "MCD"), (planted.spiky.number, "SPK")} <= found
    with PublishedDays.opened(stack.client("s3"), *places(stack)) as published:
        explainer = Explainer(published)
        for alarm in alarms:
            assert AlarmName(alarm.metering_point, planted.day, alarm.code) in days_of(alarm)
            assert {explainer.explain(each).verdict for each in days_of(alarm)} == {"holds"}, alarm
    spike = next(alarm for alarm in alarms if alarm.code == "SPK" and alarm.metering_point == planted.spiky.number)
    done = command(stack, "explain", "--alarm", spike.id)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [each["verdict"] for each in json.loads(done.stdout)] == ["holds"]


def test_other_parameters_show_what_they_would_change(stack: RunningStack, planted: Planted, tmp_path: Path) -> None:
    checks = tmp_path / "candidate.toml"
    same = report(whatif(stack, planted.day, checks, ""))
    assert [counts for counts in same["checks"].values() if counts["new"] or counts["gone"]] == []
    assert same["before"] == same["after"]
    other = report(whatif(stack, planted.day, checks, "[SPK]\nalone_percent = 5000.0\n"))
    changed = [(each["change"], each["code"], each["number"]) for each in other["examples"]]
    assert ("gone", "SPK", planted.spiky.number) in changed
    refused = whatif(stack, planted.day, checks, "[SPX]\nalone_percent = 1.0\n")
    assert refused.returncode == 2
    assert "no check is SPX: the checks are MCD, ICD" in refused.stderr


def test_an_alarm_that_the_data_healed_no_longer_holds(
    stack: RunningStack, api: ApiClient, pipeline: Pipeline, planted: Planted
) -> None:
    assert api.send(planted.late.number, whole_day(planted.day), planted.late.key).status == 200
    assert pipeline.run({"date": str(planted.day), "catch_up": True}).status == "SUCCEEDED"
    healed = command(stack, "explain", "--alarm", f"{planted.late.number}/{planted.day}/MCD")
    assert healed.returncode == 0, healed.stdout + healed.stderr
    assert json.loads(healed.stdout)[0]["in_words"] == "It no longer holds since publication 2."
