"""A rule matches events by its pattern, sends the input that its target asks for, and can be disabled or replayed."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dockerless_testing.emulator import Emulator
from dockerless_testing.event_world import (
    ACCOUNT,
    EVENTS,
    MARK,
    REGION,
    put_event,
    queue,
    rule,
    unique,
)
from dockerless_testing.waiting import wait_until


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"Input": "0"}, 0),
        ({"Input": '"text"'}, "text"),
        ({"InputPath": "$.detail.mark"}, MARK),
        ({"InputPath": "$.detail.absent"}, None),
        (
            {"InputTransformer": {"InputTemplate": '{"m": "<m>", "z": <z>}',
                                  "InputPathsMap": {"m": "$.detail.mark", "z": "$.detail.zero"}}},
            {"m": MARK, "z": 0},
        ),
    ],
)  # fmt: skip
def test_whatever_a_target_is_given_is_sent(emulator: Emulator, target: dict[str, Any], expected: Any) -> None:
    events = emulator.client("events")
    with queue(emulator, EVENTS) as made, rule(events) as (source, put_target):
        put_target(made.arn, **target)
        put_event(events, source, mark=MARK, zero=0)
        assert json.loads(made.next()["Body"]) == expected


def test_a_disabled_rule_sends_nothing_until_it_is_enabled(emulator: Emulator) -> None:
    events = emulator.client("events")
    with queue(emulator, EVENTS) as made, rule(events) as (source, put_target):
        put_target(made.arn)
        events.disable_rule(Name=source)
        put_event(events, source, mark="disabled")
        events.enable_rule(Name=source)
        put_event(events, source, mark="enabled")
        assert json.loads(made.next()["Body"])["detail"]["mark"] == "enabled"
        assert made.receive() == []


def test_an_archive_keeps_events_and_a_replay_sends_them_again(emulator: Emulator) -> None:
    events, name = emulator.client("events"), unique()
    bus = events.create_event_bus(Name=name)["EventBusArn"]
    with queue(emulator, EVENTS) as made, rule(events, name) as (source, put_target):
        pattern = json.dumps({"detail": {"mark": [MARK]}})
        archive = events.create_archive(ArchiveName=name, EventSourceArn=bus, EventPattern=pattern)["ArchiveArn"]
        put_event(events, source, name, mark=MARK)
        put_event(events, source, name, mark="not kept")
        wait_until(lambda: events.describe_archive(ArchiveName=name)["EventCount"] == 1, 20, "the archived event")
        put_target(made.arn)
        now = datetime.now(UTC)
        replay = events.start_replay(
            ReplayName=name,
            EventSourceArn=archive,
            EventStartTime=now - timedelta(hours=1),
            EventEndTime=now + timedelta(hours=1),
            Destination={"Arn": bus},
        )
        assert replay["State"] == "STARTING"
        again = json.loads(made.next()["Body"])
        assert (again["detail"], again["replay-name"]) == ({"mark": MARK}, name)
        assert events.describe_replay(ReplayName=name)["State"] == "COMPLETED"
        events.delete_archive(ArchiveName=name)
    events.delete_event_bus(Name=name)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*f-1*", "a:f-1", True),
        ("*f-1", "f-1", True),
        ("f*1", "f1", True),
        ("f*1", "f-2", False),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("a.b*", "axb", False),
        ("*", "", True),
    ],
)
def test_a_wildcard_stands_for_any_characters_and_for_none(
    emulator: Emulator, pattern: str, text: str, expected: bool
) -> None:
    event = {"id": "1", "source": "s", "account": ACCOUNT, "time": "2026-01-02T03:04:05Z", "region": REGION}
    answer = emulator.client("events").test_event_pattern(
        EventPattern=json.dumps({"detail": {"text": [{"wildcard": pattern}]}}),
        Event=json.dumps(event | {"resources": [], "detail-type": "t", "detail": {"text": text}}),
    )
    assert answer["Result"] is expected
