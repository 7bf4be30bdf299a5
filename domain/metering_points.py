"""The billing metering point number identifies the customer everywhere. It is text."""

import re

KEY = "billing_metering_point_number"
"""The name of the number in every table."""

MAX_LENGTH = 35
"""The longest identifiers in use, such as the German MeLo with 33 characters, fit."""

PATTERN = rf"[0-9A-Z]([0-9A-Z-]{{0,{MAX_LENGTH - 2}}}[0-9A-Z])?"
"""The form in URLs, JSON and tables: ASCII digits, capital letters, and hyphens inside. Leading zeros count."""

RULE = f"a metering point number is 1 to {MAX_LENGTH} digits, capital letters and hyphens, no hyphen at an end"

_FORM = re.compile(PATTERN)
_OTHER = re.compile(r"[^0-9A-Z-]")


class InvalidMeteringPointError(ValueError):
    """A text does not have the form of a metering point number."""


def parse_metering_point(text: object) -> str:
    """Returns `text` if it has the form of a number.

    Raises `InvalidMeteringPointError` for anything else: other types, small letters, spaces, digits of other scripts,
    more than 35 characters. So each number has one spelling and one URL. Numbers are compared and sorted by code
    point: `"10" < "9"`, and `"01"` is not `"1"`.
    """
    if isinstance(text, str) and _FORM.fullmatch(text):
        return text
    raise InvalidMeteringPointError(RULE)


def meant_metering_point(text: object) -> str:
    """Returns the number that a caller means who writes it with small letters, spaces or other separators.

    For example `de 0001.7` means `DE00017`. The result decides only whose key opens the request. The service refuses
    the spelling itself with a reason. Raises `InvalidMeteringPointError` where no number can be meant.
    """
    if not isinstance(text, str) or not text.isascii():
        raise InvalidMeteringPointError(RULE)
    return parse_metering_point(_OTHER.sub("", text.upper()).strip("-"))
