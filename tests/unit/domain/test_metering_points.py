"""The metering point number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.metering_points import InvalidMeteringPointError, format_metering_point, parse_metering_point

NOT_CANONICAL = [
    "", "0", "01", "+1", "-1", " 1", "1 ", "1\n", "1.0", "1e3", "1_000", "abc", "12a", "٣", "\uff11", "1" * 19,
    None, 1, True, b"1", ["1"], "1/../2", "%31",
]  # fmt: skip


@pytest.mark.parametrize("text", NOT_CANONICAL, ids=repr)
def test_what_is_not_canonical_is_refused(text: object) -> None:
    with pytest.raises(InvalidMeteringPointError):
        parse_metering_point(text)


@given(st.integers(1, 10**18 - 1))
def test_a_number_and_its_spelling_are_one_to_one(number: int) -> None:
    assert parse_metering_point(format_metering_point(number)) == number


@pytest.mark.parametrize("number", [0, -1, 10**18])
def test_a_number_out_of_range_has_no_spelling(number: int) -> None:
    with pytest.raises(InvalidMeteringPointError):
        format_metering_point(number)
