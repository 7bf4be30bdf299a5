"""Reads the answer of an authorizer's function.

Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html ("Lambda
authorizer response format")
"""

import json
from dataclasses import dataclass
from typing import Any

from localstack_dockerless.iam.documents import parse
from localstack_dockerless.iam.evaluation import Policies, Request, evaluate
from localstack_dockerless.iam.principals import Principal

_CALLER = Principal(
    "the client", "", role_arn="the client"
)  # such a policy names no principal: it applies to the caller


class InvalidAnswerError(Exception):
    """The answer does not have the required format. The text names the fault."""


@dataclass(frozen=True)
class AuthorizerAnswer:
    """Holds a valid answer. Either `allowed` is set (simple response), or `policy` decides for each request."""

    allowed: bool | None
    policy: dict[str, Any] | None
    principal_id: str | None
    context: dict[str, Any]

    def allows(self, arn: str) -> bool:
        """Tells whether the request to `arn` may pass.

        Raises
        ------
        InvalidAnswerError
            The policy cannot be evaluated.
        """
        if self.policy is None:
            return bool(self.allowed)
        try:
            policy = parse("the answer", json.dumps(self.policy))
            decision = evaluate(Request(_CALLER, "execute-api:Invoke", arn, {}), Policies(identity=(policy,)))
        except (KeyError, TypeError, AttributeError) as error:
            raise InvalidAnswerError(f"the policy document cannot be evaluated: {error}") from error
        if any(statement.resources is None and statement.not_resources is None for statement in policy.statements):
            raise InvalidAnswerError("a statement of the policy document names no resource")
        if decision.unknown:
            raise InvalidAnswerError(f"the policy document cannot be evaluated: {'; '.join(decision.unknown)}")
        return decision.allowed


def read_answer(payload: Any, *, simple: bool) -> AuthorizerAnswer:
    """Reads the function's result: a simple response if the authorizer has them enabled, else a policy.

    Raises
    ------
    InvalidAnswerError
    """
    if not isinstance(payload, dict):
        raise InvalidAnswerError("the answer is not an object")
    context = payload.get("context") or {}
    if not isinstance(context, dict):
        raise InvalidAnswerError("context is not an object")
    return _simple(payload, context) if simple else _with_policy(payload, context)


def _simple(payload: dict[str, Any], context: dict[str, Any]) -> AuthorizerAnswer:
    allowed = payload.get("isAuthorized")
    if not isinstance(allowed, bool):
        raise InvalidAnswerError("isAuthorized is missing or not a boolean")
    return AuthorizerAnswer(allowed, None, None, context)


def _with_policy(payload: dict[str, Any], context: dict[str, Any]) -> AuthorizerAnswer:
    principal, policy = payload.get("principalId"), payload.get("policyDocument")
    if not isinstance(principal, str) or not isinstance(policy, dict) or not policy.get("Statement"):
        raise InvalidAnswerError("principalId or policyDocument is missing or malformed")
    return AuthorizerAnswer(None, policy, principal, context)
