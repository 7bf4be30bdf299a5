"""URLs and the parameters of service actions are made of a request."""

from typing import Any

import pytest

from dockerless_testing.exchanges import exchange, integration
from localstack_dockerless.services.apigatewayv2.execute_api.actions import ACTIONS, parameters_of
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Route, Stage
from localstack_dockerless.services.apigatewayv2.execute_api.url import url_of


@pytest.mark.parametrize(
    ("uri", "key", "parameters", "url"),
    [
        ("http://localhost:3000/{proxy}", "ANY /{proxy+}", {"proxy": "a/b c"}, "http://localhost:3000/a/b%20c"),
        ("http://127.0.0.1/p/{id}", "GET /pets/{id}", {"id": "a/b"}, "http://127.0.0.1/p/a%2Fb"),
        ("http://${stageVariables.host}/x", "GET /x", {}, "http://127.0.0.1:8080/x"),
        ("http://127.0.0.1/fixed", "$default", {}, "http://127.0.0.1/fixed"),
    ],
)
def test_urls(uri: str, key: str, parameters: dict[str, str], url: str) -> None:
    stage = Stage("$default", {"host": "127.0.0.1:8080"})
    made = exchange("/", route=Route(key, None, integration(uri=uri)), stage=stage)
    made.path_parameters = parameters
    assert url_of(made).geturl() == url


@pytest.mark.parametrize(
    ("subtype", "values", "parameters"),
    [
        (
            "SQS-SendMessage",
            {"QueueUrl": "http://q", "MessageBody": "b", "DelaySeconds": "3", "MessageGroupId": None, "Region": "r"},
            {"QueueUrl": "http://q", "MessageBody": "b", "DelaySeconds": 3},
        ),
        (
            "EventBridge-PutEvents",
            {"Detail": "{}", "DetailType": "t", "Source": "s", "Resources": '["a"]'},
            {"Entries": [{"Detail": "{}", "DetailType": "t", "Source": "s", "Resources": ["a"]}]},
        ),
        (
            "StepFunctions-StartExecution",
            {"StateMachineArn": "arn", "Input": "{}", "Name": "n"},
            {"stateMachineArn": "arn", "input": "{}", "name": "n"},
        ),
    ],
)
def test_parameters_of_actions(subtype: str, values: dict[str, Any], parameters: dict[str, Any]) -> None:
    assert parameters_of(ACTIONS[subtype], values) == parameters


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"QueueUrl": "http://q", "MessageBody": None}, "MessageBody"),
        ({"QueueUrl": "http://q", "MessageBody": "b", "MessageAttributes": "x"}, "MessageAttributes is no JSON"),
    ],
)
def test_a_parameter_that_cannot_be_made_is_named(values: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        parameters_of(ACTIONS["SQS-SendMessage"], values)
