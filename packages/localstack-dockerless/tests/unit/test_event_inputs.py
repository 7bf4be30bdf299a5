"""A template of EventBridge gives valid JSON for any event, or PutTargets refuses it."""

import json
from typing import Any

import pytest

from localstack_dockerless.services.events.inputs import (
    Lines,
    Rule,
    TemplateError,
    check_template,
    filled_in,
    target_input,
)

AWKWARD = 'say "hi" \\ and\nnew'
VALUES: dict[str, Any] = {
    "text": AWKWARD,
    "object": {"a": AWKWARD, "b": [1, None]},
    "list": ["a", 1, {"b": 2}],
    "zero": 0,
    "no": False,
    "nothing": None,
}


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ('{"x": <text>}', {"x": AWKWARD}),
        ('{"x": "<text>"}', {"x": AWKWARD}),
        ('{"x": "a <text> b"}', {"x": f"a {AWKWARD} b"}),
        ('"it is <text>"', f"it is {AWKWARD}"),
        ('{"x": <object>}', {"x": VALUES["object"]}),
        ('"<list>"', "[a,1,{b:2}]"),
        ("<list>", ["a", 1, {"b": 2}]),
        ("<object>", VALUES["object"]),
        ("[<zero>, <no>, <nothing>, <absent>]", [0, False, None, ""]),
        ('{"x": "<zero> <no> <nothing> <absent>"}', {"x": "0 false null "}),
        ('{"x": "a \\"quoted\\" <text>", "y": <zero>}', {"x": f'a "quoted" {AWKWARD}', "y": 0}),
        ('{"x": "ends with a backslash \\\\", "y": <text>}', {"x": "ends with a backslash \\", "y": AWKWARD}),
    ],
)
def test_a_template_is_filled_in_by_where_its_placeholders_stand(template: str, expected: Any) -> None:
    assert filled_in(template, VALUES) == expected


def test_several_lines_are_sent_as_they_are() -> None:
    sent = filled_in('"first <zero>"\n"second"', VALUES)
    assert isinstance(sent, Lines)
    assert sent == '"first 0"\n"second"'


@pytest.mark.parametrize("key", ["aws.events.event", "aws.events.event.json"])
def test_the_event_itself_goes_into_a_template(key: str) -> None:
    event = {"id": "1", "detail-type": "t", "time": "2026-01-02T03:04:05Z", "detail": {"a": AWKWARD}}
    target = {"InputTransformer": {"InputTemplate": f'{{"e": <{key}>, "rule": "<aws.events.rule-name>"}}'}}
    expected: dict[str, Any] = event if key.endswith("json") else {"id": "1", "detailType": "t", "time": event["time"]}
    assert target_input(target, event, Rule("arn", "daily")) == {"e": expected, "rule": "daily"}


@pytest.mark.parametrize("text", ["0", "{}", '""', '"x"', "null", "[1]"])
def test_a_constant_input_is_sent_whatever_it_is(text: str) -> None:
    assert target_input({"Input": text}, {"id": "1"}, Rule("arn", "daily")) == json.loads(text)


@pytest.mark.parametrize(
    ("template", "named"),
    [("hello <a>", "not valid JSON"), ('{"a": <a>', "not valid JSON"), ('"<b>"', "invalid placeholder b")],
)
def test_a_template_that_can_give_no_json_is_refused(template: str, named: str) -> None:
    with pytest.raises(TemplateError, match=named):
        check_template({"InputTemplate": template, "InputPathsMap": {"a": "$.detail.a"}})
