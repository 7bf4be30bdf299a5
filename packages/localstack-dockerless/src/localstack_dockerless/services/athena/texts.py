"""Writes values as Athena shows them in results.

https://docs.aws.amazon.com/athena/latest/ug/data-types.html. A timestamp has milliseconds, and a double is Java's text.
"""

import math
import struct
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.types import Type


def shown(value: Any, kind: Type) -> str | None:
    """Returns the text of a value of DuckDB. None: NULL."""
    return None if value is None else _WRITERS.get(kind.name, _plain)(value, kind)


def _plain(value: Any, _kind: Type) -> str:
    return str(value)


def moment(value: datetime) -> str:
    return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03}"


def java(value: float, *, single: bool = False) -> str:
    """Returns Java's `Double.toString`: with an exponent below 0.001 and from 10,000,000 on."""
    if math.isnan(value):
        return "NaN"
    minus = "-" if math.copysign(1, value) < 0 else ""
    if math.isinf(value):
        return f"{minus}Infinity"
    _, digits, exponent = Decimal(_shortest(value) if single else repr(value)).as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 -- it is a finite number
    written = "".join(map(str, digits))
    kept = written.strip("0") or "0"
    power = len(written.lstrip("0")) + exponent - 1
    return f"{minus}{_with_point(kept, power) if kept != '0' else '0.0'}"


def _with_point(digits: str, power: int) -> str:
    if not -3 <= power < 7:
        return f"{digits[0]}.{digits[1:] or '0'}E{power}"
    if power < 0:
        return f"0.{'0' * (-power - 1)}{digits}"
    whole = digits[: power + 1].ljust(power + 1, "0")
    return f"{whole}.{digits[power + 1 :] or '0'}"


def _shortest(value: float) -> str:
    """Returns the shortest text that is the same number in 32 bits."""
    packed = struct.pack("f", value)
    return next(
        text for text in (f"{value:.{digits}g}" for digits in range(1, 10)) if struct.pack("f", float(text)) == packed
    )


def _duration(value: timedelta) -> str:
    seconds = abs(value)
    days, rest = seconds.days, seconds.seconds
    clock = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}.{seconds.microseconds // 1000:03}"
    return f"{'-' if value < timedelta(0) else ''}{days} {clock}"


def _list(value: Any, kind: Type) -> str:
    return f"[{', '.join(_inner(each, kind.parts[0]) for each in value)}]"


def _map(value: Any, kind: Type) -> str:
    pairs = value.items() if isinstance(value, dict) else value
    return f"{{{', '.join(f'{_inner(k, kind.parts[0])}={_inner(v, kind.parts[1])}' for k, v in pairs)}}}"


def _row(value: Any, kind: Type) -> str:
    fields = zip(kind.fields, kind.parts, value.values(), strict=True)
    return f"{{{', '.join(f'{name}={_inner(each, part)}' for name, part, each in fields)}}}"


def _inner(value: Any, kind: Type) -> str:
    text = shown(value, kind)
    return "null" if text is None else text


_WRITERS: dict[str, Callable[[Any, Type], str]] = {
    "boolean": lambda value, _: "true" if value else "false",
    "double": lambda value, _: java(value),
    "real": lambda value, _: java(value, single=True),
    "decimal": lambda value, kind: f"{Decimal(value):.{kind.args[1]}f}",
    "timestamp": lambda value, _: moment(value),
    types.ZONED: lambda value, kind: f"{moment(value)} {kind.zone}",
    types.INTERVAL: lambda value, _: _duration(value),
    "varbinary": lambda value, _: str(value.hex(" ")),
    "array": _list,
    "map": _map,
    "row": _row,
}
