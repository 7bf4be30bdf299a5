"""Translates functions of dates and times: https://trino.io/docs/current/functions/datetime.html.

The fields of a timestamp with time zone are those of its zone. A day, month or year that is added moves the local time.
An hour, minute or second that is added moves the instant.
"""

from collections.abc import Callable

from localstack_dockerless.services.athena.failures import QueryFailedError, not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.arithmetic import local_again, moved
from localstack_dockerless.services.athena.sql.casts import cast
from localstack_dockerless.services.athena.sql.functions.patterns import of_joda, of_mysql
from localstack_dockerless.services.athena.sql.functions.signatures import FLOAT, TEXT, fit, fixed
from localstack_dockerless.services.athena.sql.literals import moment
from localstack_dockerless.services.athena.sql.types import BIGINT, DATE, DOUBLE, TIMESTAMP, VARCHAR, text
from localstack_dockerless.services.athena.sql.values import Call, Function, Value, cast_to, zone_name

_SMALL = ("millisecond", "second", "minute", "hour")
_UNITS = (*_SMALL, "day", "week", "month", "quarter", "year")


def _time(call: Call, index: int) -> Value:
    value = call.args[index]
    if not value.type.is_time:
        raise call.unexpected()
    return value


def _unit(call: Call) -> str:
    unit = call.literal(0).lower()
    if unit not in _UNITS:
        raise QueryFailedError("INVALID_FUNCTION_ARGUMENT", f"{call.where}'{unit}' is not a valid field")
    return unit


def _date_trunc(call: Call) -> Value:
    """Keeps the offset of a truncated hour where the clock is set back. DuckDB would take the first of both hours."""
    if len(call.args) != 2:
        raise call.unexpected()
    unit, value = _unit(call), _time(call, 1)
    if value.type.name == "date":
        if unit in _SMALL:
            raise QueryFailedError("INVALID_FUNCTION_ARGUMENT", f"{call.where}'{unit}' is not a valid DATE field")
        return Value(f"CAST(date_trunc('{unit}', {value.sql}) AS DATE)", DATE)
    if value.type.name == "timestamp":
        return Value(f"date_trunc('{unit}', {value.sql})", value.type)
    if unit in _SMALL:
        return Value(f"({value.sql} - ({value.utc} - date_trunc('{unit}', {value.utc})))", value.type)
    return Value(local_again(value, f"date_trunc('{unit}', {value.utc})"), value.type)


def _date_add(call: Call) -> Value:
    if len(call.args) != 3 or not call.args[1].type.is_integer:
        raise call.unexpected()
    unit, value = _unit(call), _time(call, 2)
    if value.type.name == "date" and unit in _SMALL:
        raise QueryFailedError("INVALID_FUNCTION_ARGUMENT", f"{call.where}'{unit}' is not a valid DATE field")
    number, name = f"CAST({call.args[1].sql} AS INTEGER)", unit
    if unit == "quarter":
        number, name = f"({number} * 3)", "month"
    return moved(value, f"+ ({number} * INTERVAL 1 {name})", in_zone=unit not in _SMALL)


def _date_diff(call: Call) -> Value:
    """Counts whole units, in the zone of the first time where it has one."""
    if len(call.args) != 3:
        raise call.unexpected()
    unit, first, second = _unit(call), _time(call, 1), _time(call, 2)
    common = types.common(first.type, second.type)
    if common is None:
        raise call.unexpected()
    if common.name == types.ZONED:
        zone = first.type.zone if first.type.name == types.ZONED else types.UTC
        pair = [cast_to(each, types.zoned(each.type.zone or None)) for each in (first, second)]
        if unit in _SMALL:
            return Value(f"datesub('{unit}', {pair[0].sql}, {pair[1].sql})", BIGINT)
        local = [Value(each.sql, types.zoned(zone)).utc for each in pair]
        return Value(f"datesub('{unit}', {local[0]}, {local[1]})", BIGINT)
    if common.name == "date" and unit in _SMALL:
        raise QueryFailedError("INVALID_FUNCTION_ARGUMENT", f"{call.where}'{unit}' is not a valid DATE field")
    one, other = (f"CAST({each.sql} AS TIMESTAMP)" for each in (first, second))
    return Value(f"datesub('{unit}', {one}, {other})", BIGINT)


