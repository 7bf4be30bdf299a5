"""Evaluates conditions of filter patterns: comparisons of fields, with `&&`, `||` and parentheses.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
"""

import fnmatch
import operator
import re
from collections.abc import Callable
from typing import Any

Fields = Callable[[str], list[Any]]
"""Returns the values of a field by its name or JSON selector. The list is empty if it does not exist."""
Condition = Callable[[Fields], bool]

TOKEN = re.compile(
    r"""\s*(?:(?P<logic>&&|\|\||\(|\))|(?P<compare>!=|<=|>=|=|<|>)|"(?P<text>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]+)%
    |(?P<word>(?:\[[^\]]*\]|[^\s()=!<>&|"%])+))""",
    re.VERBOSE,
)
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
SELECTOR = re.compile(r"\$((\.[\w\-:/@#]+|\.\*|\[(\d+|\*|'[^']+'|\"[^\"]+\")\])+)")
STEP = re.compile(r"\.([\w\-:/@#]+|\*)|\[(\d+|\*)\]|\[['\"]([^'\"]+)['\"]\]")
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip
IS = {"NULL": None, "TRUE": True, "FALSE": False}


class PatternError(ValueError):
    """The filter pattern is invalid. The text tells the position."""


def select(document: Any, selector: str) -> list[Any]:
    """Returns the values at `$.a.b[0]`. A `*` can return several."""
    found = [document]
    for name, index, quoted in STEP.findall(selector):
        found = [value for each in found for value in _children(each, quoted or name or index)]
    return found


def _children(value: Any, step: str) -> list[Any]:
    if step == "*":
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(value, dict):
        return [value[step]] if step in value else []
    if isinstance(value, list) and step.isdigit() and int(step) < len(value):
        return [value[int(step)]]
    return []


def regular_expression(text: str) -> re.Pattern[str]:
    """Compiles a regular expression. CloudWatch's expressions have no groups. Raises `PatternError`."""
    if re.search(r"(?<!\\)[()]", text):
        raise PatternError(f"the regular expression %{text}% has a parenthesis")
    try:
        return re.compile(text)
    except re.error as error:
        raise PatternError(f"the regular expression %{text}%: {error}") from error


def parse_condition(text: str, *, of_json: bool) -> Condition:
    """Parses a condition. `of_json`: fields are selectors (`$.a`), not names. Raises `PatternError`."""
    parser = _Parser(text, of_json=of_json)
    condition = parser.any_of()
    if parser.tokens:
        raise PatternError(f"at {parser.tokens[0][1]!r}")
    return condition


class _Parser:
    def __init__(self, text: str, *, of_json: bool) -> None:
        self._of_json = of_json
        self.tokens: list[tuple[str, str]] = []
        position = 0
        while position < len(text.rstrip()):
            match = TOKEN.match(text, position)
            if match is None or match.lastgroup is None:
                raise PatternError(f"at {text[position:]!r}")
            self.tokens.append((match.lastgroup, match[match.lastgroup]))
            position = match.end()

    def any_of(self) -> Condition:
        parts = [self._all_of()]
        while self._taken("logic", "||"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else lambda fields: any(part(fields) for part in parts)

    def _all_of(self) -> Condition:
        parts = [self._one()]
        while self._taken("logic", "&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda fields: all(part(fields) for part in parts)

    def _one(self) -> Condition:
        if self._taken("logic", "("):
            condition = self.any_of()
            if not self._taken("logic", ")"):
                raise PatternError("a parenthesis is not closed")
            return condition
        field = self._next("word")
        if self._of_json and not SELECTOR.fullmatch(field):
            raise PatternError(f"{field!r} is no selector such as $.name")
        if self._of_json and self._taken("word", "IS"):
            return _is(field, self._next("word"))
        if self._of_json and self._taken("word", "NOT"):
            if not self._taken("word", "EXISTS"):
                raise PatternError("NOT without EXISTS")
            return lambda fields: not fields(field)
        return _comparison(field, self._next("compare"), *self._value())

    def _value(self) -> tuple[str, str]:
        if not self.tokens or self.tokens[0][0] not in ("text", "regex", "word"):
            raise PatternError("a comparison without a value")
        return self.tokens.pop(0)

    def _next(self, kind: str) -> str:
        if not self.tokens or self.tokens[0][0] != kind:
            raise PatternError(f"at {self.tokens[0][1]!r}" if self.tokens else "at its end")
        return self.tokens.pop(0)[1]

    def _taken(self, kind: str, text: str) -> bool:
        if self.tokens[:1] != [(kind, text)]:
            return False
        self.tokens.pop(0)
        return True


def _is(field: str, word: str) -> Condition:
    if word not in IS:
        raise PatternError(f"IS {word}")
    return lambda fields: any(value is IS[word] for value in fields(field))


def _comparison(field: str, sign: str, kind: str, text: str) -> Condition:
    """Returns a comparison. A field that does not exist matches no comparison, not even `!=`."""
    if sign in COMPARE:
        if kind != "word" or not NUMBER.fullmatch(text):
            raise PatternError(f"{sign} {text}: not a number")
        wanted, compare = float(text), COMPARE[sign]
        return lambda fields: any(
            compare(number, wanted) for number in map(_number, fields(field)) if number is not None
        )
    equal = _equality(kind, text)
    if sign == "=":
        return lambda fields: any(equal(value) for value in fields(field))
    return lambda fields: bool(fields(field)) and not any(equal(value) for value in fields(field))


def _equality(kind: str, text: str) -> Callable[[Any], bool]:
    if kind == "regex":
        expression = regular_expression(text)
        return lambda value: isinstance(value, str | int | float) and expression.search(_text(value)) is not None
    if kind == "word" and NUMBER.fullmatch(text):
        return lambda value: _number(value) == float(text)
    if text == "*":
        return lambda _: True
    unescaped = re.sub(r"\\(.)", r"\1", text)
    like = re.compile(fnmatch.translate(unescaped.replace("[", "[[]").replace("?", "[?]")))
    return lambda value: isinstance(value, str | bool | int | float) and like.match(_text(value)) is not None


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: Any) -> float | None:
    """Returns the number of a JSON value or a space-delimited field, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(value) if isinstance(value, str) and NUMBER.fullmatch(value) else None
