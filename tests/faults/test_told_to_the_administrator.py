"""Each CloudWatch alarm fires for what it is there for, and the administrator gets its e-mail."""

import json

import pytest

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from operations.mailbox import sent_emails
from tests.faults.conditions import ALARM_SECONDS, Conditions
from tests.faults.findings import Findings
from tests.faults.twins import TWINS, described

FIRED_BY = {
    "run-failed": "a run of a date in the future",
    "run-timed-out": "a run whose state machine has one second",
    "run-aborted": "a run that was stopped by hand",
    "dead-letters-alarms": "a message received five times and never deleted",
    "dead-letters-events": "an event whose target denied it",
    "authorizer-errors": "a caller whose customer DynamoDB did not give",
    "api-5xx": "the callers that were answered 5xx in all these tests",
    **{name: twin.fires_for for name, twin in TWINS.items()},
}
SILENT = ("run-missing", "api-no-requests")
"""The alarms that can fire without any data."""


def test_every_alarm_is_tried(stack: RunningStack) -> None:
    assert {name.removeprefix(_prefix(stack)) for name in stack.outputs["monitoring_alarms"]} == set(FIRED_BY)


def test_every_alarm_tells_the_administrator(stack: RunningStack) -> None:
    for name in FIRED_BY:
        assert described(stack, name)["AlarmActions"] == [stack.outputs["alarm_topic_arn"]], name
        assert described(stack, name)["ActionsEnabled"] is True, name


def test_the_conditions_were_real(conditions: Conditions) -> None:
    assert conditions.failed.status == "FAILED"
    assert conditions.aborted.status == "ABORTED"
    assert conditions.timed_out.status == "TIMED_OUT"
    assert conditions.refused.status == 500


@pytest.mark.parametrize("name", FIRED_BY)
def test_the_alarm_is_mailed(stack: RunningStack, conditions: Conditions, findings: Findings, name: str) -> None:
    watched = conditions.twins.get(name, f"{_prefix(stack)}{name}")
    states = ("ALARM", "INSUFFICIENT_DATA") if name in SILENT else ("ALARM",)
    wait_until(
        lambda: [mail for state in states for mail in _mails(stack, watched, state)],
        ALARM_SECONDS,
        f"the e-mail of {watched}",
    )
    findings.note(f"Alarm {name}: {FIRED_BY[name]}", "1 condition", "1 e-mail", "none", "the alarm's name in the mail")


def _mails(stack: RunningStack, watched: str, state: str) -> list[str]:
    told = [json.loads(email.body) for email in sent_emails(stack.edge_url) if f'{state}: "{watched}"' in email.subject]
    return [str(message["NewStateReason"]) for message in told if message["AlarmName"] == watched]


def _prefix(stack: RunningStack) -> str:
    """What the names of this environment's resources begin with."""
    return str(stack.outputs["daily_rule"]).removesuffix("daily")
