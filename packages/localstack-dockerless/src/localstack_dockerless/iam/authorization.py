"""Decides and records one need of one principal. The hook and the services' own checks call it."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime

from localstack_dockerless.iam import mode, stores
from localstack_dockerless.iam.evaluation import Decision, Policies, Request, evaluate
from localstack_dockerless.iam.needs import Need
from localstack_dockerless.iam.patterns import CannotEvaluateError, Keys
from localstack_dockerless.iam.principals import Principal
from localstack_dockerless.iam.record import Record

LOG = logging.getLogger(__name__)
RECORD = Record()

Source = Mapping[str, str | None]
"""Has `aws:sourcearn` and `aws:sourceaccount` of a call that a service makes on behalf of a resource."""
NO_SOURCE: Source = {"aws:sourcearn": None, "aws:sourceaccount": None}


class DeniedError(Exception):
    """The call is denied. The text is AWS's, with the action and the principal."""

    def __init__(self, message: str, action: str) -> None:
        super().__init__(message)
        self.action = action


def authorize(
    principal: Principal, need: Need, region: str, source: Source = NO_SOURCE, *, secure: bool = True
) -> None:
    """Records the decision. Raises `DeniedError` if the call is denied and IAM is enforced."""
    if mode.mode() == mode.OFF:
        return
    request = Request(
        principal, need.action, stores.resolved(need.resource), _keys(principal, need, region, source, secure=secure)
    )
    _settle(request, *decide(request))


def decide(request: Request) -> tuple[Policies, Decision]:
    """Returns the present policies and the decision by them. It records nothing."""
    try:
        policies = stores.policies_for(request.principal, request.action, request.resource)
    except CannotEvaluateError as error:
        return Policies(), _undecidable(str(error))
    return policies, evaluate(request, policies)


def deny(principal: Principal, action: str, resource: str, why: str) -> None:
    """Denies a call that cannot be evaluated, as `authorize` does. `why` is in the text."""
    _settle(Request(principal, action, resource, {}), Policies(), _undecidable(why))


def _undecidable(why: str) -> Decision:
    return Decision(False, because="because it cannot be evaluated", unknown=(why,))


def _settle(request: Request, policies: Policies, decision: Decision) -> None:
    RECORD.add(request, policies, decision)
    if decision.allowed:
        return
    message = _sentence(request, decision)
    LOG.warning("IAM: %s", message)
    if mode.mode() == mode.ON:
        raise DeniedError(message, request.action)


def _sentence(request: Request, decision: Decision) -> str:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html"""
    sentence = (
        f"User: {request.principal.arn} is not authorized to perform: {request.action} "
        f"on resource: {request.resource} {decision.because}"
    )
    if not decision.unknown:
        return sentence
    return f"{sentence} (this emulator does not evaluate {'; '.join(decision.unknown)})"


def _keys(principal: Principal, need: Need, region: str, source: Source, *, secure: bool) -> Keys:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html"""
    now = datetime.now(UTC)
    return {
        "aws:currenttime": now.isoformat(),
        "aws:epochtime": str(int(now.timestamp())),
        "aws:principalaccount": None if principal.is_service else principal.account,
        "aws:principalarn": principal.role_arn,
        "aws:principalisawsservice": str(principal.is_service).lower(),
        "aws:principalservicename": principal.arn if principal.is_service else None,
        "aws:principaltype": None if principal.is_service else "AssumedRole",
        "aws:requestedregion": region,
        "aws:securetransport": str(secure).lower(),
        "aws:viaawsservice": "false",
        "aws:sourceowner": principal.account,  # SNS's own, in the policy that a topic has at first
        "lambda:sourcefunctionarn": principal.function_arn,
        **source,
        **need.keys,
    }
