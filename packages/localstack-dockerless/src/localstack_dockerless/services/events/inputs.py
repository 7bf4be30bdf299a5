"""Makes the input of a rule's target: the event, a part of it, a constant, or a filled-in template.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html

LocalStack 4.14.0 loses the event if a value between quotes has quotes itself, if the template is neither a JSON object
nor a single string, and if the result is empty (`{}`, `0`).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PLACEHOLDER = re.compile(r"<([^<>]+)>")
RULE_ARN, RULE_NAME, INGESTED = "aws.events.rule-arn", "aws.events.rule-name", "aws.events.event.ingestion-time"
EVENT, WHOLE_EVENT = "aws.events.event", "aws.events.event.json"
PREDEFINED = frozenset({RULE_ARN, RULE_NAME, INGESTED, EVENT, WHOLE_EVENT})
INTERNAL = "event-bus-name"
"""LocalStack adds this key to each event for itself."""


class TemplateError(Exception):
    """The template cannot give a valid input. The text says why."""


class Lines(str):
    """Holds several lines, each a JSON value. They are sent unchanged, because together they are no JSON."""

    __slots__ = ()


@dataclass(frozen=True)
class Rule:
    arn: str
    name: str


def target_input(target: Mapping[str, Any], event: Mapping[str, Any], rule: Rule) -> Any:
    """Returns the input: a JSON value, or `Lines`. Raises `TemplateError`."""
    event = {key: value for key, value in event.items() if key != INTERNAL}
    if "Input" in target:
        return json.loads(target["Input"])
    if path := target.get("InputPath"):
        return next(iter(_found(event, path)), None)
    if transformer := target.get("InputTransformer"):
        return filled_in(transformer["InputTemplate"], _values(transformer.get("InputPathsMap") or {}, event, rule))
    return event


def check_template(transformer: Mapping[str, Any]) -> None:
    """Raises `TemplateError` for a template whose output is no JSON for any event."""
    template = transformer["InputTemplate"]
    for name in PLACEHOLDER.findall(template):
        if name not in PREDEFINED and name not in (transformer.get("InputPathsMap") or {}):
            raise TemplateError(f"contains invalid placeholder {name}.")
    filled_in(template, dict.fromkeys(PLACEHOLDER.findall(template), 0))


def filled_in(template: str, values: Mapping[str, Any]) -> Any:
    """Fills in the template. A value that the event lacks is the empty string. Raises `TemplateError`."""
    parts: list[str] = []
    end, quoted = 0, False
    for match in PLACEHOLDER.finditer(template):
        between = template[end : match.start()]
        quoted = _still_quoted(between, quoted=quoted)
        value = values.get(match[1], "")
        parts += [between, _within_string(value) if quoted else json.dumps(value, separators=(",", ":"))]
        end = match.end()
    text = "".join([*parts, template[end:]])
    try:
        return json.loads(text, strict=False)
    except ValueError as error:
        return _lines(text, error)


def _lines(text: str, error: ValueError) -> Lines:
    try:
        for line in text.splitlines():
            json.loads(line)
    except ValueError:
        raise TemplateError(f"is not valid JSON: {error}") from error
    return Lines(text)


def _still_quoted(text: str, *, quoted: bool) -> bool:
    return quoted ^ bool(len(re.findall(r'(?<!\\)(?:\\\\)*"', text)) % 2)


def _within_string(value: Any) -> str:
    """Returns a value for a place between quotes, as AWS does.

    Objects and lists lose their quotes. A text's own quotes are escaped.
    """
    if isinstance(value, str):
        return json.dumps(value)[1:-1]
    text = json.dumps(value, separators=(",", ":"))
    return text.replace('\\"', "").replace('"', "") if isinstance(value, dict | list) else text


def _values(paths: Mapping[str, str], event: Mapping[str, Any], rule: Rule) -> dict[str, Any]:
    found = {name: value for name, path in paths.items() for value in _found(event, path)}
    without_detail = {
        "detailType" if key == "detail-type" else key: value for key, value in event.items() if key != "detail"
    }
    predefined = {
        RULE_ARN: rule.arn,
        RULE_NAME: rule.name,
        INGESTED: event.get("time", ""),
        EVENT: without_detail,
        WHOLE_EVENT: event,
    }
    return found | predefined


def _found(event: Mapping[str, Any], path: str) -> list[Any]:
    """Returns the values at the path: an empty list, or a list of one. Several values are one list."""
    from jsonpath_rw import parse  # type: ignore[import-not-found]  # noqa: PLC0415 -- slow, and few rules need it

    values = [match.value for match in parse(path).find(event)]
    return values if len(values) < 2 else [values]
