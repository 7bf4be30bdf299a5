"""The authorizing step asks the authorizer, which is a fake function."""

from typing import Any

import pytest

from dockerless_testing.exchanges import authorizer, exchange, integration
from localstack_dockerless.services.apigatewayv2.execute_api.authorizer_cache import AuthorizerCache
from localstack_dockerless.services.apigatewayv2.execute_api.configuration import Api, Authorizer, Route
from localstack_dockerless.services.apigatewayv2.execute_api.exchange import Exchange, GatewayError
from localstack_dockerless.services.apigatewayv2.execute_api.handlers.authorize import Authorize
from localstack_dockerless.services.apigatewayv2.execute_api.ports import InvocationError

ALLOW = {"isAuthorized": True, "context": {"number": 7, "list": [1]}}
KEY = [("X-Api-Key", "k")]


def policy(effect: str, resource: str = "*") -> dict[str, Any]:
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": resource}
    return {"principalId": "me", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}


class Function:
    """Answers with `answer`, or raises it, and keeps the events."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.events: list[dict[str, Any]] = []

    def __call__(self, api: Api, authorizer: Authorizer, event: dict[str, Any]) -> Any:
        self.events.append(event)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def ask(function: Function, made: Exchange, cache: AuthorizerCache | None = None) -> int:
    """Returns 200 if the request may pass, else the client's status."""
    try:
        Authorize(function, cache or AuthorizerCache())(made)
    except GatewayError as error:
        return error.status
    return 200


def guarded(headers: Any = KEY, target: str = "/pets/6", **changes: Any) -> Exchange:
    return exchange(target, route=Route("GET /pets/{id}", authorizer(**changes), integration()), headers=headers)


def test_a_route_without_authorizer_asks_nobody() -> None:
    function = Function(ALLOW)
    assert ask(function, exchange()) == 200
    assert function.events == []


def test_an_allowed_request_has_the_context() -> None:
    made = guarded()
    assert ask(Function(ALLOW), made) == 200
    assert made.authorized.context == {"number": 7, "list": [1]}


@pytest.mark.parametrize("headers", [[], [("X-Api-Key", "")], [("Other", "k")]])
def test_a_missing_identity_source_is_401_without_asking(headers: Any) -> None:
    function = Function(ALLOW)
    assert ask(function, guarded(headers)) == 401
    assert function.events == []


def test_a_denied_request_is_403() -> None:
    assert ask(Function({"isAuthorized": False}), guarded()) == 403


@pytest.mark.parametrize(
    "answer",
    [
        InvocationError("boom"),
        None,
        "true",
        [],
        {},
        {"isAuthorized": "true"},
        {"isAuthorized": 1},
        {"isAuthorized": True, "context": "text"},
        policy("Allow"),
    ],
)
def test_a_failure_or_nonsense_is_500_and_names_the_error(answer: Any) -> None:
    made = guarded()
    assert ask(Function(answer), made) == 500
    assert made.authorized.error


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (policy("Allow"), 200),
        (policy("Deny"), 403),
        (policy("Allow", "arn:aws:execute-api:eu-central-1:000000000000:api1/$default/GET/pets/*"), 200),
        (policy("Allow", "arn:aws:execute-api:eu-central-1:000000000000:api1/$default/POST/*"), 403),
        ({"principalId": "me", "policyDocument": {}}, 500),
        ({"policyDocument": policy("Allow")["policyDocument"]}, 500),
        (ALLOW, 500),
        ({**policy("Allow"), "policyDocument": {"Statement": [{"Effect": "Allow", "NotAction": "x"}]}}, 500),
    ],
)
@pytest.mark.parametrize("version", ["1.0", "2.0"])
def test_policies_decide_when_simple_responses_are_off(answer: Any, status: int, version: str) -> None:
    made = guarded(simple_responses=False, payload_version=version)
    assert ask(Function(answer), made) == status


def test_an_answer_is_kept_for_the_ttl() -> None:
    now = [0.0]
    cache, function = AuthorizerCache(lambda: now[0]), Function(ALLOW)
    assert [ask(function, guarded(ttl=60), cache) for _ in range(3)] == [200, 200, 200]
    assert len(function.events) == 1
    now[0] = 60.0
    assert ask(function, guarded(ttl=60), cache) == 200
    assert len(function.events) == 2


def test_a_denial_is_kept_too_but_no_failure() -> None:
    cache, denying, failing = AuthorizerCache(), Function({"isAuthorized": False}), Function({"isAuthorized": "yes"})
    assert [ask(denying, guarded(ttl=60), cache) for _ in range(2)] == [403, 403]
    assert len(denying.events) == 1
    assert [ask(failing, guarded([("X-Api-Key", "z")], ttl=60), cache) for _ in range(2)] == [500, 500]
    assert len(failing.events) == 2


def test_the_key_is_every_identity_source() -> None:
    cache, function = AuthorizerCache(), Function(ALLOW)
    sources = ("$request.header.x-api-key", "$context.path")
    for target, key in [("/pets/6", "k"), ("/pets/7", "k"), ("/pets/6", "other"), ("/pets/6", "k")]:
        ask(function, guarded([("X-Api-Key", key)], target, ttl=60, identity_sources=sources), cache)
    assert len(function.events) == 3


def test_without_a_path_among_the_sources_an_answer_serves_every_path() -> None:
    cache, function = AuthorizerCache(), Function(ALLOW)
    for target in ("/pets/6", "/pets/7"):
        ask(function, guarded(KEY, target, ttl=60), cache)
    assert len(function.events) == 1


def test_a_kept_policy_is_evaluated_for_each_request() -> None:
    cache = AuthorizerCache()
    function = Function(policy("Allow", "arn:aws:execute-api:*:*:api1/$default/GET/pets/6"))
    statuses = [ask(function, guarded(KEY, f"/pets/{n}", ttl=60, simple_responses=False), cache) for n in (6, 7)]
    assert statuses == [200, 403]
    assert len(function.events) == 1


def test_a_changed_authorizer_does_not_use_old_answers() -> None:
    cache, function = AuthorizerCache(), Function(ALLOW)
    ask(function, guarded(ttl=60), cache)
    ask(function, guarded(ttl=30), cache)
    assert len(function.events) == 2


def test_resetting_a_stage_forgets_its_answers() -> None:
    cache, function = AuthorizerCache(), Function(ALLOW)
    ask(function, guarded(ttl=60), cache)
    cache.reset("api1", "other")
    ask(function, guarded(ttl=60), cache)
    assert len(function.events) == 1
    cache.reset("api1", "$default")
    ask(function, guarded(ttl=60), cache)
    assert len(function.events) == 2
