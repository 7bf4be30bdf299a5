"""The deployment that a command changes. A command that changes something runs only when its user names it.

The outputs of Terraform say which deployment it is, and in which account and region. The credentials of the shell must
be of that account. So neither an old file nor another profile leads a change to the wrong place.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import boto3

OUTPUTS = ("name", "state_machine_arn")
"""Terraform's outputs with the deployment's name, and an ARN with its region and account."""


class TargetError(Exception):
    """The command would change another deployment than its user means. The message says which."""


@dataclass(frozen=True)
class Target:
    """A deployment: the name of the tfvars file, the region and the account."""

    name: str
    region: str
    account: str

    @classmethod
    def of(cls, outputs: Mapping[str, Any]) -> "Target":
        """Returns the deployment of Terraform's outputs, which have at least `OUTPUTS`."""
        _, _, _, region, account, *_ = outputs["state_machine_arn"].split(":")
        return cls(outputs["name"], region, account)

    def client(self, service: str) -> Any:
        """Returns a client of the deployment's region, with the credentials of the shell."""
        return boto3.client(service, region_name=self.region)  # type: ignore[call-overload]

    def require(self, named: str, *, changes: bool) -> None:
        """Raises `TargetError` unless the credentials are of the account and, for a change, `named` is the name."""
        if changes:
            self.require_named(named)
        self.require_account(self.client("sts"))

    def require_account(self, sts: Any) -> None:
        """Raises `TargetError` unless the credentials are of the deployment's account."""
        found = sts.get_caller_identity()["Account"]
        if found != self.account:
            raise TargetError(
                f"the outputs are of account {self.account}, and the shell's credentials are of account {found}: "
                "use the credentials of that account"
            )

    def require_named(self, named: str) -> None:
        """Raises `TargetError` unless `named` is the deployment's name."""
        if named != self.name:
            given = f"you named {named!r}" if named else "the command names none"
            raise TargetError(
                f"the outputs are of the stack {self.name!r} in {self.region}, and {given}: "
                f"a change needs --stack {self.name}"
            )
