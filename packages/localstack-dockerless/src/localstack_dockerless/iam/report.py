"""Reports which parts of each policy are used, and which parts no recorded call needs."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from localstack_dockerless.iam.documents import Policy, Statement
from localstack_dockerless.iam.evaluation import Policies, Request, evaluate
from localstack_dockerless.iam.principals import OPERATOR
from localstack_dockerless.iam.record import Entry


@dataclass(frozen=True)
class Owned:
    """Holds a policy, and the role or the resource that it belongs to."""

    owner: str
    kind: Literal["identity", "trust", "resource"]
    policy: Policy


@dataclass(frozen=True)
class Recorded:
    """Holds a recorded call, and the policies that apply to it now."""

    request: Request
    allowed: bool
    policies: Policies


def report(
    entries: list[Entry], policies: Iterable[Owned], policies_for: Callable[[Request], Policies | None]
) -> dict[str, Any]:
    """Returns `{"policies": [{"name", "owner", "kind", "statements": [...]}], "denied": [...], "calls"}`.

    A statement is `{"name", "effect", "actions", "resources", "uses", "needed", "superfluous"}`. `uses` counts how
    often each action and resource decided. `needed` tells whether a recorded call would get another decision without
    the statement. `superfluous` lists its actions and resources whose removal changes no decision.

    Parameters
    ----------
    policies:
        The policies of the report.
    policies_for:
        Returns the policies that apply to a request now. None: its role no longer exists, and the report uses the
        policies of that time.
    """
    calls = [call for entry in entries for call in _calls(entry, policies_for)]
    uses = _uses(entries)
    return {
        "policies": [
            {"name": owned.policy.name, "owner": owned.owner, "kind": owned.kind}
            | {"statements": [_statement(owned.policy, each, calls, uses) for each in owned.policy.statements]}
            for owned in policies
        ],
        "denied": [_denied(entry) for entry in entries if not entry.decision.allowed],
        "calls": sum(entry.count for entry in entries),
    }


def _denied(entry: Entry) -> dict[str, Any]:
    decision = entry.decision
    return {
        "principal": entry.principal,
        "origin": entry.origin,
        "action": entry.action,
        "resources": sorted(entry.samples),
        "because": decision.because,
        "statements": [f"{match.policy} {match.statement}" for match in decision.matches],
        "unknown": list(decision.unknown),
        "add": _remedy(entry),
        "count": entry.count,
    }


def _remedy(entry: Entry) -> str:
    """Returns the change that would allow the call."""
    if entry.decision.unknown:
        return (
            f"{entry.action} to the calls that this emulator knows (`iam/registry.py` of localstack_dockerless): until "
            "then no policy allows it here. IAM_ENFORCEMENT=report lets it pass"
        )
    if entry.decision.matches:
        return "nothing: remove the statement that denies the call"
    return f"{entry.action} on {', '.join(sorted(entry.samples))} to a policy of {entry.principal}"


def _calls(entry: Entry, policies_for: Callable[[Request], Policies | None]) -> Iterator[Recorded]:
    """Yields the calls that prove a need.

    A call that the operator makes with a role's session proves no need of an Allow. A denied call of it proves a Deny.
    """
    if entry.decision.allowed and entry.origin == OPERATOR:
        return
    for request, policies in entry.samples.values():
        yield Recorded(request, entry.decision.allowed, policies_for(request) or policies)


Uses = Counter[tuple[str, str, str, str]]


def _uses(entries: Iterable[Entry]) -> Uses:
    """Counts how often each action and each resource of each statement decided."""
    uses: Uses = Counter()
    for entry in entries:
        if entry.decision.allowed and entry.origin == OPERATOR:
            continue
        for match in entry.decision.matches:
            uses[match.policy, match.statement, "action", match.action] += entry.count
            uses[match.policy, match.statement, "resource", match.resource] += entry.count
    return uses


def _statement(policy: Policy, statement: Statement, calls: list[Recorded], uses: Uses) -> dict[str, Any]:
    concerned = [call for call in calls if policy in _policies_of(call)]
    parts = [("action", text) for text in statement.actions or ()]
    parts += [("resource", text) for text in statement.resources or ()]
    used = {f"{text}": uses[policy.name, statement.name, kind, text] for kind, text in parts}
    return {
        "name": statement.name,
        "effect": statement.effect,
        "actions": list(statement.actions or statement.not_actions or ()),
        "resources": list(statement.resources or statement.not_resources or ()),
        "uses": used,
        "needed": _matters(policy, policy.without(statement.index), concerned),
        "superfluous": [
            text
            for kind, text in parts
            if not _matters(policy, policy.without(statement.index, kind, text), concerned)  # type: ignore[arg-type]
        ],
    }


def _matters(policy: Policy, reduced: Policy, calls: Iterable[Recorded]) -> bool:
    """Tells whether a call would get another decision."""
    return any(
        evaluate(call.request, _replaced(call.policies, policy, reduced)).allowed != call.allowed for call in calls
    )


def _policies_of(call: Recorded) -> tuple[Policy, ...]:
    return (*call.policies.identity, *filter(None, (call.policies.resource, call.policies.boundary)))


def _replaced(policies: Policies, old: Policy, new: Policy) -> Policies:
    return replace(
        policies,
        identity=tuple(new if policy is old else policy for policy in policies.identity),
        resource=new if policies.resource is old else policies.resource,
        boundary=new if policies.boundary is old else policies.boundary,
    )
