"""Evaluates IAM policy documents as far as the gateway needs them: who may invoke an API or a function.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

Document = Mapping[str, Any]


class UnsupportedPolicyError(Exception):
    """The policy holds an element that is not evaluated here; the text names it."""


def allows(
    documents: Iterable[Document],
    action: str,
    resource: str,
    *,
    service: str | None = None,
    keys: Mapping[str, str] | None = None,
) -> bool:
    """Whether some statement allows and none denies.

    Parameters
    ----------
    service:
        The service principal that asks, for policies with principals (resource and trust policies).
    keys:
        The condition keys' values, such as `{"aws:SourceArn": "..."}`.

    Raises
    ------
    UnsupportedPolicyError
        A statement that bears on the request has an element not evaluated here.
    """
    effects = {
        statement["Effect"]
        for document in documents
        for statement in _list(document.get("Statement", []))
        if _bears_on(statement, action, resource, service, keys or {})
    }
    return "Allow" in effects and "Deny" not in effects


def _bears_on(statement: Document, action: str, resource: str, service: str | None, keys: Mapping[str, str]) -> bool:
    for element in ("NotAction", "NotResource", "NotPrincipal"):
        if element in statement:
            raise UnsupportedPolicyError(f"the emulator does not evaluate {element}")
    if service is not None and not _names(statement.get("Principal"), service):
        return False
    if not any(like(value.lower(), action.lower()) for value in _list(statement.get("Action", []))):
        return False
    if not any(like(value, resource) for value in _list(statement.get("Resource", resource))):
        return False
    conditions = (statement.get("Condition") or {}).items()
    return all(_holds(operator, wanted, keys) for operator, wanted in conditions)


def _names(principal: Any, service: str) -> bool:
    if principal == "*":
        return True
    return isinstance(principal, Mapping) and service in _list(principal.get("Service", []))


def _holds(operator: str, wanted: Mapping[str, Any], keys: Mapping[str, str]) -> bool:
    comparable = {"ArnLike": True, "ArnEquals": True, "StringLike": True, "StringEquals": False}
    if operator not in comparable:
        raise UnsupportedPolicyError(f"the emulator does not evaluate the condition {operator}")
    known = {name.lower(): value for name, value in keys.items()}
    return all(
        name.lower() in known
        and any(_same(value, known[name.lower()], comparable[operator]) for value in _list(values))
        for name, values in wanted.items()
    )


def _same(value: str, actual: str, patterns: bool) -> bool:
    return like(value, actual) if patterns else value == actual


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


@lru_cache(maxsize=1024)
def _pattern(value: str) -> re.Pattern[str]:
    pieces = {"*": ".*", "?": "."}
    return re.compile("".join(pieces.get(char) or re.escape(char) for char in value), re.DOTALL)


def like(value: str, text: str) -> bool:
    """Whether `text` matches `value`, in which `*` and `?` are wildcards."""
    return _pattern(value).fullmatch(text) is not None
