"""Calculates the partitions of a table with partition projection.

https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from localstack_dockerless.services.athena.failures import QueryFailedError, not_supported

MOST_VALUES = 1_000_000
_FORMATS = {"yyyy": "%Y", "uuuu": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
_SPANS = {"WEEK": 7 * 86400, "DAY": 86400, "HOUR": 3600, "MINUTE": 60, "SECOND": 1}


def is_on(parameters: Mapping[str, str]) -> bool:
    return parameters.get("projection.enabled", "").lower() == "true"


def values(
    column: str, parameters: Mapping[str, str], given: list[str] | None, now: datetime | None = None
) -> list[str]:
    """Returns every value of a partition column. `given` are the values that the query names for it, if it does.

    Raises `QueryFailedError` for a wrong configuration.
    """
    kind = _setting(column, "type", parameters).lower()
    if kind == "enum":
        return [each.strip() for each in _setting(column, "values", parameters).split(",")]
    if kind == "integer":
        return list(_integers(column, parameters))
    if kind == "date":
        return list(_dates(column, parameters, now or datetime.now(UTC)))
    if kind == "injected":
        if given is None:
            raise QueryFailedError(
                "CONSTRAINT_VIOLATION",
                f"For the injected projected partition column {column}, the WHERE clause must contain only static "
                "equality conditions, and at least one such condition must be present.",
            )
        return given
    raise _wrong(column, f"its type {kind!r} is none of enum, integer, date and injected")


def location(template: str | None, base: str, keys: list[str], chosen: tuple[str, ...]) -> str:
    """Returns the location of a partition, by `storage.location.template` or in Hive's style."""
    if not template:
        path = "/".join(f"{key}={value}" for key, value in zip(keys, chosen, strict=True))
        return f"{base.rstrip('/')}/{path}/"
    for key, value in zip(keys, chosen, strict=True):
        template = re.sub(r"\$\{" + re.escape(key) + r"\}", lambda _, value=value: value, template, flags=re.IGNORECASE)  # type: ignore[misc]
    if missing := re.search(r"\$\{[^}]*\}", template):
        raise QueryFailedError("INVALID_TABLE_PROPERTY", f"storage.location.template has the unknown {missing[0]}")
    return template if template.endswith("/") else f"{template}/"


def _integers(column: str, parameters: Mapping[str, str]) -> Iterator[str]:
    try:
        first, last = (int(each) for each in _setting(column, "range", parameters).split(","))
        step = int(parameters.get(f"projection.{column}.interval", "1"))
        digits = int(parameters.get(f"projection.{column}.digits", "0"))
    except ValueError as error:
        raise _wrong(column, "its range, interval or digits are no whole numbers") from error
    if step < 1 or (last - first) // step > MOST_VALUES:
        raise _wrong(column, f"it has more than {MOST_VALUES} values")
    for value in range(first, last + 1, step):
        yield str(value).zfill(digits)


def _dates(column: str, parameters: Mapping[str, str], now: datetime) -> Iterator[str]:
    pattern = _pattern(column, _setting(column, "format", parameters))
    bounds = _setting(column, "range", parameters).split(",")
    if len(bounds) != 2:
        raise _wrong(column, "its range has not 2 ends")
    first, last = (_bound(column, each.strip(), pattern, now) for each in bounds)
    unit = parameters.get(f"projection.{column}.interval.unit", "").upper().rstrip("S") or _default_unit(
        column, pattern
    )
    step = int(parameters.get(f"projection.{column}.interval", "1"))
    count, moment, before = 0, first, None
    while moment <= last:
        written = moment.strftime(pattern)
        if written != before:
            yield written
        before, count = written, count + 1
        if count > MOST_VALUES:
            raise _wrong(column, f"it has more than {MOST_VALUES} values")
        moment = _later(column, first, unit, step * count)


def _default_unit(column: str, pattern: str) -> str:
    """Returns a day or a month where the format ends with one. A finer format needs a unit."""
    if any(mark in pattern for mark in ("%H", "%M", "%S")):
        raise _wrong(column, "a format finer than a day needs interval.unit")
    return "DAY" if "%d" in pattern else "MONTH" if "%m" in pattern else "YEAR"


def _later(column: str, first: datetime, unit: str, count: int) -> datetime:
    if unit in _SPANS:
        return first + timedelta(seconds=_SPANS[unit] * count)
    if unit not in ("MONTH", "YEAR"):
        raise _wrong(column, f"its interval.unit {unit!r} is unknown")
    months = first.year * 12 + first.month - 1 + count * (12 if unit == "YEAR" else 1)
    for day in (first.day, 30, 29, 28):
        try:
            return first.replace(year=months // 12, month=months % 12 + 1, day=min(day, first.day))
        except ValueError:
            continue
    raise _wrong(column, "its range cannot be followed")


def _bound(column: str, written: str, pattern: str, now: datetime) -> datetime:
    match = re.fullmatch(r"NOW(?:\s*([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?", written.upper())
    if match:
        naive = now.replace(tzinfo=None)
        sign, count, unit = match.groups()
        return naive if sign is None else _later(column, naive, unit, int(f"{sign}{count}"))
    try:
        return datetime.strptime(written, pattern)  # noqa: DTZ007 -- projected dates have no zone
    except ValueError as error:
        raise _wrong(column, f"its range has {written!r}, which does not fit its format") from error


def _pattern(column: str, written: str) -> str:
    """Returns Python's form of a pattern of Java's `DateTimeFormatter`."""
    parts = []
    for quoted, run, _, other in re.findall(r"'([^']*)'|(([A-Za-z])\3*)|([^A-Za-z'])", written):
        if run and run not in _FORMATS:
            raise not_supported(f"{run!r} in the format of the projected column {column}")
        parts.append(_FORMATS[run] if run else (quoted or other).replace("%", "%%"))
    return "".join(parts)


def _setting(column: str, name: str, parameters: Mapping[str, str]) -> str:
    found = parameters.get(f"projection.{column}.{name}")
    if found is None:
        raise _wrong(column, f"projection.{column}.{name} is missing")
    return found


def _wrong(column: str, why: str) -> QueryFailedError:
    return QueryFailedError(
        "INVALID_TABLE_PROPERTY", f"The projection of the partition column {column} is wrong: {why}"
    )
