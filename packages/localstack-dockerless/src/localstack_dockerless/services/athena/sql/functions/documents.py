"""Translates functions of JSON: https://trino.io/docs/current/functions/json.html.

A path is one of names and indexes, such as `$.a.b[0]` or `$["a"]`. Any other path is refused. `json_parse` is
refused, because Trino sorts the names of its objects.
"""

import re

from localstack_dockerless.services.athena.failures import not_supported
from localstack_dockerless.services.athena.sql.types import BIGINT, JSON, VARCHAR, text
from localstack_dockerless.services.athena.sql.values import Call, Function, Value

_PATH = re.compile(r"""\$(\.[A-Za-z_]\w*|\[\d+\]|\["[^"]*"\])*""")


def _document(call: Call, index: int = 0) -> str:
    """Returns the document. A text that is no JSON gives NULL, as in Trino."""
    kind = call.args[index].type.name
    if kind == "json":
        return call.args[index].sql
    if kind not in ("varchar", "unknown"):
        raise call.unexpected()
    sql = call.args[index].sql
    return f"CASE WHEN json_valid({sql}) THEN CAST({sql} AS JSON) END"


def _path(call: Call) -> str:
    written = call.literal(1)
    if not _PATH.fullmatch(written):
        raise not_supported(f"the JSON path {written!r}")
    return text(re.sub(r"""\["([^"]*)"\]""", r'."\1"', written))


def _scalar(call: Call) -> Value:
    """Is NULL for an object or an array."""
    if len(call.args) != 2:
        raise call.unexpected()
    document, path = _document(call), _path(call)
    kind = f"json_type({document}, {path})"
    return Value(
        f"CASE WHEN {kind} NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string({document}, {path}) END", VARCHAR
    )


def _extract(call: Call) -> Value:
    if len(call.args) != 2:
        raise call.unexpected()
    return Value(f"json_extract({_document(call)}, {_path(call)})", JSON)


def _format(call: Call) -> Value:
    if len(call.args) != 1 or call.args[0].type != JSON:
        raise call.unexpected()
    return Value(f"CAST({call.args[0].sql} AS VARCHAR)", VARCHAR)


def _length(call: Call) -> Value:
    if len(call.args) != 1:
        raise call.unexpected()
    document = _document(call)
    return Value(
        f"CASE WHEN json_type({document}) = 'ARRAY' THEN CAST(json_array_length({document}) AS BIGINT) END", BIGINT
    )


FUNCTIONS: dict[str, Function] = {
    "json_extract_scalar": _scalar,
    "json_extract": _extract,
    "json_format": _format,
    "json_array_length": _length,
}
