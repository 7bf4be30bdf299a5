"""Each kind of target of an EventBridge rule gets the event, or the event goes to the dead-letter queue."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import pytest

from dockerless_testing.backends import Backend, Reply
from dockerless_testing.emulator import Emulator
from dockerless_testing.event_world import (
    ACCOUNT,
    EVENTS,
    MARK,
    REGION,
    client_of,
    put_event,
    queue,
    records,
    rule,
    stream,
    unique,
)
from dockerless_testing.lambda_functions import function
from dockerless_testing.roles import arn_of, document, role, trust
from dockerless_testing.waiting import wait_until

Target = tuple[dict[str, Any], Callable[[], Any]]
"""Holds PutTargets' target, and a function that returns the text of the arrived event."""


@contextmanager
def to_queue(emulator: Emulator) -> Iterator[Target]:
    with queue(emulator, EVENTS) as made:
        yield {"Arn": made.arn}, lambda: [message["Body"] for message in made.receive()]


@contextmanager
def to_fifo_queue(emulator: Emulator) -> Iterator[Target]:
    with queue(emulator, EVENTS, FifoQueue="true", ContentBasedDeduplication="true") as made:
        yield (
            {"Arn": made.arn, "SqsParameters": {"MessageGroupId": "g"}},
            lambda: [message["Body"] for message in made.receive()],
        )


@contextmanager
def to_topic(emulator: Emulator) -> Iterator[Target]:
    sns = emulator.client("sns")
    with queue(emulator, "sns.amazonaws.com") as made:
        topic = sns.create_topic(Name=unique())["TopicArn"]
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=made.arn, Attributes={"RawMessageDelivery": "true"})
        allowed = {"Effect": "Allow", "Principal": {"Service": EVENTS}, "Action": "sns:Publish", "Resource": topic}
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document(allowed))
        yield {"Arn": topic}, lambda: [message["Body"] for message in made.receive()]
        sns.delete_topic(TopicArn=topic)


@contextmanager
def to_function(emulator: Emulator) -> Iterator[Target]:
    with function(emulator, "import json\ndef handle(event, context):\n    print(json.dumps(event))") as made:
        client = emulator.client("lambda")
        client.add_permission(FunctionName=made.name, StatementId="s", Action="lambda:InvokeFunction", Principal=EVENTS)
        logs, group = emulator.client("logs"), f"/aws/lambda/{made.name}"

        def messages() -> list[str]:
            if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
                return []
            return [event["message"] for _, event in made.log_events()]

        yield {"Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{made.name}"}, messages


