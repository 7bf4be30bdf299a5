"""`operations.report` writes the stored report of a day, and makes the report of a month."""

import json
import re
import sys
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest

from domain.object_keys import report_key, summary_key
from domain.pipeline_dates import InvalidDate
from lambdas.reporter.day_report import day_report
from lambdas.reporter.texts import LANGUAGES
from operations.month_report import days_of, month_report
from operations.pdf import PdfError, as_pdf
from operations.report import Asked, ReportError, Reports, main, write_report
from operations.report_writer import writer_of
from tests.unit.lambdas.fake_s3 import FakeS3
from tests.unit.lambdas.reporter.golden import DAY, SUMMARY

GOLDEN: dict[str, Any] = json.loads(SUMMARY.read_text(encoding="utf-8"))
NOVEMBER = date(2026, 11, 1)
CROATIAN = Asked(date="2026-11-01", language="hr")


def summary(day: date, number: int = 1, **changed: Any) -> dict[str, Any]:
    return deepcopy(GOLDEN) | {"date": day.isoformat(), "number": number, "change": None} | changed


@pytest.fixture
def reports() -> Reports:
    """Has 2 publications of 1 November, one of 3 November, and one of 1 December."""
    s3 = FakeS3()
    for day, number in ((NOVEMBER, 1), (NOVEMBER, 2), (date(2026, 11, 3), 1), (date(2026, 12, 1), 1)):
        body = json.dumps(summary(day, number)).encode()
        s3.put_object(Bucket="enriched", Key=summary_key(day, number), Body=body)
        s3.put_object(Bucket="enriched", Key=report_key(day, number), Body=f"<p>{day} č {number}".encode())
    return Reports(cast("Any", s3), "enriched")


def write(reports: Reports, folder: Path, **asked: Any) -> bytes:
    told: list[str] = []
    path = folder / "new folder" / "report"
    assert write_report(reports, Asked(file=path, **asked), told.append) == 0
    assert told == [f"{path} ({path.stat().st_size:,} bytes)"]
    assert list(path.parent.iterdir()) == [path]
    return path.read_bytes()


def test_a_days_report_has_the_bytes_that_the_run_stored(reports: Reports, tmp_path: Path) -> None:
    assert write(reports, tmp_path, date="2026-11-01") == "<p>2026-11-01 č 2".encode()
    assert write(reports, tmp_path, date="2026-11-01", number=1) == "<p>2026-11-01 č 1".encode()


