"""The gateway obeys REQUEST authorizers, which are real Lambda functions."""

import json
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from dockerless_testing.backends import Backend
from dockerless_testing.gateways import ACCOUNT, Gateway
from dockerless_testing.lambda_functions import Function, function, package

SOURCE = """
import itertools, json, time
calls = itertools.count(1)

def handle(event, context):
    match event["headers"].get("x-api-key"):
        case "allow": return {"isAuthorized": True, "context": {"calls": next(calls), "event": json.dumps(event)}}
        case "deny": return {"isAuthorized": False}
        case "raise": raise ValueError("no")
        case "nonsense": return {"authorized": "yes"}
        case "policy":
            statement = {"Action": "execute-api:Invoke", "Effect": "Allow", "Resource": event["routeArn"]}
            return {"principalId": "me", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
        case "slow": time.sleep(15)
"""


@pytest.fixture(scope="module")
def lambda_function(emulator: Any) -> Iterator[Function]:
    with function(emulator, SOURCE) as made:
        yield made


def guard(gateway: Gateway, made: Function, *, permitted: bool = True, **settings: Any) -> str:
    """Returns the id of an authorizer for `GET /things/{id}` that passes its context on. None omits a setting."""
    arn = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:{made.name}"
    wanted = {
        "ApiId": gateway.id,
        "Name": "authorizer",
        "AuthorizerType": "REQUEST",
        "AuthorizerUri": f"arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/{arn}/invocations",
        "AuthorizerPayloadFormatVersion": "2.0",
        "EnableSimpleResponses": True,
        "IdentitySource": ["$request.header.x-api-key"],
        "AuthorizerResultTtlInSeconds": 0,
        **settings,
    }
    authorizer = gateway.aws.create_authorizer(**{k: v for k, v in wanted.items() if v is not None})["AuthorizerId"]
    if permitted:
        permit(gateway, made, f"authorizers/{authorizer}")
    integration = gateway.integration(
        RequestParameters={
            "overwrite:header.x-calls": "$context.authorizer.calls",
            "overwrite:header.x-event": "$context.authorizer.event",
        }
    )
    gateway.route("GET /things/{id}", integration, AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    return str(authorizer)


def permit(gateway: Gateway, made: Function, source: str) -> None:
    made.emulator.client("lambda").add_permission(
        FunctionName=made.name,
        StatementId=uuid.uuid4().hex,
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:{gateway.id}/{source}",
    )


def ask(gateway: Gateway, key: str | None, path: str = "/things/7") -> tuple[int, Any]:
    answer = gateway.call(path, headers=[("X-Api-Key", key)] if key is not None else [])
    return answer.status, json.loads(answer.body)


def test_the_function_decides(gateway: Gateway, lambda_function: Function) -> None:
    guard(gateway, lambda_function)
    assert ask(gateway, "allow")[0] == 200
    assert ask(gateway, "deny") == (403, {"message": "Forbidden"})
    assert ask(gateway, None) == (401, {"message": "Unauthorized"})
    assert ask(gateway, "") == (401, {"message": "Unauthorized"})
    assert ask(gateway, "raise") == (500, {"message": "Internal Server Error"})
    assert ask(gateway, "nonsense") == (500, {"message": "Internal Server Error"})


def test_the_function_gets_the_documented_event(gateway: Gateway, lambda_function: Function, backend: Backend) -> None:
    guard(gateway, lambda_function)
    gateway.call("/things/a%20b?x=1&x=2", headers=[("X-Api-Key", "allow"), ("X-Calls", "spoofed")])
    got = backend.received[-1]
    event = json.loads(got.values("x-event")[0])
    assert (event["version"], event["type"]) == ("2.0", "REQUEST")
    assert event["routeKey"] == "GET /things/{id}"
    assert event["routeArn"] == f"arn:aws:execute-api:eu-central-1:{ACCOUNT}:{gateway.id}/$default/GET/things/a b"
    assert event["rawPath"] == "/things/a b"
    assert event["pathParameters"] == {"id": "a b"}
    assert event["queryStringParameters"] == {"x": "1,2"}
    assert event["identitySource"] == ["allow"]
    assert event["requestContext"]["stage"] == "$default"
    assert got.values("x-calls") != ["spoofed"]


def test_answers_are_kept_by_all_identity_sources(
    gateway: Gateway, lambda_function: Function, backend: Backend
) -> None:
    guard(
        gateway,
        lambda_function,
        AuthorizerResultTtlInSeconds=300,
        IdentitySource=["$request.header.x-api-key", "$context.path"],
    )
    for path in ("/things/1", "/things/1", "/things/2"):
        assert ask(gateway, "allow", path)[0] == 200
    first, second, third = (received.values("x-calls") for received in backend.received[-3:])
    assert first == second != third
    gateway.aws.reset_authorizers_cache(ApiId=gateway.id, StageName="$default")
    ask(gateway, "allow", "/things/1")
    assert backend.received[-1].values("x-calls") != first


def test_policies_decide_without_simple_responses(gateway: Gateway, lambda_function: Function) -> None:
    guard(gateway, lambda_function, EnableSimpleResponses=False)
    assert ask(gateway, "policy")[0] == 200
    assert ask(gateway, "allow")[0] == 500


@pytest.mark.parametrize("source", [None, "authorizers/other", "*/GET/things/*"])
def test_without_the_permission_nothing_is_invoked(
    gateway: Gateway, lambda_function: Function, source: str | None
) -> None:
    guard(gateway, lambda_function, permitted=False)
    if source:
        permit(gateway, lambda_function, source)
    assert ask(gateway, "allow") == (500, {"message": "Internal Server Error"})


def test_a_role_gives_the_permission_too(gateway: Gateway, lambda_function: Function, emulator: Any) -> None:
    iam = emulator.client("iam")
    name = f"gateway-{gateway.id}"
    trust = {"Effect": "Allow", "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}
    made = iam.create_role(
        RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )
    try:
        guard(gateway, lambda_function, permitted=False, AuthorizerCredentialsArn=made["Role"]["Arn"])
        assert ask(gateway, "allow")[0] == 500
        invoke = {
            "Effect": "Allow",
            "Action": "lambda:Invoke*",
            "Resource": f"arn:aws:lambda:*:*:function:{lambda_function.name}",
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [invoke]})
        iam.put_role_policy(RoleName=name, PolicyName="invoke", PolicyDocument=document)
        assert ask(gateway, "allow")[0] == 200
        iam.delete_role_policy(RoleName=name, PolicyName="invoke")
    finally:
        iam.delete_role(RoleName=name)


def test_a_function_that_takes_too_long_is_500(gateway: Gateway, lambda_function: Function) -> None:
    guard(gateway, lambda_function)
    assert ask(gateway, "slow") == (500, {"message": "Internal Server Error"})


def test_without_a_time_to_live_answers_are_kept(gateway: Gateway, lambda_function: Function, backend: Backend) -> None:
    """The default is 300 s. test_apigatewayv2 reads the time itself."""
    guard(gateway, lambda_function, AuthorizerResultTtlInSeconds=None)
    calls = []
    for _ in range(2):
        assert ask_for_status(gateway, "allow") == 200
        calls.append(backend.received[-1].values("x-calls"))
    assert calls[0] == calls[1]


def test_a_denial_is_kept_until_the_cache_is_reset(gateway: Gateway, emulator: Any) -> None:
    """A denial is cached as a permission is: a new user's first denial lasts until the time has passed."""
    source = "def handle(event, context): return {'isAuthorized': %s}"
    with function(emulator, source % False) as made:
        guard(gateway, made, AuthorizerResultTtlInSeconds=300)
        assert ask_for_status(gateway, "new") == 403
        client = emulator.client("lambda")
        client.update_function_code(FunctionName=made.name, ZipFile=package({"app.py": source % True}))
        client.get_waiter("function_updated_v2").wait(FunctionName=made.name)
        assert ask_for_status(gateway, "new") == 403
        assert ask_for_status(gateway, "another") == 200
        gateway.aws.reset_authorizers_cache(ApiId=gateway.id, StageName="$default")
        assert ask_for_status(gateway, "new") == 200


def ask_for_status(gateway: Gateway, key: str) -> int:
    return gateway.call("/things/7", headers=[("X-Api-Key", key)]).status


FORMAT_1 = """
def handle(event, context):
    allowed = event["queryStringParameters"].get("key") == "good"
    effect = "Allow" if allowed else "Deny"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": event["methodArn"]}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {"principalId": event["resource"], "policyDocument": document, "context": {"calls": event["identitySource"]}}
"""


@pytest.mark.parametrize("sources", [["$request.querystring.key"], []])
def test_format_1_with_policies_and_without_identity_sources(
    gateway: Gateway, emulator: Any, backend: Backend, sources: list[str]
) -> None:
    """Other projects' authorizers. Without an identity source every request is asked for, and none is a 401."""
    with function(emulator, FORMAT_1) as made:
        guard(
            gateway,
            made,
            AuthorizerPayloadFormatVersion="1.0",
            EnableSimpleResponses=False,
            IdentitySource=sources,
            AuthorizerResultTtlInSeconds=300 if sources else None,
        )
        assert ask(gateway, None, "/things/7?key=good")[0] == 200
        assert [value for value in backend.received[-1].values("x-calls") if value] == (["good"] if sources else [])
        assert ask(gateway, None, "/things/7?key=bad") == (403, {"message": "Forbidden"})
        (found,) = gateway.aws.get_authorizers(ApiId=gateway.id)["Items"]
        assert found["AuthorizerResultTtlInSeconds"] == (300 if sources else 0)
