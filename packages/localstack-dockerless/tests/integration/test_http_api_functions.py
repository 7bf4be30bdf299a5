"""HTTP APIs invoke Lambda functions with the documented events, and read their results.

https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
"""

import base64
import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from dockerless_testing.gateways import ACCOUNT
from dockerless_testing.http_apis import HttpApi, of_function
from dockerless_testing.lambda_functions import Function, function
from dockerless_testing.roles import arn_of, role, trust

SOURCE = """
import json, time

def handle(event, context):
    path = event.get("rawPath") or event["path"]
    match path.rpartition("/")[2]:
        case "short": return {"called": context.invoked_function_arn.rpartition("function:")[2]}
        case "text": return "Hello"
        case "binary": return {"statusCode": 200, "isBase64Encoded": True, "body": "iVBORw==",
                               "headers": {"Content-Type": "image/png"}}
        case "cookies": return {"statusCode": 201, "cookies": ["a=1; Path=/", "b=2"], "body": "made"}
        case "malformed": return {"statusCode": 200, "body": {"not": "a string"}}
        case "raise": raise ValueError("no")
        case "slow": time.sleep(3)
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(event)}
"""
ERROR = (500, {"message": "Internal Server Error"})


@pytest.fixture(scope="module")
def made(emulator: Any) -> Iterator[Function]:
    with function(emulator, SOURCE) as made:
        yield made


@pytest.fixture(scope="module")
def api(emulator: Any, made: Function) -> Iterator[HttpApi]:
    """Yields an API whose routes invoke the function: below /1 with format 1.0, else with 2.0."""
    with ExitStack() as stack:
        api = HttpApi(emulator, stack)
        api.permit(made)
        api.route("ANY /2/{proxy+}", of_function(made))
        api.route("ANY /1/{proxy+}", of_function(made, "1.0"))
        yield api


def test_the_event_of_format_2(api: HttpApi) -> None:
    body = json.dumps({"é": 1}).encode()
    headers = [("Content-Type", "application/json"), ("X-Two", "a"), ("X-Two", "b"), ("Cookie", "c=1; d=2")]
    status, event = api.ask("/2/a%20b?q=1&q=2", "POST", headers=headers, body=body)
    assert status == 200
    assert (event["version"], event["routeKey"], event["rawPath"]) == ("2.0", "ANY /2/{proxy+}", "/2/a b")
    assert (event["rawQueryString"], event["queryStringParameters"]) == ("q=1&q=2", {"q": "1,2"})
    assert (event["cookies"], event["headers"]["x-two"]) == (["c=1", "d=2"], "a,b")
    assert (event["body"], event["isBase64Encoded"]) == (body.decode(), False)
    assert event["pathParameters"] == {"proxy": "a b"}
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["apiId"] == api.id


def test_the_event_of_format_1(api: HttpApi) -> None:
    headers = [("Content-Type", "application/x-www-form-urlencoded"), ("X-Two", "a"), ("X-Two", "b")]
    status, event = api.ask("/1/x?q=1&q=2", "PUT", headers=headers, body=b"form=1")
    assert status == 200
    assert (event["version"], event["resource"], event["path"]) == ("1.0", "/1/{proxy+}", "/1/x")
    assert event["multiValueQueryStringParameters"] == {"q": ["1", "2"]}
    assert event["multiValueHeaders"]["x-two"] == ["a", "b"]
    assert (base64.b64decode(event["body"]), event["isBase64Encoded"]) == (b"form=1", True)


def test_results_become_answers(api: HttpApi) -> None:
    text = api.call("/2/text")
    assert (text.status, text.body, text.values("content-type")) == (200, b"Hello", ["application/json"])
    binary = api.call("/2/binary")
    assert (binary.body, binary.values("content-type")) == (b"\x89PNG", ["image/png"])
    cookies = api.call("/2/cookies")
    assert (cookies.status, cookies.values("set-cookie")) == (201, ["a=1; Path=/", "b=2"])
    assert len(cookies.values("apigw-requestid")) == 1


