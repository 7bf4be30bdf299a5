"""Describes the permissions that a call needs, in IAM's terms."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from localstack_dockerless.iam.patterns import Keys

Parameters = Mapping[str, Any]
"""Holds an operation's parameters under botocore's names."""


class UnknownActionError(Exception):
    """No rule tells on which resources the call needs permissions. The text names the call."""


@dataclass(frozen=True)
class Scope:
    """Holds the region and the account of a call, to make ARNs of names."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True)
class Need:
    """Holds one needed permission.

    `keys` are the condition keys of this action in addition to the global ones. None: the call has no value for the
    key.
    """

    action: str
    resource: str
    keys: Keys = field(default_factory=dict)


Rule = Callable[[str, Parameters, Scope], Iterable[Need]]
"""Takes an operation's name, its parameters and its scope. Returns the needs."""

NO_LISTING: Keys = {"s3:prefix": None, "s3:delimiter": None, "s3:max-keys": None}
"""The condition keys of `s3:ListBucket` for a call that needs the permission and lists nothing."""
