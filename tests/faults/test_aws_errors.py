"""AWS's services answer errors or throttle for a while, in the middle of a run."""

from contextlib import AbstractContextManager, ExitStack
from datetime import date
from typing import Any

import pytest

from local.observe.alarm_queue import PATH
from local.observe.running import RunningStack, local_client
from tests.e2e.pipeline import Pipeline
from tests.faults.days import SentDay
from tests.faults.findings import Findings
from tests.faults.functions import Run
from tests.faults.injected import Faults, Planned

A_WHILE = 3
"""Calls; the functions' AWS clients try five times."""

SERVICES: dict[str, list[dict[str, Any]]] = {
    "S3": [
        {"service": "s3", "operation": "PutObject", "code": "SlowDown", "status": 503, "of_day": "Key"},
        {"service": "s3", "operation": "GetObject", "code": "InternalError", "status": 500, "of_day": "Key"},
    ],
    "DynamoDB": [
        {
            "service": "dynamodb",
            "operation": "PutItem",
            "code": "ProvisionedThroughputExceededException",
            "status": 400,
            "of_day": "Item",
        }
    ],
    "SNS": [{"service": "sns", "operation": "Publish", "code": "Throttling", "status": 400, "of_day": "Subject"}],
    "SQS": [
        {
            "service": "sqs",
            "operation": "SendMessageBatch",
            "code": "InternalError",
            "status": 500,
            "of_day": "Entries",
        }
    ],
}
"""The errors of each service. `of_day` is the parameter that names the day: other runs' calls must not be hit."""


@pytest.mark.parametrize("service", SERVICES)
def test_errors_for_a_while_lose_nothing_and_repeat_nothing(
    pipeline: Pipeline, sent: SentDay, faults: Faults, findings: Findings, service: str
) -> None:
    with ExitStack() as planning:
        plans = [planning.enter_context(_planned(faults, sent.day, **each)) for each in SERVICES[service]]
        run = Run(pipeline, str(sent.day))
        run.succeeded()
        assert [plan.hit for plan in plans] == [A_WHILE] * len(plans)
    assert run.failed_attempts() == [], "the client inside the function tries again, not the whole function"
    assert set(sent.raised(pipeline).values()) == {1}, "an alarm was repeated"
    found = sent.check(pipeline)
    codes = " and ".join(f"{each['operation']}: {each['code']}" for each in SERVICES[service])
    findings.note(f"{service} answers errors ({codes})", "1 run", "1 SUCCEEDED", f"{A_WHILE} calls each", found)


def test_a_failure_between_sending_events_and_noting_them_repeats_recognisably(
    stack: RunningStack, pipeline: Pipeline, sent: SentDay, faults: Faults, findings: Findings
) -> None:
    of_day = {"TableName": "-alarms$", "Key": str(sent.day)}
    refused = {"code": "AccessDeniedException", "status": 400, "parameters": of_day}
    with faults.planned("dynamodb", "UpdateItem", calls=1, **refused) as planned:
        run = Run(pipeline, str(sent.day))
        run.succeeded()
        assert planned.hit == 1
    assert len(run.failed_attempts()) == 1
    raised = sent.raised(pipeline)
    assert max(raised.values()) == 2, "an alarm was sent before the failure, and sent again after it"
    ids = _ids(stack, sent.day)
    assert len(ids) == sum(raised.values())
    assert len(set(ids)) == len(raised), "a repeat has the id of what it repeats"
    found = sent.check(pipeline)
    findings.note(
        "Failure between sending events and noting them",
        "1 run",
        "1 SUCCEEDED",
        "1 attempt",
        f"{found}; {len(ids)} messages with {len(set(ids))} different ids",
    )


def _planned(faults: Faults, day: date, *, of_day: str, **how: Any) -> AbstractContextManager[Planned]:
    return faults.planned(calls=A_WHILE, parameters={of_day: str(day)}, **how)


def _ids(stack: RunningStack, day: date) -> list[str]:
    """The alarm's id and the sequence of each message that says that an alarm of the day is raised.

    A silence of another customer, which other days make longer, may be escalated too.
    """
    messages = local_client(stack.edge_url + PATH, "sqs").receive_message(
        QueueUrl=stack.outputs["alarm_queue_url"], MessageAttributeNames=["All"]
    )
    attributes = [message.get("MessageAttributes", {}) for message in messages.get("Messages", [])]
    return [
        f"{each['alarm_id']['StringValue']} {each['sequence']['StringValue']}"
        for each in attributes
        if each and (each["date"]["StringValue"], each["event"]["StringValue"]) == (str(day), "raised")
    ]
