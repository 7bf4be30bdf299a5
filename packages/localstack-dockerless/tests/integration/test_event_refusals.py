"""PutTargets refuses a target or an input with which the event would be lost."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.event_world import (
    ACCOUNT,
    REGION,
    rule,
)


def arn(service: str, resource: str) -> str:
    return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}"


REFUSED = {
    **{
        service: (arn(service, resource), 501, service)
        for service, resource in {
            "ecs": "task/t", "batch": "job-queue/q", "codebuild": "project/p", "codepipeline": "p",
            "redshift": "cluster:c", "redshift-serverless": "workgroup/w", "sagemaker": "pipeline/p",
            "ssm": "document/d", "inspector": "target/t", "appsync": "endpoints/graphql-api/a", "glue": "workflow/w",
            "ec2": "target/create-snapshot", "ssm-incidents": "response-plan/r",
        }.items()
    },
    "a text": ("no-arn", 400, "Provided Arn is not in correct format"),
    "half an ARN": ("arn:aws:sqs", 400, "Provided Arn is not in correct format"),
    "nothing behind": (arn("sqs", ""), 400, "Provided Arn is not in correct format"),
    "another kind of a known service": (arn("kinesis", "consumer/c"), 501, "kinesis"),
    "state machine without role": (arn("states", "stateMachine:m"), 400, "RoleArn is required"),
    "cluster without role": (arn("ecs", "cluster/c"), 400, "RoleArn is required"),
    "stream without role": (arn("kinesis", "stream/s"), 400, "RoleArn is required"),
    "another account's bus": ("arn:aws:events:eu-central-1:111122223333:event-bus/b", 400, "RoleArn is required"),
    "another region's bus": (f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/b", 400, "RoleArn is required"),
    "fifo queue without group": (arn("sqs", "q.fifo"), 400, "SqsParameters"),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_a_target_that_would_never_get_it_is_refused(emulator: Emulator, kind: str) -> None:
    target, status, named = REFUSED[kind]
    events = emulator.client("events", retries={"max_attempts": 0})
    with rule(events) as (name, put_target):
        with pytest.raises(ClientError, match=named) as refused:
            put_target(target)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status
        assert events.list_targets_by_rule(Rule=name)["Targets"] == []


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ({"InputTransformer": {"InputTemplate": "hello <x>", "InputPathsMap": {"x": "$.id"}}}, "not valid JSON"),
        ({"InputTransformer": {"InputTemplate": '"<nobody>"'}}, "invalid placeholder nobody"),
        ({"Input": "{"}, "JSON syntax error"),
        ({"Input": "{}", "InputPath": "$.detail"}, "Only one of Input"),
    ],
)
def test_an_input_that_can_be_none_is_refused(emulator: Emulator, target: dict[str, Any], named: str) -> None:
    with rule(emulator.client("events")) as (_, put_target), pytest.raises(ClientError, match=named) as refused:
        put_target(arn("sqs", "q"), **target)
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_setting_of_a_bus_that_would_be_forgotten_is_refused(emulator: Emulator) -> None:
    events = emulator.client("events", retries={"max_attempts": 0})
    with pytest.raises(ClientError, match="CreateEventBus with LogConfig"):
        events.create_event_bus(Name="logged", LogConfig={"Level": "INFO"})


@pytest.mark.parametrize("resource", ["no-arn", arn("sqs", "q")])
def test_a_resource_of_another_service_has_no_tags_here(emulator: Emulator, resource: str) -> None:
    events = emulator.client("events", retries={"max_attempts": 0})
    with pytest.raises(ClientError, match="Provided Arn is not in correct format"):
        events.tag_resource(ResourceARN=resource, Tags=[{"Key": "a", "Value": "b"}])


@pytest.mark.parametrize(
    "pattern", ['{"source": "x"}', '{"detail": {"n": [{"prefix": {"suffix": 1}}]}}', "[]", "no JSON"]
)
def test_a_pattern_that_cannot_be_read_is_refused(emulator: Emulator, pattern: str) -> None:
    events = emulator.client("events", retries={"max_attempts": 0})
    with pytest.raises(events.exceptions.InvalidEventPatternException):
        events.put_rule(Name="unreadable", EventPattern=pattern)