@pytest.mark.parametrize("path", ["/2/malformed", "/2/raise", "/1/short", "/1/text"])
def test_what_is_no_answer_is_500(api: HttpApi, path: str) -> None:
    assert api.ask(path) == ERROR


def test_a_function_that_is_too_slow_is_503(api: HttpApi, made: Function) -> None:
    api.route("GET /late/slow", of_function(made, TimeoutInMillis=200))
    assert api.ask("/late/slow") == (503, {"message": "Service Unavailable"})


def test_an_alias_and_a_stage_variable_name_the_function(emulator: Any, made: Function) -> None:
    client = emulator.client("lambda")
    version = client.publish_version(FunctionName=made.name)["Version"]
    client.create_alias(FunctionName=made.name, Name="live", FunctionVersion=version)
    uri = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{made.name}:live"
    invocation = f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{uri}/invocations"
    by_variable = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:${{stageVariables.name}}:live"
    with ExitStack() as stack:
        api = HttpApi(emulator, stack)
        api.aws.update_stage(ApiId=api.id, StageName="$default", StageVariables={"name": made.name})
        for number, named in enumerate((uri, invocation, by_variable)):
            api.route(f"GET /{number}/short", of_function(made, IntegrationUri=named))
        assert api.ask("/0/short") == ERROR, "the function's own policy says nothing of its alias"
        api.permit(made, qualifier="live")
        for number in range(3):
            assert api.ask(f"/{number}/short") == (200, {"called": f"{made.name}:live"})


@pytest.mark.parametrize(
    ("key", "source", "allowed"),
    [
        ("GET /pets/{id}", "$default/GET/pets/{id}", True),
        ("GET /pets/{id}", "*/*/pets/*", True),
        ("$default", "*/$default", True),
        ("GET /pets/{id}", "*/POST/pets/*", False),
        ("GET /pets/{id}", "other/*", False),
    ],
)
def test_the_functions_policy_names_the_route(emulator: Any, key: str, source: str, *, allowed: bool) -> None:
    with ExitStack() as stack, function(emulator, SOURCE) as own:
        api = HttpApi(emulator, stack)
        api.route(key, of_function(own))
        assert api.ask("/pets/short") == ERROR
        api.permit(own, source)
        assert api.ask("/pets/short")[0] == (200 if allowed else 500)


def test_a_role_gives_the_permission_too(emulator: Any, made: Function) -> None:
    trusted = trust({"Service": "apigateway.amazonaws.com"})
    resource = f"arn:aws:lambda:*:*:function:{made.name}"
    invoke = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": resource}
    other = {**invoke, "Resource": f"{resource}-other"}
    with ExitStack() as stack:
        api = HttpApi(emulator, stack)
        may = arn_of(stack.enter_context(role(emulator, invoke, trusted=trusted)))
        may_not = arn_of(stack.enter_context(role(emulator, other, trusted=trusted)))
        api.route("GET /a/text", of_function(made, CredentialsArn=may))
        api.route("GET /b/text", of_function(made, CredentialsArn=may_not))
        assert api.call("/a/text").body == b"Hello"
        assert api.ask("/b/text") == ERROR


def test_a_target_makes_the_whole_api(emulator: Any, made: Function) -> None:
    target = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{made.name}"
    with ExitStack() as stack:
        api = HttpApi(emulator, stack, Target=target)
        api.permit(made)
        assert api.call("/any/text").body == b"Hello"
        assert [route["RouteKey"] for route in api.aws.get_routes(ApiId=api.id)["Items"]] == ["$default"]
        assert api.aws.get_stage(ApiId=api.id, StageName="$default")["AutoDeploy"] is True


def test_a_named_stage_is_part_of_the_path(emulator: Any, made: Function) -> None:
    with ExitStack() as stack:
        api = HttpApi(emulator, stack)
        api.permit(made)
        api.route("GET /pets", of_function(made))
        variables = {"environment": "test"}
        api.aws.create_stage(ApiId=api.id, StageName="dev", AutoDeploy=True, StageVariables=variables)
        _, event = api.ask("/dev/pets")
        assert (event["rawPath"], event["requestContext"]["stage"]) == ("/dev/pets", "dev")
        assert event["stageVariables"] == variables