@contextmanager
def to_state_machine(emulator: Emulator) -> Iterator[Target]:
    states = emulator.client("stepfunctions")
    definition = json.dumps({"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}})
    with role(emulator) as name:
        arn = states.create_state_machine(name=unique(), definition=definition, roleArn=arn_of(name))["stateMachineArn"]

        def inputs() -> list[str]:
            found = states.list_executions(stateMachineArn=arn)["executions"]
            return [states.describe_execution(executionArn=each["executionArn"])["input"] for each in found]

        yield {"Arn": arn, "RoleArn": arn_of(name)}, inputs
        states.delete_state_machine(stateMachineArn=arn)


@contextmanager
def to_log_group(emulator: Emulator) -> Iterator[Target]:
    logs, name = emulator.client("logs"), f"/aws/events/{unique()}"
    arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"
    logs.create_log_group(logGroupName=name)
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": [EVENTS, "delivery.logs.amazonaws.com"]},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": f"{arn}:*",
    }
    policy = unique()
    logs.put_resource_policy(policyName=policy, policyDocument=document(allowed))
    yield {"Arn": arn}, lambda: [each["message"] for each in logs.filter_log_events(logGroupName=name)["events"]]
    logs.delete_resource_policy(policyName=policy)
    logs.delete_log_group(logGroupName=name)


@contextmanager
def to_stream(emulator: Emulator) -> Iterator[Target]:
    with stream(emulator) as (name, stream_arn), role(emulator) as role_name:
        yield (
            {"Arn": stream_arn, "RoleArn": arn_of(role_name)},
            lambda: [data.decode() for data in records(emulator, name)],
        )


@contextmanager
def to_delivery_stream(emulator: Emulator) -> Iterator[Target]:
    firehose, s3, name = emulator.client("firehose"), emulator.client("s3"), unique()
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
    trusted = trust({"Service": ["firehose.amazonaws.com", EVENTS]})
    with role(emulator, trusted=trusted) as role_name:
        made = firehose.create_delivery_stream(
            DeliveryStreamName=name,
            S3DestinationConfiguration={"RoleARN": arn_of(role_name), "BucketARN": f"arn:aws:s3:::{name}"},
        )

        def objects() -> list[str]:
            keys = [each["Key"] for each in s3.list_objects_v2(Bucket=name).get("Contents", [])]
            return [s3.get_object(Bucket=name, Key=key)["Body"].read().decode() for key in keys]

        yield {"Arn": made["DeliveryStreamARN"], "RoleArn": arn_of(role_name)}, objects
        firehose.delete_delivery_stream(DeliveryStreamName=name)
        for each in s3.list_objects_v2(Bucket=name).get("Contents", []):
            s3.delete_object(Bucket=name, Key=each["Key"])
        s3.delete_bucket(Bucket=name)


def to_bus(region: str = REGION, *, by_role: bool) -> Callable[[Emulator], AbstractContextManager[Target]]:
    @contextmanager
    def target(emulator: Emulator) -> Iterator[Target]:
        events, name = client_of(emulator, "events", region), unique("bus-")
        arn = events.create_event_bus(Name=name)["EventBusArn"]
        with (
            queue(emulator, EVENTS, region) as made,
            role(emulator) as role_name,
            rule(events, name, EventPattern=json.dumps({"account": [ACCOUNT]})) as (_, put_target),
        ):
            put_target(made.arn)
            by = {"RoleArn": arn_of(role_name)} if by_role else {}
            yield {"Arn": arn} | by, lambda: [message["Body"] for message in made.receive()]
        events.delete_event_bus(Name=name)

    return target


@contextmanager
def to_api_destination(emulator: Emulator) -> Iterator[Target]:
    events, name = emulator.client("events"), unique()
    key = {"ApiKeyAuthParameters": {"ApiKeyName": "x-api-key", "ApiKeyValue": "made-up"}}
    with Backend() as backend, role(emulator) as role_name:
        connection = events.create_connection(Name=name, AuthorizationType="API_KEY", AuthParameters=key)
        destination = events.create_api_destination(
            Name=name,
            ConnectionArn=connection["ConnectionArn"],
            InvocationEndpoint=f"http://127.0.0.1:{backend.port}/taken",
            HttpMethod="POST",
        )
        yield (
            {"Arn": destination["ApiDestinationArn"], "RoleArn": arn_of(role_name)},
            lambda: [each.body.decode() for each in backend.received if each.values("x-api-key") == ["made-up"]],
        )
        events.delete_api_destination(Name=name)
        events.delete_connection(Name=name)


TAKEN: dict[str, Callable[[Emulator], AbstractContextManager[Target]]] = {
    "queue": to_queue,
    "fifo queue": to_fifo_queue,
    "topic": to_topic,
    "function": to_function,
    "state machine": to_state_machine,
    "log group": to_log_group,
    "Kinesis stream": to_stream,
    "Firehose stream": to_delivery_stream,
    "bus by role": to_bus(by_role=True),
    "bus without role": to_bus(by_role=False),
    "bus of another region": to_bus("us-east-1", by_role=True),
    "API destination": to_api_destination,
}


@pytest.mark.parametrize("kind", TAKEN)
def test_a_target_gets_the_event(emulator: Emulator, kind: str) -> None:
    events = emulator.client("events")
    with TAKEN[kind](emulator) as (target, arrived), rule(events) as (source, put_target):
        put_target(**{"arn" if name == "Arn" else name: value for name, value in target.items()})
        put_event(events, source, mark=MARK)
        wait_until(lambda: [text for text in arrived() if json.dumps(MARK) in text], 30, f"the event at a {kind}")


@pytest.mark.parametrize("status", [403, 503])
def test_an_event_that_a_server_does_not_take_goes_to_the_dead_letters(emulator: Emulator, status: int) -> None:
    events = emulator.client("events")
    with (
        queue(emulator, EVENTS) as dead,
        to_api_destination(emulator) as (target, _),
        rule(events) as (source, put_target),
        Backend() as backend,
    ):
        backend.reply = lambda _: Reply(status)
        name = target["Arn"].split("/")[1]
        events.update_api_destination(Name=name, InvocationEndpoint=f"http://127.0.0.1:{backend.port}/")
        put_target(target["Arn"], RoleArn=target["RoleArn"], DeadLetterConfig={"Arn": dead.arn})
        put_event(events, source, mark=MARK)
        facts = dead.next()["MessageAttributes"]
        assert str(status) in facts["ERROR_MESSAGE"]["StringValue"]
        assert len(backend.received) == int(facts["RETRY_ATTEMPTS"]["StringValue"]) + 1 == (1 if status == 403 else 3)


def test_an_event_is_not_sent_on_by_the_bus_that_receives_it(emulator: Emulator) -> None:
    events, names = emulator.client("events"), [unique("bus-"), unique("bus-")]
    first, second = (events.create_event_bus(Name=name)["EventBusArn"] for name in names)
    everything = {"EventPattern": json.dumps({"account": [ACCOUNT]})}
    with queue(emulator, EVENTS) as of_first, queue(emulator, EVENTS) as of_second, ExitStack() as rules:
        for name, targets in ((names[0], (second, of_first.arn)), (names[1], (first, of_second.arn))):
            for target in targets:
                rules.enter_context(rule(events, name, **everything))[1](target)
        put_event(events, "circle", names[0])
        of_second.next()
        of_first.next()
        assert of_first.receive() == []  # a second one would come back from the other bus
    for name in names:
        events.delete_event_bus(Name=name)


def test_a_number_that_one_pattern_cannot_compare_does_not_stop_the_other_rules(emulator: Emulator) -> None:
    events, name = emulator.client("events"), unique("bus-")
    events.create_event_bus(Name=name)
    greater = {"EventPattern": json.dumps({"detail": {"n": [{"numeric": [">", 1]}]}})}
    with (
        queue(emulator, EVENTS) as made,
        rule(events, name, **greater) as (_, first),
        rule(events, name) as (source, second),
    ):
        first(made.arn)
        second(made.arn)
        put_event(events, source, name, n=10**400)
        assert made.next()
    events.delete_event_bus(Name=name)
