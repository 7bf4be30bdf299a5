"""A metering point number is parsed, compared and sorted."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.metering_points import (
    MAX_LENGTH,
    PATTERN,
    InvalidMeteringPointError,
    meant_metering_point,
    parse_metering_point,
)

NUMBERS = st.from_regex(rf"\A(?:{PATTERN})\Z")
IN_USE = [
    "1", "0", "0001", "1000000001", "200000001234567890123", "50414729371", "DE0001234567890000000000000000001",
    "ES0021000000000001JN0F", "IT001E00000001", "NEM1204062", "10443720001234567", "X" * 35, "HR-12-3",
]  # fmt: skip
NOT_A_NUMBER = [
    "", "-", "-1", "1-", "+1", " 1", "1 ", "1\n", "1.0", "1_000", "abc", "12a", "٣", "\uff11", "1" * 36, "Č1",
    None, 1, True, b"1", ["1"], "1/../2", "%31", "1--2-",
]  # fmt: skip


@pytest.mark.parametrize("text", IN_USE)
def test_identifiers_in_use_are_numbers_and_stay_as_they_are(text: str) -> None:
    assert parse_metering_point(text) == text


@pytest.mark.parametrize("text", NOT_A_NUMBER, ids=repr)
def test_anything_else_is_refused(text: object) -> None:
    with pytest.raises(InvalidMeteringPointError, match=f"1 to {MAX_LENGTH}"):
        parse_metering_point(text)


@given(NUMBERS)
def test_a_number_has_at_most_its_length_and_means_itself(number: str) -> None:
    assert 1 <= len(number) <= MAX_LENGTH
    assert parse_metering_point(number) == meant_metering_point(number) == number


@given(NUMBERS, NUMBERS)
def test_code_points_and_bytes_sort_alike(one: str, other: str) -> None:
    """Postgres with `COLLATE "C"` and DuckDB compare bytes; Python compares code points."""
    assert (one < other) == (one.encode() < other.encode())


@pytest.mark.parametrize("text", ["de0001 7", "DE 0001.7", " de0001_7", "De0001/7", "-DE00017-", "de00017"])
def test_another_spelling_means_the_number(text: str) -> None:
    assert meant_metering_point(text) == "DE00017"


@pytest.mark.parametrize("text", ["", "--", "...", "ß", "ŉ1", "\uff11", "1" * 36, None, 7])
def test_where_no_number_can_be_meant_nothing_is(text: object) -> None:
    with pytest.raises(InvalidMeteringPointError):
        meant_metering_point(text)


def test_the_pattern_needs_no_feature_that_terraform_and_json_schema_lack() -> None:
    assert not re.search(r"\(\?|\\", PATTERN)
