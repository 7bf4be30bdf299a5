"""What a call needs, in IAM's terms."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from localstack_dockerless.iam.patterns import Keys

Parameters = Mapping[str, Any]
"""An operation's parameters as botocore names them."""


class UnknownActionError(Exception):
    """Of this call it is not known which resources it is checked against; the text names it."""


@dataclass(frozen=True)
class Scope:
    """Where a call goes that gives names instead of ARNs."""

    account: str
    region: str

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True)
class Need:
    """`keys`: the condition keys that this action has beside the global ones; None where the call gives none."""

    action: str
    resource: str
    keys: Keys = field(default_factory=dict)


Rule = Callable[[str, Parameters, Scope], Iterable[Need]]
"""Gets an operation's name, its parameters and where it goes."""

NO_LISTING: Keys = {"s3:prefix": None, "s3:delimiter": None, "s3:max-keys": None}
"""The condition keys of `s3:ListBucket` where a call that lists nothing needs it."""
