"""The tools print text that is readable at 100 columns, and plain text where there is no terminal."""

from datetime import UTC, datetime
from io import StringIO

from rich.console import Console

from domain.alarms import in_words
from local.commands.console import progress_bar
from local.commands.demo import sparkline
from local.commands.messages import alarm_table, show_email
from local.commands.pipeline import object_table
from local.observe.alarm_queue import AlarmMessage
from local.observe.day_objects import DayObject
from operations.mailbox import Email

EMAIL = Email(
    "1", datetime(2026, 11, 1, 1, 15, tzinfo=UTC), ("admin@energy.example",), "MCD [1]: 1 customer", "Date: [bold]\n"
)


def printed(width: int = 100) -> Console:
    return Console(file=StringIO(), width=width, highlight=False)


def text_of(console: Console) -> str:
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_an_email_is_shown_as_it_was_written() -> None:
    console = printed()
    show_email(EMAIL, console)
    assert "MCD [1]: 1 customer" in text_of(console)
    assert "Date: [bold]" in text_of(console)
    assert "\x1b" not in text_of(console)


def test_the_table_of_alarms_fits_100_columns() -> None:
    body = {
        "billing_metering_point_number": "999999999999999999",
        "event": "acknowledged",
        "error_type": "ICD",
        "date": "2026-11-01",
        "customer": {"name": "Tvornica papira Filipović d.d.", "city": "Slavonski Brod"},
        "details": {
            "expected_intervals": 96,
            "received_intervals": 89,
            "missing_intervals": 7,
            "first_missing_intervals": ["2026-11-01T01:00:00Z", "2026-11-01T01:15:00Z"],
        },
    }
    console = printed()
    console.print(alarm_table([AlarmMessage("1", datetime(2026, 11, 2, tzinfo=UTC), body)]))
    assert max(map(len, text_of(console).splitlines())) <= 100
    assert "999999999999999999" in text_of(console)
    assert "Slavonski Brod" in text_of(console)


def test_a_progress_bar_is_silent_without_a_terminal() -> None:
    console = printed()
    with progress_bar(console, "Sending", 3) as advance:
        advance()
        advance(2)
    assert text_of(console).strip() == ""


def test_a_sparkline_is_as_high_as_the_share_of_the_highest() -> None:
    assert sparkline([0, 0.5, 1]) == "▁▅█"
    assert sparkline([]) == ""
    assert sparkline([0, 0]) == "▁▁"


def test_details_are_told_in_words() -> None:
    assert in_words("MCD", {"expected_intervals": 92}) == "no reading, 92 were due"
    mnp = {
        "readings": 96,
        "readings_without_parameters": 4,
        "missing_parameters": ["average_voltage_v", "voltage_drops"],
    }
    assert in_words("MNP", mnp) == "4 of 96 readings lack average voltage, voltage drops"
    assert in_words("NEW", {"some_count": 1}) == "some count 1"


def test_objects_are_listed_below_their_buckets_each_on_one_line() -> None:
    day = "readings/date=2026-11-01"
    objects = [
        DayObject(bucket, f"{day}/part-0000{number}.parquet", 12_345_678, 1_248)
        for bucket in ("energy-local-exported-000000000000", "energy-local-enriched-000000000000")
        for number in range(2)
    ]
    console = printed()
    console.print(object_table(objects))
    lines = [line.split() for line in text_of(console).splitlines()[2:]]
    assert [line[0] for line in lines] == [
        "s3://energy-local-exported-000000000000/", f"{day}/part-00000.parquet", f"{day}/part-00001.parquet",
        "s3://energy-local-enriched-000000000000/", f"{day}/part-00000.parquet", f"{day}/part-00001.parquet",
    ]  # fmt: skip
    assert lines[1][1:] == ["12,345,678", "B", "1,248"]
