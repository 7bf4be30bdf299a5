"""The billing metering point number identifies the customer everywhere."""

import re

MAX_DIGITS = 18
"""18 digits fit a signed 64-bit integer (Postgres bigint, Parquet INT64) and DynamoDB's 38 digits."""

PATTERN = rf"[1-9][0-9]{{0,{MAX_DIGITS - 1}}}"
"""The canonical form in URLs and JSON: ASCII decimal digits, no sign, no leading zero."""

_CANONICAL = re.compile(PATTERN)


class InvalidMeteringPointError(ValueError):
    """A metering point number that is not in its canonical form."""


def parse_metering_point(text: object) -> int:
    """Returns the number that a canonical string stands for.

    Raises `InvalidMeteringPointError` for anything else: other types, signs, leading zeros, spaces, digits of
    other scripts, more than 18 digits. So each number has one spelling and one URL.
    """
    if isinstance(text, str) and _CANONICAL.fullmatch(text):
        return int(text)
    raise InvalidMeteringPointError(f"a metering point number is 1 to {MAX_DIGITS} digits without a leading zero")


def format_metering_point(number: int) -> str:
    """Returns the canonical string of a number. Raises `InvalidMeteringPointError` where there is none.

    JSON carries this string, because many JSON readers lose digits of numbers above 2^53.
    """
    text = str(number)
    parse_metering_point(text)
    return text
