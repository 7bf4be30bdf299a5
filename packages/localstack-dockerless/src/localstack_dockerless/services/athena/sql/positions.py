"""Tells where in the query an expression is, as Trino's errors do."""

from sqlglot import exp


def where(node: exp.Expression) -> str:
    """Returns a prefix such as `line 1:8: `, or '' if the parser kept no position."""
    found = [each.meta for each in node.walk() if "line" in each.meta and "col" in each.meta]
    if not found:
        return ""
    first = min(found, key=lambda meta: (meta["line"], meta["col"]))
    width = first.get("end", 0) - first.get("start", 0)
    return f"line {first['line']}:{max(1, first['col'] - width)}: "
