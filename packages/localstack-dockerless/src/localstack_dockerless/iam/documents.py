"""Parses policy documents, each text once.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal
from urllib.parse import unquote

from localstack_dockerless.iam.conditions import Condition, all_hold
from localstack_dockerless.iam.patterns import Keys, filled_in, like

Part = Literal["action", "resource"]


@dataclass(frozen=True)
class Statement:
    """Holds one statement. An element that the policy lacks is None."""

    index: int
    sid: str
    effect: Literal["Allow", "Deny"]
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    principals: Mapping[str, tuple[str, ...]] | None
    not_principals: Mapping[str, tuple[str, ...]] | None
    conditions: tuple[Condition, ...]

    @property
    def name(self) -> str:
        return self.sid or f"#{self.index + 1}"

    def action_part(self, action: str) -> str | None:
        """Returns the pattern that covers `action`, or None."""
        if self.actions is not None:
            return next((text for text in self.actions if like(text, action, ignore_case=True)), None)
        excluded = any(like(text, action, ignore_case=True) for text in self.not_actions or ())
        return None if excluded else "NotAction"

    def resource_part(self, resource: str, keys: Keys) -> str | None:
        """Returns the pattern that covers `resource`, or None.

        A trust policy has no resources: it is about its own role.
        """
        if self.resources is not None:
            return next((text for text in self.resources if _covers(text, resource, keys)), None)
        if self.not_resources is not None:
            excluded = any(_covers(text, resource, keys) for text in self.not_resources)
            return None if excluded else "NotResource"
        return "(itself)"

    def conditions_hold(self, keys: Keys) -> bool:
        return all_hold(self.conditions, keys)

    def without(self, part: Part, text: str) -> "Statement":
        """Returns the statement without one action or one resource."""
        if part == "action":
            return replace(self, actions=tuple(other for other in self.actions or () if other != text))
        return replace(self, resources=tuple(other for other in self.resources or () if other != text))


def _covers(pattern: str, resource: str, keys: Keys) -> bool:
    text = filled_in(pattern, keys)
    return text is not None and like(text, resource)


@dataclass(frozen=True)
class Policy:
    """Holds a policy. `name` is unique among all policies: records and reports use it."""

    name: str
    statements: tuple[Statement, ...]

    def without(self, index: int, part: Part | None = None, text: str = "") -> "Policy":
        """Returns the policy without the statement of that index, or without one part of it."""
        kept = [
            statement.without(part, text) if part and statement.index == index else statement
            for statement in self.statements
            if part or statement.index != index
        ]
        return replace(self, statements=tuple(kept))


@lru_cache(maxsize=2048)
def parse(name: str, text: str) -> Policy:
    """Parses a policy.

    Raises `ValueError` if the text is no policy. The cache's key is the text, so a changed policy is parsed.
    """
    document = json.loads(unquote(text) if text.startswith("%7B") else text)
    statements = [_statement(index, each) for index, each in enumerate(_list(document["Statement"]))]
    return Policy(name, tuple(statements))


def _statement(index: int, element: Mapping[str, Any]) -> Statement:
    return Statement(
        index=index,
        sid=element.get("Sid") or "",
        effect=element["Effect"],
        actions=_texts(element.get("Action")),
        not_actions=_texts(element.get("NotAction")),
        resources=_texts(element.get("Resource")),
        not_resources=_texts(element.get("NotResource")),
        principals=_principals(element.get("Principal")),
        not_principals=_principals(element.get("NotPrincipal")),
        conditions=_conditions(element.get("Condition") or {}),
    )


def _conditions(element: Mapping[str, Any]) -> tuple[Condition, ...]:
    return tuple(
        Condition(operator, key, _texts(values) or ())
        for operator, wanted in element.items()
        for key, values in wanted.items()
    )


def _principals(element: Any) -> dict[str, tuple[str, ...]] | None:
    if element is None:
        return None
    if element == "*":
        return {"AWS": ("*",)}
    return {kind: _texts(values) or () for kind, values in element.items()}


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _texts(value: Any) -> tuple[str, ...] | None:
    if value is None:
        return None
    return tuple(str(each).lower() if isinstance(each, bool) else str(each) for each in _list(value))
