"""Renders a line of the access log in the stage's format.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-logging.html
A variable without a value is written as a hyphen. Quotes, backslashes and control characters in a value are
escaped as in JSON, so that nothing a client sends can end a field or begin a line of its own.
"""

import json
import re
from collections.abc import Callable

_VARIABLE = re.compile(r"\$context\.([A-Za-z0-9_]+(?:\.[A-Za-z0-9_-]+)*)")
_ALREADY_QUOTED = "error.messageString"


def render(form: str, value_of: Callable[[str], str | None]) -> str:
    """Returns the line of the format `form`. `value_of` takes a variable's name without `$context.`."""

    def text(found: re.Match[str]) -> str:
        value = value_of(found[1])
        if value is None or value == "":
            return "-"
        return value if found[1] == _ALREADY_QUOTED else json.dumps(value, ensure_ascii=False)[1:-1]

    return _VARIABLE.sub(text, form)
