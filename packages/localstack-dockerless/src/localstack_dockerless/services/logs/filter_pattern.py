"""Compiles CloudWatch Logs' filter patterns: terms, JSON and space-delimited fields. Standard library only.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html

`{ $.level = "ERROR" && $.took > 5 }` matches `{"level": "ERROR", "took": 7}` and not `{"level": "ERROR"}`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from localstack_dockerless.services.logs.filter_conditions import (
    Fields,
    PatternError,
    parse_condition,
    regular_expression,
    select,
)

LONGEST = 1024  # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
TERM = re.compile(r'\s*(?P<sign>[?-]?)(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|%(?P<regex>[^%]+)%|(?P<plain>[^\s"%?-][^\s"]*))')
FIELD = re.compile(r'\[(?P<bracketed>[^\]]*)\]|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>\S+)')
UNQUOTED = re.compile(r"[\w*]+")
ELLIPSIS = "..."


@dataclass(frozen=True)
class Found:
    """Holds a matching event. `value` returns a metric filter's value by `$.took` or `$took`."""

    value: Callable[[str], Any]


Filter = Callable[[str], Found | None]
"""Takes the event's message. Returns None if it does not match."""


@lru_cache(maxsize=512)
def compile_pattern(pattern: str) -> Filter:
    """Compiles a pattern. Raises `PatternError`, which names the fault."""
    text = pattern.strip()
    if len(pattern) > LONGEST:
        raise PatternError(f"longer than {LONGEST} characters")
    if text.startswith("{"):
        return _json_filter(text)
    if text.startswith("["):
        return _space_delimited_filter(text)
    return _terms_filter(text)


def _nothing(_selector: str) -> None:
    return None


def _terms_filter(text: str) -> Filter:
    wanted: dict[str, list[Callable[[str], bool]]] = {"": [], "?": [], "-": []}
    position = 0
    while position < len(text.rstrip()):
        match = TERM.match(text, position)
        if match is None:
            raise PatternError(f"at {text[position:]!r}")
        wanted[match["sign"]].append(_term(match))
        position = match.end()
    return partial(_match_terms, wanted[""], wanted["?"], wanted["-"])


def _term(match: re.Match[str]) -> Callable[[str], bool]:
    if match["regex"] is not None:
        expression = regular_expression(match["regex"])
        return lambda message: expression.search(message) is not None
    term = match["plain"] or re.sub(r"\\(.)", r"\1", match["quoted"] or "")
    if match["plain"] and not UNQUOTED.fullmatch(term):
        raise PatternError(f"{term!r}: a term with other than letters, digits and underscores must be in double quotes")
    return lambda message: term in message


def _match_terms(
    all_of: list[Callable[[str], bool]],
    any_of: list[Callable[[str], bool]],
    none_of: list[Callable[[str], bool]],
    message: str,
) -> Found | None:
    """Matches terms. Optional terms count only if all terms are optional."""
    if any(term(message) for term in none_of) or not all(term(message) for term in all_of):
        return None
    if any_of and not all_of and not none_of and not any(term(message) for term in any_of):
        return None
    return Found(_nothing)


def _json_filter(text: str) -> Filter:
    if not text.endswith("}"):
        raise PatternError("a JSON pattern ends with }")
    condition = parse_condition(text[1:-1], of_json=True)

    def match(message: str) -> Found | None:
        try:
            document = json.loads(message)
        except ValueError:
            return None
        if not isinstance(document, dict | list) or not condition(partial(select, document)):
            return None
        return Found(lambda selector: next(iter(select(document, selector)), None))

    return match


def _space_delimited_filter(text: str) -> Filter:
    if not text.endswith("]"):
        raise PatternError("a space-delimited pattern ends with ]")
    names, conditions = [], []
    for index, part in enumerate(_split(text[1:-1])):
        name = re.match(r"\.\.\.$|[\w-]*", part)
        names.append((name[0] if name else "") or f"field{index + 1}")
        if part not in (ELLIPSIS, name[0] if name else ""):
            conditions.append(parse_condition(part, of_json=False))
    if names.count(ELLIPSIS) > 1:
        raise PatternError("more than one ellipsis")

    def match(message: str) -> Found | None:
        values = _named(names, _fields_of(message))
        if values is None:
            return None
        fields: Fields = lambda name: [values[name]] if name in values else []  # noqa: E731
        if not all(condition(fields) for condition in conditions):
            return None
        return Found(lambda selector: values.get(selector.removeprefix("$")))

    return match


def _split(text: str) -> list[str]:
    """Splits at commas outside quotes and regular expressions."""
    parts = re.findall(r'(?:"(?:[^"\\]|\\.)*"|%[^%]*%|[^,"%])+|(?<=,)(?=,)', text)
    return [part.strip() for part in parts]


def _fields_of(message: str) -> list[str]:
    groups = (match.group("bracketed", "quoted", "plain") for match in FIELD.finditer(message))
    return [next(text for text in texts if text is not None) for texts in groups]


def _named(names: list[str], values: list[str]) -> Mapping[str, str] | None:
    """Returns the values by name. None: the event has another number of fields than the pattern."""
    if ELLIPSIS not in names:
        return dict(zip(names, values, strict=True)) if len(names) == len(values) else None
    before = names.index(ELLIPSIS)
    after = len(names) - before - 1
    if len(values) < before + after:
        return None
    ends = zip(names[before + 1 :], values[len(values) - after :], strict=True) if after else ()
    return dict(zip(names[:before], values[:before], strict=True)) | dict(ends)
