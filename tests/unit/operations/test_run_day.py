"""A day is run again with nothing but Terraform's outputs, on AWS as on the laptop."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import boto3
import pytest

from operations import run_day
from operations.outputs import OutputsError, read

MACHINE = "arn:aws:states:eu-central-1:1:stateMachine:pipeline"


class Steps:
    """Stands for Step Functions. An execution ends with the status `ends` at the second look."""

    def __init__(self, *ends: str) -> None:
        self.ends, self.started, self.looks = list(ends), list[dict[str, Any]](), 0

    def start_execution(self, **request: Any) -> dict[str, Any]:
        self.started.append(request)
        self.looks = 0
        return {"executionArn": f"arn:execution:{len(self.started)}"}

    def describe_execution(self, executionArn: str) -> dict[str, Any]:  # noqa: N803 -- boto3's name
        assert executionArn == f"arn:execution:{len(self.started)}", "looked at before it was started"
        self.looks += 1
        if self.looks == 1:
            return {"status": "RUNNING"}
        status = self.ends.pop(0)
        return {"status": status} | ({"error": "InvalidDate", "cause": "gone"} if status == "FAILED" else {})


def outputs(tmp_path: Path, *, flat: bool = False, **further: Any) -> Path:
    values = {"state_machine_arn": MACHINE, "time_zone": "Europe/Zagreb", **further}
    path = tmp_path / "outputs.json"
    path.write_text(json.dumps(values if flat else {name: {"value": value} for name, value in values.items()}))
    return path


def test_days_run_one_after_the_other(capsys: pytest.CaptureFixture[str]) -> None:
    steps = Steps("SUCCEEDED", "SUCCEEDED")
    days = [date(2026, 11, 1), date(2026, 11, 2)]
    assert run_day.run_days(steps, MACHINE, days, pause=lambda _: None) == 0
    assert [json.loads(request["input"]) for request in steps.started] == [{"date": str(day)} for day in days]
    assert {request["stateMachineArn"] for request in steps.started} == {MACHINE}
    assert "2026-11-02: SUCCEEDED" in capsys.readouterr().out


def test_a_run_that_fails_is_told_and_the_next_day_is_run(capsys: pytest.CaptureFixture[str]) -> None:
    steps = Steps("FAILED", "SUCCEEDED")
    assert run_day.run_days(steps, MACHINE, [date(2026, 11, 1), date(2026, 11, 2)], pause=lambda _: None) == 1
    assert len(steps.started) == 2
    assert "2026-11-01: FAILED: InvalidDate gone" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "give a day, as in --date"),
        (["--date", "2026-11-31"], "2026-11-31 is no date"),
        (["--date", "tomorrow"], "YYYY-MM-DD"),
        (["--date", "9999-12-31"], "is not over yet"),
        (["--from", "2026-11-01"], "--to is missing"),
        (["--from", "2026-11-02", "--to", "2026-11-01"], "exchange them"),
    ],
)
def test_wrong_days_start_nothing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    said: str,
) -> None:
    monkeypatch.setattr(boto3, "client", lambda _: pytest.fail("AWS was asked"))
    assert run_day.main(["--outputs", str(outputs(tmp_path)), *arguments]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


def test_the_outputs_of_terraform_and_of_a_local_stack_are_both_read(tmp_path: Path) -> None:
    for flat in (False, True):
        assert read(outputs(tmp_path, flat=flat), ["time_zone"]) == {"time_zone": "Europe/Zagreb"}


def test_an_output_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputsError, match="alarm_queue_url"):
        read(outputs(tmp_path), ["alarm_queue_url"])