def _field(template: str, *, clock: bool = False) -> Function:
    """Makes a function of a time's field. `clock`: a date has no such field."""

    def function(call: Call) -> Value:
        if len(call.args) != 1:
            raise call.unexpected()
        value = _time(call, 0)
        if clock and value.type.name == "date":
            raise call.unexpected()
        return Value(f"CAST({template.format(value.utc)} AS BIGINT)", BIGINT)

    return function


_FIELDS: dict[str, Function] = {
    "year": _field("year({0})"),
    "quarter": _field("quarter({0})"),
    "month": _field("month({0})"),
    **dict.fromkeys(("week", "week_of_year"), _field("week({0})")),
    **dict.fromkeys(("year_of_week", "yow"), _field("isoyear({0})")),
    **dict.fromkeys(("day", "day_of_month"), _field("day({0})")),
    **dict.fromkeys(("day_of_week", "dow"), _field("isodow({0})")),  # Monday is 1
    **dict.fromkeys(("day_of_year", "doy"), _field("dayofyear({0})")),
    "hour": _field("hour({0})", clock=True),
    "minute": _field("minute({0})", clock=True),
    "second": _field("second({0})", clock=True),
    "millisecond": _field("(millisecond({0}) % 1000)", clock=True),
}


def _extract(call: Call) -> Value:
    name = call.literal(0)
    field = _FIELDS.get(name)
    if field is None or name == "millisecond":
        raise not_supported(f"EXTRACT({name.upper()} FROM ...)")
    return field(Call(name, call.args[1:], call.where))


def _formatted(translate: Callable[[str], str]) -> Function:
    def function(call: Call) -> Value:
        if len(call.args) != 2:
            raise call.unexpected()
        pattern = translate(call.literal(1))
        return Value(f"strftime(CAST({_time(call, 0).utc} AS TIMESTAMP), {text(pattern)})", VARCHAR)

    return function


def _date_parse(call: Call) -> Value:
    value, _ = fit(call, TEXT, TEXT)
    return Value(f"CAST(strptime({value}, {text(of_mysql(call.literal(1), parsing=True))}) AS TIMESTAMP)", TIMESTAMP)


def _parse_datetime(call: Call) -> Value:
    """Reads the time in UTC, the zone of Athena's sessions."""
    value, _ = fit(call, TEXT, TEXT)
    parsed = f"strptime({value}, {text(of_joda(call.literal(1), parsing=True))})"
    return Value(f"(CAST({parsed} AS TIMESTAMP) AT TIME ZONE 'UTC')", types.zoned())


def _from_iso8601(call: Call) -> Value:
    """Keeps the zone of a literal. The zone of a text from the data is unknown until AT TIME ZONE sets one."""
    (value,) = fit(call, TEXT)
    written = call.args[0].constant
    if isinstance(written, str):
        return moment(_spaced(written), types.zoned(), call.where)
    checked = (
        f"CASE WHEN {value} IS NULL OR regexp_full_match({value}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}"
        f"(T[0-9]{{2}}(:[0-9]{{2}}(:[0-9]{{2}}([.,][0-9]{{1,6}})?)?)?(Z|[+-][0-9]{{2}}(:?[0-9]{{2}})?)?)?') "
        f"THEN {value} ELSE error('INVALID_FUNCTION_ARGUMENT|Invalid format: ' || {value}) END"
    )
    return Value(f"date_trunc('millisecond', CAST({checked} AS TIMESTAMPTZ))", types.zoned(None))


def _spaced(written: str) -> str:
    day, _, clock = written.strip().partition("T")
    for mark in ("Z", "+", "-"):
        if mark in clock:
            time, _, offset = clock.partition(mark)
            zone = "UTC" if mark == "Z" else f"{mark}{offset[:2]}:{offset[2:].lstrip(':') or '00'}"
            return f"{day} {time if ':' in time else time + ':00'} {zone}"
    return f"{day} {clock if ':' in clock or not clock else clock + ':00'}".strip()


