"""Reads query strings: decoded for their values, raw to pass them on."""

from urllib.parse import parse_qsl, quote_plus, unquote_plus


def decoded(query: str) -> dict[str, list[str]]:
    """Returns each parameter's decoded values, in order."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def joined(query: str) -> dict[str, str]:
    """Returns each parameter's decoded values joined by commas, as payload format 2.0 and mappings have them."""
    return {name: ",".join(values) for name, values in decoded(query).items()}


def without(query: str, name: str) -> str:
    """Returns `query` without the parameter `name`. The other parameters stay unchanged."""
    parts = [part for part in query.split("&") if part and unquote_plus(part.partition("=")[0]) != name]
    return "&".join(parts)


def appended(query: str, name: str, value: str) -> str:
    """Returns `query` with one more parameter."""
    part = f"{quote_plus(name)}={quote_plus(value)}"
    return f"{query}&{part}" if query else part
