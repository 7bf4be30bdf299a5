"""Numbers and times are written as the reader writes them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from operations.console.formats import Formats, separators
from operations.console.view import accepted
from tests.unit.lambdas.examples import ZAGREB

NB = "\N{NO-BREAK SPACE}"
ENGLISH, CROATIAN = Formats("en", ZAGREB, ",", "."), Formats("hr", ZAGREB, ".", ",")


@pytest.mark.parametrize(
    ("value", "places", "english", "croatian"),
    [
        (1234567, None, "1,234,567", "1.234.567"),
        (Decimal("1234.5600"), None, "1,234.5600", "1.234,5600"),
        ("0.125", 3, "0.125", "0,125"),
        (-0.5, 1, "\N{MINUS SIGN}0.5", "\N{MINUS SIGN}0,5"),
        (None, 3, "\N{EN DASH}", "\N{EN DASH}"),
    ],
)
def test_numbers(value, places: int | None, english: str, croatian: str):
    assert ENGLISH.number(value, places) == english
    assert CROATIAN.number(value, places) == croatian


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [(100, 100, "100"), (0, 100, "0"), (99_999, 100_000, "99.9"), (1, 100_000, "0.1"), (1, 3, "33.3"), (0, 0, None)],
)
def test_a_share_is_whole_only_where_nothing_is_missing(part: int, whole: int, text: str | None):
    assert ENGLISH.percent(part, whole) == (f"{text}{NB}%" if text else "\N{EN DASH}")


def test_times_have_their_offset_on_days_of_clock_change_alone():
    autumn = [datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1)]
    assert [ENGLISH.plain_instant(instant) for instant in autumn] == [
        f"25{NB}Oct{NB}2026{NB}02:30{NB}UTC+2",
        f"25{NB}Oct{NB}2026{NB}02:30{NB}UTC+1",
    ]
    assert ENGLISH.plain_instant("2026-10-26T00:30:00Z") == f"26{NB}Oct{NB}2026{NB}01:30"
    assert CROATIAN.plain_instant("2026-10-26T00:30:00Z") == f"26.{NB}10.{NB}2026.{NB}01:30"
    assert [ENGLISH.changes_clock(date(2026, 3, day)) for day in (28, 29, 30)] == [False, True, False]


def test_markup_has_the_instant_for_programs():
    assert ENGLISH.day("2026-03-01") == f'<time datetime="2026-03-01">1{NB}Mar{NB}2026</time>'
    assert 'datetime="2026-03-01T11:00:00+00:00"' in ENGLISH.instant(datetime(2026, 3, 1, 11, tzinfo=UTC))


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.25, f"0.2{NB}s"), (75, f"1{NB}min 15{NB}s"), (3600, f"1{NB}h"), (90_061, f"1{NB}d 1{NB}h")]
)
def test_durations(seconds: float, text: str):
    assert ENGLISH.duration(seconds) == text


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        ("hr-HR,hr;q=0.9,en;q=0.8", ["hr-hr", "hr", "en"]),
        ("en;q=0.2, de-AT;q=0.9, *;q=0.1", ["de-at", "en"]),
        ("", []),
        ("en;q=x,hr;q=0", []),
    ],
)
def test_the_browsers_languages(header: str, tags: list[str]):
    assert accepted(header) == tags


def test_an_austrian_reads_english_with_german_numbers():
    assert separators(accepted("de-AT,en;q=0.8")) == (".", ",")
    assert separators(["xx"]) == (",", ".")