def _from_unixtime(call: Call) -> Value:
    if len(call.args) == 2:
        seconds, _ = fit(call, FLOAT, TEXT)
        zone = call.literal(1)
    else:
        (seconds,), zone = fit(call, FLOAT), types.UTC
    zone_name(zone)
    return Value(f"make_timestamptz(CAST(round({seconds} * 1000) * 1000 AS BIGINT))", types.zoned(zone))


def _to_unixtime(call: Call) -> Value:
    if len(call.args) != 1:
        raise call.unexpected()
    value = cast_to(_time(call, 0), types.zoned(call.args[0].type.zone or types.UTC))
    return Value(f"(CAST(epoch_us({value.sql}) AS DOUBLE) / 1000000)", DOUBLE)


def _to_iso8601(call: Call) -> Value:
    if len(call.args) != 1:
        raise call.unexpected()
    value = _time(call, 0)
    if value.type.name == "date":
        return Value(f"CAST({value.sql} AS VARCHAR)", VARCHAR)
    written = f"left(strftime({value.utc}, '%Y-%m-%dT%H:%M:%S.%f'), {20 + max(value.type.args[0], 0)})"
    if value.type.args[0] == 0:
        written = f"strftime({value.utc}, '%Y-%m-%dT%H:%M:%S')"
    if value.type.name == "timestamp":
        return Value(written, VARCHAR)
    if value.type.zone == types.UTC:
        return Value(f"({written} || 'Z')", VARCHAR)
    minutes = f"CAST(epoch({value.utc}) - epoch({value.sql}) AS BIGINT) // 60"
    sign = f"CASE WHEN {minutes} < 0 THEN '-' ELSE '+' END"
    offset = f"printf('%s%02d:%02d', {sign}, abs({minutes}) // 60, abs({minutes}) % 60)"
    return Value(f"({written} || {offset})", VARCHAR)


def _in_zone(call: Call) -> Value:
    """Is `with_timezone(timestamp, zone)` or `at_timezone(timestamp with time zone, zone)`."""
    if len(call.args) != 2:
        raise call.unexpected()
    value, zone = _time(call, 0), call.literal(1)
    name = text(zone_name(zone))
    wanted = "timestamp" if call.name == "with_timezone" else types.ZONED
    if value.type.name != wanted:
        raise call.unexpected()
    sql = f"({value.sql} AT TIME ZONE {name})" if wanted == "timestamp" else value.sql
    return Value(sql, types.zoned(zone, value.type.args[0]))


def _date(call: Call) -> Value:
    if len(call.args) != 1:
        raise call.unexpected()
    return cast(call.args[0], DATE, safe=False)


def _now(call: Call) -> Value:
    if call.args:
        raise not_supported(f"{call.name} with a precision")
    return Value("date_trunc('millisecond', now())", types.zoned())


FUNCTIONS: dict[str, Function] = {
    **_FIELDS,
    "extract": _extract,
    "date_trunc": _date_trunc,
    "date_add": _date_add,
    "date_diff": _date_diff,
    "date_format": _formatted(of_mysql),
    "format_datetime": _formatted(of_joda),
    "date_parse": _date_parse,
    "parse_datetime": _parse_datetime,
    "from_iso8601_timestamp": _from_iso8601,
    "from_iso8601_date": fixed(DATE, "CAST({0} AS DATE)", TEXT),
    "to_iso8601": _to_iso8601,
    "from_unixtime": _from_unixtime,
    "to_unixtime": _to_unixtime,
    "with_timezone": _in_zone,
    "at_timezone": _in_zone,
    "date": _date,
    "last_day_of_month": lambda call: Value(f"last_day(CAST({_time(call, 0).utc} AS DATE))", DATE),
    "now": _now,
    "current_timestamp": _now,
    "current_timezone": fixed(VARCHAR, "'UTC'"),
}
