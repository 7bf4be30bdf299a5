"""Reads `IAM_ENFORCEMENT`."""

import os
from functools import cache

VARIABLE = "IAM_ENFORCEMENT"
OFF, REPORT, ON = "off", "report", "on"
DEFAULT = ON


@cache
def mode() -> str:
    """Returns `off`, `report` or `on`. Raises `ValueError` for any other value."""
    value = os.environ.get(VARIABLE) or DEFAULT
    if value not in (OFF, REPORT, ON):
        raise ValueError(f"{VARIABLE}={value!r}: use off, report or on")
    return value
