"""What raises each alarm of the administrator's, begun when the session begins: an alarm takes a minute or two."""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.e2e.api_client import Answer, ApiClient
from tests.e2e.customers import Customers
from tests.e2e.pipeline import Execution, Pipeline, put_back, receive
from tests.faults.days import SentDay
from tests.faults.functions import Run
from tests.faults.injected import Faults, Planned
from tests.faults.twins import all_twins

MOST_RECEIVES = 5  # of the alarm queue
A_RUN_OF = "2009-05-04"
ALARM_SECONDS = 240
"""A minute until a queue's depth is published, one until the alarm is judged, and a slow machine."""
HELD_SECONDS = 5


@dataclass(frozen=True)
class Conditions:
    """What was made: the poison message's body, the rule whose event was not delivered, and the runs.

    `doomed` fails for good, attempt after attempt, until `end_of_doom` is called.
    """

    poison: str
    rule: str
    end_of_rule: Callable[[], None]
    undelivered: Planned
    failed: Execution
    aborted: Execution
    timed_out: Execution
    refused: Answer
    twins: dict[str, str]
    doomed: Run
    doomed_day: SentDay
    end_of_doom: Callable[[], None]


@contextmanager
def all_conditions(
    stack: RunningStack, pipeline: Pipeline, customers: Customers, faults: Faults, doomed_day: SentDay
) -> Iterator[Conditions]:
    """Every alarm's condition, really there, or a copy of the alarm (`twins.py`)."""
    with ExitStack() as closing:
        firing = closing.enter_context(ExitStack())
        rule = firing.enter_context(_undeliverable_rule(stack))
        undelivered = firing.enter_context(
            faults.planned(
                "stepfunctions",
                "StartExecution",
                calls=1_000,
                code="AccessDeniedException",
                status=400,
                parameters={"input": rule},
            )
        )
        Run(pipeline, A_RUN_OF).succeeded()
        doom = closing.enter_context(ExitStack())
        doom.enter_context(
            faults.planned(
                "s3",
                "PutObject",
                calls=1_000,
                code="AccessDenied",
                status=403,
                parameters={"Key": f"^readings/date={doomed_day.day}/"},
            )
        )
        twins = closing.enter_context(all_twins(stack))
        yield Conditions(
            poison=_poison(stack),
            rule=rule,
            end_of_rule=firing.close,
            undelivered=undelivered,
            failed=pipeline.run({"date": "2999-01-02"}),
            aborted=_aborted(pipeline, faults),
            timed_out=_timed_out(pipeline, faults),
            refused=_refused(stack, customers, faults),
            twins=twins,
            doomed=Run(pipeline, str(doomed_day.day)),
            doomed_day=doomed_day,
            end_of_doom=doom.close,
        )


@contextmanager
def _undeliverable_rule(stack: RunningStack) -> Iterator[str]:
    """A rule beside the daily one, with its target, role and dead-letter queue, that fires each minute."""
    events, daily = stack.client("events"), stack.outputs["daily_rule"]
    (target,) = events.list_targets_by_rule(Rule=daily)["Targets"]
    assert target["DeadLetterConfig"]["Arn"], "the daily rule's events can be lost"
    rule = f"{daily}-twin-{uuid.uuid4().hex[:8]}"
    events.put_rule(Name=rule, ScheduleExpression="rate(1 minute)")
    try:
        assert events.put_targets(Rule=rule, Targets=[target])["FailedEntryCount"] == 0
        yield rule
    finally:
        events.remove_targets(Rule=rule, Ids=[target["Id"]])
        events.delete_rule(Name=rule)


def _poison(stack: RunningStack) -> str:
    """A message that its consumer takes as often as it may and never deletes; all others are left as they were."""
    sqs, queue = stack.client("sqs"), stack.outputs["alarm_queue_url"]
    message = {"billing_metering_point_number": "0", "error_type": "MCD", "date": A_RUN_OF, "customer": None}
    body = json.dumps({**message, "details": uuid.uuid4().hex})
    sqs.send_message(QueueUrl=queue, MessageBody=body)
    others: list[dict[str, Any]] = []
    try:
        for _ in range(MOST_RECEIVES):
            wait_until(lambda: _is_received(sqs, queue, body, others), 30, "the message that cannot be handled")
        receive(sqs, queue)  # whoever asks next: SQS sees that it was received too often, and moves it
    finally:
        put_back(sqs, queue, others)
    return body


def _is_received(sqs: Any, queue: str, body: str, others: list[dict[str, Any]]) -> bool:
    """Receive it, fail, and let it be seen again at once; keep the others, which stay hidden."""
    found = False
    for message in receive(sqs, queue):
        if message["Body"] == body:
            sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
            found = True
        else:
            others.append(message)
    return found


def _aborted(pipeline: Pipeline, faults: Faults) -> Execution:
    with _held(faults) as held:
        run = Run(pipeline, A_RUN_OF)
        wait_until(lambda: held.hit, 60, "a run in the middle of its work")
        pipeline.stack.client("stepfunctions").stop_execution(executionArn=run.arn, error="Test", cause="by hand")
        return run.ended()


def _timed_out(pipeline: Pipeline, faults: Faults) -> Execution:
    """A run under the machine's own definition, but for its time: a second."""
    steps, arn = pipeline.stack.client("stepfunctions"), pipeline.stack.outputs["state_machine_arn"]
    definition = steps.describe_state_machine(stateMachineArn=arn)["definition"]
    hurried = json.dumps({**json.loads(definition), "TimeoutSeconds": 1})
    steps.update_state_machine(stateMachineArn=arn, definition=hurried)
    try:
        with _held(faults):
            return Run(pipeline, A_RUN_OF).ended()
    finally:
        steps.update_state_machine(stateMachineArn=arn, definition=definition)


def _held(faults: Faults) -> AbstractContextManager[Planned]:
    """The exporter waits when it writes the facts of a part. It does not write a part that has not changed."""
    facts = {"Bucket": "-enriched-", "Key": f"^work/{A_RUN_OF}/.*/exported-"}
    return faults.planned("s3", "PutObject", calls=1, seconds=HELD_SECONDS, parameters=facts)


def _refused(stack: RunningStack, customers: Customers, faults: Faults) -> Answer:
    """A call whose authorizer cannot read the customer, however often it tries."""
    customer = customers.create()
    client = ApiClient(stack.api_url)
    with faults.planned(
        "dynamodb",
        "GetItem",
        calls=10,
        code="InternalServerError",
        parameters={"Key": str(customer.number)},
    ):
        try:
            return client.send(customer.number, [], customer.key)
        finally:
            client.close()
