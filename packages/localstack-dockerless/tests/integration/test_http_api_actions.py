"""HTTP APIs call actions of AWS services with the rights of the integration's role.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-aws-services.html
"""

import json
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from dockerless_testing.gateways import ACCOUNT
from dockerless_testing.http_apis import HttpApi
from dockerless_testing.roles import arn_of, role, trust

TRUSTED = trust({"Service": "apigateway.amazonaws.com"})


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def api(emulator: Any, stack: ExitStack) -> HttpApi:
    return HttpApi(emulator, stack)


def action(subtype: str, role_arn: str, **parameters: str) -> dict[str, Any]:
    return {
        "IntegrationType": "AWS_PROXY",
        "IntegrationSubtype": subtype,
        "CredentialsArn": role_arn,
        "PayloadFormatVersion": "1.0",
        "RequestParameters": parameters,
    }


def queue(emulator: Any, stack: ExitStack) -> tuple[Any, str]:
    sqs = emulator.client("sqs")
    url = sqs.create_queue(QueueName=uuid.uuid4().hex)["QueueUrl"]
    stack.callback(sqs.delete_queue, QueueUrl=url)
    return sqs, url


def test_a_message_is_sent(emulator: Any, api: HttpApi, stack: ExitStack) -> None:
    sqs, url = queue(emulator, stack)
    may = stack.enter_context(
        role(emulator, {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}, trusted=TRUSTED)
    )
    parameters = {"QueueUrl": url, "MessageBody": "$request.body"}
    api.route("POST /orders", action("SQS-SendMessage", arn_of(may), **parameters))
    got = api.call("/orders", "POST", body=b'{"order": 1}')
    assert (got.status, got.values("content-type")) == (200, ["text/xml"])
    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    assert message["Body"] == '{"order": 1}'
    assert f"<MessageId>{message['MessageId']}</MessageId>" in got.body.decode()


def test_without_the_right_nothing_is_sent(emulator: Any, api: HttpApi, stack: ExitStack) -> None:
    sqs, url = queue(emulator, stack)
    read = {"Effect": "Allow", "Action": "sqs:ReceiveMessage", "Resource": "*"}
    may_not = stack.enter_context(role(emulator, read, trusted=TRUSTED))
    untrusted = stack.enter_context(role(emulator))
    for path, name in (("/a", may_not), ("/b", untrusted)):
        parameters = {"QueueUrl": url, "MessageBody": "$request.body"}
        api.route(f"POST {path}", action("SQS-SendMessage", arn_of(name), **parameters))
    status, body = api.ask("/a", "POST", body=b"x")
    assert status == 403
    assert "sqs:SendMessage" in body["message"]
    assert api.ask("/b", "POST", body=b"x") == (500, {"message": "Internal Server Error"})
    assert "Messages" not in sqs.receive_message(QueueUrl=url)


def test_an_event_is_put_with_mapped_parameters(emulator: Any, api: HttpApi, stack: ExitStack) -> None:
    may = stack.enter_context(role(emulator, trusted=TRUSTED))
    parameters = {"Detail": "$request.body", "DetailType": "$request.path.type", "Source": "shop"}
    api.route("POST /events/{type}", action("EventBridge-PutEvents", arn_of(may), **parameters))
    status, answer = api.ask("/events/Order", "POST", body=b'{"id": 1}')
    assert (status, answer["FailedEntryCount"]) == (200, 0)
    assert answer["Entries"][0]["EventId"]
    assert api.ask("/events/Order", "POST", body=b"no JSON")[1]["FailedEntryCount"] == 1


def test_an_execution_is_started(emulator: Any, api: HttpApi, stack: ExitStack) -> None:
    states = emulator.client("stepfunctions")
    may = stack.enter_context(role(emulator, trusted=TRUSTED))
    runs = stack.enter_context(role(emulator))
    definition = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    machine = states.create_state_machine(name=uuid.uuid4().hex, definition=definition, roleArn=arn_of(runs))
    arn = machine["stateMachineArn"]
    stack.callback(states.delete_state_machine, stateMachineArn=arn)
    parameters = {"StateMachineArn": arn, "Input": "$request.body"}
    api.route("POST /start", action("StepFunctions-StartExecution", arn_of(may), **parameters))
    status, answer = api.ask("/start", "POST", body=b'{"a": 1}')
    assert status == 200
    assert answer["executionArn"].startswith(f"arn:aws:states:eu-central-1:{ACCOUNT}:execution:")
    assert isinstance(answer["startDate"], float)
    assert json.loads(states.describe_execution(executionArn=answer["executionArn"])["input"]) == {"a": 1}
    assert api.ask("/start", "POST", body=b"no JSON")[0] == 400
