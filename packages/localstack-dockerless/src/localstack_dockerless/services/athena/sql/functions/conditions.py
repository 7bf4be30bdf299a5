"""Translates the conditional functions: https://trino.io/docs/current/functions/conditional.html."""

from localstack_dockerless.services.athena.sql.values import Call, Function, Value, together


def _coalesce(call: Call) -> Value:
    if len(call.args) < 2:
        raise call.unexpected()
    values, kind = together(call.args, "All COALESCE operands", call.where)
    return Value(f"coalesce({', '.join(each.sql for each in values)})", kind)


def _nullif(call: Call) -> Value:
    """Has the type of the first argument."""
    if len(call.args) != 2:
        raise call.unexpected()
    (one, other), _ = together(call.args, "NULLIF operands", call.where)
    first = call.args[0]
    return Value(f"CASE WHEN {one.sql} = {other.sql} THEN NULL ELSE {first.sql} END", first.type)


FUNCTIONS: dict[str, Function] = {"coalesce": _coalesce, "nullif": _nullif}
