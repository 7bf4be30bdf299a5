"""Each publication has a summary and a report. The mail names the report, and `make report` writes its bytes."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.object_keys import report_key, summary_key
from local.commands.report import reports_of
from local.observe.running import RunningStack
from operations.report import Asked, ReportError, write_report
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import whole_day


def summary_of(pipeline: Pipeline, day: date, number: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(pipeline.objects(str(day))[f"{pipeline.enriched}/{summary_key(day, number)}"])
    return found


def written(stack: RunningStack, path: Path, **asked: Any) -> bytes:
    """Runs `make report`."""
    assert write_report(reports_of(stack), Asked(file=path, **asked), lambda _line: None) == 0
    return path.read_bytes()


def test_the_mail_of_a_run_names_the_report_that_make_report_writes(
    api: ApiClient, customers: Customers, pipeline: Pipeline, day: date, tmp_path: Path
) -> None:
    with_gap, silent = customers.create(), customers.create()
    assert api.send(with_gap.number, whole_day(day)[:90], with_gap.key).json["stored"] == 90
    pipeline.run_day(day)
    key = report_key(day, 1)
    stored = pipeline.objects(str(day))[f"{pipeline.enriched}/{key}"]
    (mail,) = [mail for mail in pipeline.emails(str(day)) if mail.subject.startswith("Alarms of ")]
    assert f"s3://{pipeline.enriched}/{key}\n" in mail.body
    assert f"python -m operations.report --outputs outputs.json --date {day}\n" in mail.body
    assert written(pipeline.stack, tmp_path / "day.html", date=str(day)) == stored
    assert silent.number in stored.decode(), "its number sorts before those of the demo's silent customers"
    assert "<script" not in stored.decode()
    summary = summary_of(pipeline, day, 1)
    assert summary["total"]["received"] == 90
    assert summary["alarms"]["changes"]["ICD"]["raised"] == 1
    assert summary["findings"]["ICD"] == {"alarm": 1}
    assert silent.number in {point["number"] for point in summary["worst"]}


def test_a_correction_is_another_report_that_compares_and_a_run_again_writes_none(
    api: ApiClient, customers: Customers, pipeline: Pipeline, day: date, tmp_path: Path
) -> None:
    customer = customers.create()
    readings = whole_day(day)
    api.send(customer.number, readings[:90], customer.key)
    pipeline.run_day(day)
    first = pipeline.objects(str(day))
    pipeline.run_day(day)
    assert pipeline.objects(str(day)) == first, "a run without changes writes no report"
    api.send(customer.number, readings[90:], customer.key)
    assert pipeline.run({"date": str(day), "catch_up": True}).status == "SUCCEEDED"
    summary = summary_of(pipeline, day, 2)
    assert summary["total"]["received"] == 96
    assert (summary["change"]["against"], summary["before"]["total"]["received"]) == (1, 90)
    assert summary["shards_without_numbers"] == 0
    newest, older = (written(pipeline.stack, tmp_path / "day.html", date=str(day), number=number) for number in (0, 1))
    assert newest != older
    assert older == first[f"{pipeline.enriched}/{report_key(day, 1)}"]
    month = f"{day:%Y-%m}"
    report = written(pipeline.stack, tmp_path / "month.html", month=month)
    assert report == written(pipeline.stack, tmp_path / "again.html", month=month)
    assert day.isoformat() in report.decode()


def test_a_day_that_has_not_run_has_no_report(pipeline: Pipeline, day: date, tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="has no report"):
        written(pipeline.stack, tmp_path / "day.html", date=str(day))
