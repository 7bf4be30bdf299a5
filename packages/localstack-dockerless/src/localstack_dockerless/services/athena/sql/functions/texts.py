"""Translates functions of text: https://trino.io/docs/current/functions/string.html and .../regexp.html.

Positions begin at 1. A regular expression is DuckDB's (RE2), which knows no look-around: such a query fails.
"""

import re

from localstack_dockerless.services.athena.failures import not_supported
from localstack_dockerless.services.athena.sql import types
from localstack_dockerless.services.athena.sql.functions.signatures import TEXT, WHOLE, by_count, fit, fixed
from localstack_dockerless.services.athena.sql.types import BIGINT, BOOLEAN, INTEGER, VARCHAR, text
from localstack_dockerless.services.athena.sql.values import Call, Function, Value

_BLANKS = "chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || ' '"


def _concat(call: Call) -> Value:
    """Is NULL if one argument is, unlike DuckDB's."""
    if len(call.args) < 2:
        raise call.unexpected()
    if call.args[0].type.name == "array":
        return Value(f"list_concat({', '.join(each.sql for each in call.args)})", call.args[0].type)
    return Value(f"({' || '.join(fit(call, *[TEXT] * len(call.args)))})", VARCHAR)


def _concat_ws(call: Call) -> Value:
    if len(call.args) < 2:
        raise call.unexpected()
    return Value(f"concat_ws({', '.join(fit(call, *[TEXT] * len(call.args)))})", VARCHAR)


def _trim(call: Call) -> Value:
    """Takes `trim(x)`, and the sides of `trim(LEADING 'x' FROM y)`."""
    side = call.literal(0)
    function = {"both": "trim", "leading": "ltrim", "trailing": "rtrim"}[side]
    marks = fit(Call(call.name, call.args[2:], call.where), TEXT)[0] if len(call.args) == 3 else _BLANKS
    (value,) = fit(Call(call.name, call.args[1:2], call.where), TEXT)
    return Value(f"{function}({value}, {marks})", VARCHAR)


def _replacement(call: Call) -> str:
    """Returns Java's replacement `$1` in RE2's form `\\1`."""
    written = call.literal(2).replace("\\", "\\\\")
    if re.search(r"\$\{", written):
        raise not_supported("regexp_replace with a named group in its replacement")
    return text(re.sub(r"\$(\d)", r"\\\1", written))


def _regexp_replace(call: Call) -> Value:
    if len(call.args) == 2:
        value, pattern = fit(call, TEXT, TEXT)
        return Value(f"regexp_replace({value}, {pattern}, '', 'g')", VARCHAR)
    value, pattern, _ = fit(call, TEXT, TEXT, TEXT)
    return Value(f"regexp_replace({value}, {pattern}, {_replacement(call)}, 'g')", VARCHAR)


def _regexp_extract(call: Call) -> Value:
    """Is NULL where nothing matches."""
    value, pattern, *group = fit(call, TEXT, TEXT, *[WHOLE] * (len(call.args) - 2))
    number = group[0] if group else "0"
    found = f"regexp_extract({value}, {pattern}, {number})"
    return Value(f"CASE WHEN regexp_matches({value}, {pattern}) THEN {found} END", VARCHAR)


def _pad(side: str) -> Function:
    return fixed(VARCHAR, f"{side}({{0}}, CAST({{1}} AS INTEGER), {{2}})", TEXT, WHOLE, TEXT)


FUNCTIONS: dict[str, Function] = {
    "lower": fixed(VARCHAR, "lower({0})", TEXT),
    "upper": fixed(VARCHAR, "upper({0})", TEXT),
    "length": fixed(BIGINT, "length({0})", TEXT),
    "reverse": lambda call: Value(f"list_reverse({call.args[0].sql})", call.args[0].type)
    if len(call.args) == 1 and call.args[0].type.name == "array" else fixed(VARCHAR, "reverse({0})", TEXT)(call),
    "concat": _concat,
    "concat_ws": _concat_ws,
    "trim": _trim,
    "ltrim": fixed(VARCHAR, f"ltrim({{0}}, {_BLANKS})", TEXT),
    "rtrim": fixed(VARCHAR, f"rtrim({{0}}, {_BLANKS})", TEXT),
    **dict.fromkeys(("substring", "substr"), by_count(
        (2, fixed(VARCHAR, "athena_substring({0}, {1})", TEXT, WHOLE)),
        (3, fixed(VARCHAR, "athena_substring_of({0}, {1}, {2})", TEXT, WHOLE, WHOLE)))),
    "strpos": fixed(BIGINT, "strpos({0}, {1})", TEXT, TEXT),
    "starts_with": fixed(BOOLEAN, "starts_with({0}, {1})", TEXT, TEXT),
    "replace": by_count(
        (2, fixed(VARCHAR, "replace({0}, {1}, '')", TEXT, TEXT)),
        (3, fixed(VARCHAR, "replace({0}, {1}, {2})", TEXT, TEXT, TEXT))),
    "split": by_count((2, fixed(types.array(VARCHAR), "string_split({0}, {1})", TEXT, TEXT))),
    # a part that does not exist is NULL
    "split_part": fixed(VARCHAR, "athena_part(string_split({0}, {1}), {2})", TEXT, TEXT, WHOLE),
    "lpad": _pad("lpad"),
    "rpad": _pad("rpad"),
    "chr": fixed(VARCHAR, "chr(CAST({0} AS INTEGER))", WHOLE),
    "codepoint": fixed(INTEGER, "unicode({0})", TEXT),
    "translate": fixed(VARCHAR, "translate({0}, {1}, {2})", TEXT, TEXT, TEXT),
    "levenshtein_distance": fixed(BIGINT, "levenshtein({0}, {1})", TEXT, TEXT),
    "regexp_like": fixed(BOOLEAN, "regexp_matches({0}, {1})", TEXT, TEXT),
    "regexp_extract": _regexp_extract,
    "regexp_replace": _regexp_replace,
}  # fmt: skip
