"""Decides one request: first by explicit Deny, then by resource-based and identity-based policies.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from localstack_dockerless.iam.documents import Policy, Statement
from localstack_dockerless.iam.patterns import CannotEvaluateError, Keys
from localstack_dockerless.iam.principals import Principal, Reach, reach

Kind = Literal["identity-based policy", "resource-based policy", "permissions boundary", "role trust policy"]


@dataclass(frozen=True)
class Request:
    principal: Principal
    action: str
    resource: str
    keys: Keys


@dataclass(frozen=True)
class Policies:
    """Holds all policies that apply to a request. `resource` is None if the service has no policies of resources."""

    identity: tuple[Policy, ...] = ()
    boundary: Policy | None = None
    resource: Policy | None = None
    same_account: bool = True


@dataclass(frozen=True)
class Match:
    """Names the part of a statement that a request matched."""

    policy: str
    index: int
    statement: str
    action: str
    resource: str


@dataclass(frozen=True)
class Decision:
    """Holds a decision. `because` continues AWS's sentence "is not authorized to perform ... ".

    `unknown` names the parts of policies that could not be evaluated.
    """

    allowed: bool
    matches: tuple[Match, ...] = ()
    explicit: bool = False
    because: str = ""
    unknown: tuple[str, ...] = ()


@dataclass
class _Found:
    matches: list[Match] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.matches)


def evaluate(request: Request, policies: Policies) -> Decision:
    """Returns the decision and the statements that made it. The default is Deny."""
    kind_of_resource: Kind = "role trust policy" if request.action == "sts:AssumeRole" else "resource-based policy"
    of_resource = [policies.resource] if policies.resource else []
    of_boundary = [policies.boundary] if policies.boundary else []
    denied = _denial(request, policies.identity, "identity-based policy")
    denied = denied or _denial(request, of_resource, kind_of_resource)
    denied = denied or _denial(request, of_boundary, "permissions boundary")
    return denied or _permission(request, policies, kind_of_resource)


def _denial(request: Request, policies: Iterable[Policy], kind: Kind) -> Decision | None:
    for policy in policies:
        found = _found(request, policy, "Deny", set(Reach) - {Reach.NONE})
        if found or found.unknown:
            article = "the" if kind == "role trust policy" else "an" if kind[0] in "aeiou" else "a"
            because = f"with an explicit deny in {article} {kind}"
            return Decision(False, tuple(found.matches), True, because, tuple(found.unknown))
    return None


def _permission(request: Request, policies: Policies, kind_of_resource: Kind) -> Decision:
    """Decides by both kinds of policies: one kind is enough within an account, and both must allow across accounts.

    A resource's policy that names the account leaves the decision to that account's identity-based policies. A
    policy that names the session itself is not limited by a boundary.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-basics.html
    """
    direct, session, identity, boundary = _Found(), _Found(), _Found(), _Found()
    if policies.resource:
        direct = _found(request, policies.resource, "Allow", {Reach.DIRECT, Reach.SESSION})
        session = _found(request, policies.resource, "Allow", {Reach.SESSION})
    for policy in policies.identity:
        each = _found(request, policy, "Allow", None)
        identity.matches += each.matches
        identity.unknown += each.unknown
    if policies.boundary:
        boundary = _found(request, policies.boundary, "Allow", None)
    unknown = tuple(direct.unknown + identity.unknown + boundary.unknown)
    bounded = bool(boundary) or policies.boundary is None
    if _allowed(request, policies, direct, session, identity, bounded=bounded):
        return Decision(True, tuple(direct.matches + identity.matches + boundary.matches))
    lacking = _lacking(request, kind_of_resource, granted=bool(identity or direct), bounded=bounded)
    return Decision(False, because=f"because no {lacking} allows the {request.action} action", unknown=unknown)


def _allowed(
    request: Request, policies: Policies, direct: _Found, session: _Found, identity: _Found, *, bounded: bool
) -> bool:
    if request.principal.is_service:
        return bool(direct)
    if _needs_resources_leave(request.action) or not policies.same_account:
        delegated = policies.resource and _found(request, policies.resource, "Allow", {Reach.ACCOUNT})
        enough_alone = bool(direct) and policies.same_account
        return enough_alone or bool((direct or delegated) and identity and bounded)
    return bool(session) or (bool(direct or identity) and bounded)


def _needs_resources_leave(action: str) -> bool:
    """Tells whether a resource's policy must allow the action: a role's trust policy and a key's policy must.

    The policy allows it by itself, or it leaves the decision to the account.
    https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
    """
    return action == "sts:AssumeRole" or action.startswith("kms:")


def _lacking(request: Request, kind_of_resource: Kind, *, granted: bool, bounded: bool) -> Kind:
    if request.principal.is_service or _needs_resources_leave(request.action):
        return kind_of_resource
    return "permissions boundary" if granted and not bounded else "identity-based policy"


def _found(request: Request, policy: Policy, effect: str, reaches: set[Reach] | None) -> _Found:
    """Yields the statements of `effect` that the request matches.

    `reaches`: how a resource's policy must name the principal.
    """
    found = _Found()
    for statement in policy.statements:
        if statement.effect != effect or not _names(statement, request.principal, reaches):
            continue
        try:
            match = _match(request, policy, statement)
        except CannotEvaluateError as error:
            found.unknown.append(f"{error} in {policy.name} ({statement.name})")
            continue
        if match:
            found.matches.append(match)
    return found


def _names(statement: Statement, principal: Principal, reaches: set[Reach] | None) -> bool:
    if statement.principals is None and statement.not_principals is None:
        return True  # an identity-based policy
    named = reach(principal, statement.principals, statement.not_principals)
    return named is not Reach.NONE and (reaches is None or named in reaches)


def _match(request: Request, policy: Policy, statement: Statement) -> Match | None:
    action = statement.action_part(request.action)
    resource = action and statement.resource_part(request.resource, request.keys)
    if action is None or resource is None or not statement.conditions_hold(request.keys):
        return None
    return Match(policy.name, statement.index, statement.name, action, resource)