def test_the_file_has_the_name_of_the_day(reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for asked in (Asked(date="2026-11-01"), Asked(date="2026-11-01", number=1), Asked(month="2026-11"), CROATIAN):
        write_report(reports, asked, lambda _line: None)
    assert {path.name for path in tmp_path.iterdir()} == {
        "report-2026-11-01.html", "report-2026-11-01-1.html", "report-2026-11.html", "report-2026-11-01-hr.html",
    }  # fmt: skip


def test_a_report_in_croatian_is_made_of_the_stored_summary(reports: Reports, tmp_path: Path) -> None:
    day = write(reports, tmp_path, date="2026-11-01", language="hr").decode()
    assert '<html lang="hr">' in day
    assert "Izvještaj: nedjelja, 1. studenoga 2026." in day
    assert "MCD nedostaju podaci o potrošnji" in day
    month = write(reports, tmp_path, month="2026-11", language="hr").decode()
    assert "Izvještaj: studeni 2026." in month
    assert "Sažetak ima 2 od 30 dana." in month


def test_a_croatian_report_says_findings_in_croatian_and_marks_the_words_that_it_has_in_english_alone() -> None:
    found = summary(NOVEMBER)
    with_details, without = found["worst"][0]["reasons"]
    with_details |= {"code": "MCD", "details": {"expected_intervals": 96, "days": 2}}
    page = day_report(found, writer_of("hr", found))
    assert "MCD: nijedno očitanje, očekivano ih je 96, dana zaredom: 2</li>" in page
    assert f'<span lang="en">{without["words"]}</span>' in page
    assert with_details["words"] in day_report(found), "the stored report keeps its own words"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_of_a_report_gets_its_values(language: str) -> None:
    """A text with another value than its caller gives would fail only where it is used."""
    whole = [hour | {"received": hour["expected"]} for hour in GOLDEN["hours"]]
    others = GOLDEN["change"] | {"intervals": None, "metering_points": None}
    found = summary(NOVEMBER, shards_without_numbers=2, rows_without_customer=1)
    empty: dict[str, Any] = {"hours": [], "types": {}, "counties": {}, "findings": {}, "worst": [], "estimated": {}}
    pages = [
        day_report(each, writer_of(language, each))
        for each in (GOLDEN, found | {"change": others}, found | {"hours": whole}, found | empty)
    ]
    days = {NOVEMBER: found, date(2026, 11, 3): GOLDEN}
    pages += [month_report(NOVEMBER, days, writer_of(language, found))]
    pages += [month_report(NOVEMBER, {NOVEMBER: found | empty}, writer_of(language, found))]
    for page in pages:
        assert f'lang="{language}"' in page
        assert "{" not in re.sub("<style>.*?</style>", "", page, flags=re.DOTALL)


def test_a_month_is_made_of_the_newest_summary_of_each_day(reports: Reports, tmp_path: Path) -> None:
    days = {NOVEMBER: summary(NOVEMBER, 2), date(2026, 11, 3): summary(date(2026, 11, 3))}
    content = write(reports, tmp_path, month="2026-11").decode()
    assert content == month_report(NOVEMBER, days)
    assert "2 of 30 days have a summary." in content
    assert "These days have no summary: 2026-11-02." in content


def test_a_months_sums_are_those_of_its_days() -> None:
    content = month_report(NOVEMBER, {NOVEMBER: summary(NOVEMBER), date(2026, 11, 2): summary(date(2026, 11, 2))})
    expected, received = (2 * GOLDEN["total"][name] for name in ("expected", "received"))
    assert f"{received:,} of {expected:,} intervals" in content
    assert "These days have no summary" not in content


def test_a_month_names_the_corrections_and_the_worst_points_over_its_days() -> None:
    change = GOLDEN["change"]
    days = {date(2026, 11, day): summary(date(2026, 11, day), change=change if day == 2 else None) for day in (1, 2)}
    content = month_report(NOVEMBER, days)
    assert f"{change['kwh_before']} kWh" in content
    worst = GOLDEN["worst"][0]
    assert worst["number"] in content
    assert f"{worst['reasons'][0]['code']} on 2 days" in content


@pytest.mark.parametrize(("month", "days"), [((2026, 2), 28), ((2028, 2), 29), ((2026, 12), 31), ((2026, 4), 30)])
def test_a_month_has_its_days(month: tuple[int, int], days: int) -> None:
    found = days_of(date(*month, 1))
    assert len(found) == days
    assert {(each.year, each.month) for each in found} == {month}


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(date="2026-11-02"), "2026-11-02 has no report. Run the day"),
        (Asked(date="2026-11-01", number=3), "no report of publication 3. The newest is 2"),
        (Asked(month="2026-10"), "no day of 2026-10 has a summary"),
        (Asked(month="2026-13"), "'2026-13' is no month"),
        (Asked(month="2026-11-01"), "is no month"),
    ],
)
def test_what_is_not_there_is_said(reports: Reports, asked: Asked, said: str) -> None:
    with pytest.raises(ReportError, match=said):
        write_report(reports, asked, print)


def test_a_wrong_date_is_refused(reports: Reports) -> None:
    with pytest.raises(InvalidDate):
        write_report(reports, Asked(date="yesterday"), print)


def test_the_command_reads_the_outputs(
    reports: Reports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs, file = tmp_path / "outputs.json", tmp_path / "r.html"
    outputs.write_text(json.dumps({"enriched_bucket": {"value": "enriched"}}))
    monkeypatch.setattr("boto3.client", lambda service: reports.s3)
    assert main(["--outputs", str(outputs), "--date", "2026-11-03", "--file", str(file)]) == 0
    assert file.read_bytes() == "<p>2026-11-03 č 1".encode()
    assert main(["--outputs", str(outputs), "--date", "2026-11-02"]) == 1
    assert "has no report" in capsys.readouterr().err
    assert main(["--outputs", str(tmp_path / "no.json"), "--date", "2026-11-02"]) == 1


def test_a_pdf_is_a_pdf_with_the_same_bytes_each_time() -> None:
    page = DAY.read_text(encoding="utf-8")
    try:
        content = as_pdf(page)
    except PdfError as error:
        pytest.skip(str(error))
    assert content.startswith(b"%PDF-")
    assert as_pdf(page) == content


def test_a_pdf_loads_nothing(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("a text that a PDF must not have")
    attached = f'<p>A report</p><a rel="attachment" href="file://{tmp_path}/secret.txt">it</a>'
    try:
        content = as_pdf(attached)
    except PdfError as error:
        pytest.skip(str(error))
    assert b"/EmbeddedFile" not in content


def test_missing_libraries_are_named_with_the_way_to_get_them(monkeypatch: pytest.MonkeyPatch) -> None:
    class Missing:
        def find_spec(self, name: str, *_more: Any) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Missing(), *sys.meta_path])
    with pytest.raises(PdfError, match=r"sudo apt install libpango-1\.0-0 libpangoft2-1\.0-0 libharfbuzz-subset0"):
        as_pdf("<p>")
