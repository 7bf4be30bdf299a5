"""The report of permissions shows used, unused and denied rights, readable at 100 columns."""

from io import StringIO
from typing import Any

from rich.console import Console

from local.commands.iam_report import policy_table, show_denied

STATEMENT: dict[str, Any] = {
    "name": "ReadObjects",
    "effect": "Allow",
    "actions": ["s3:GetObject", "s3:PutObject"],
    "resources": ["arn:aws:s3:::energy-local-exported-000000000000/readings/date=*"],
    "uses": {"s3:GetObject": 1234, "s3:PutObject": 0},
    "needed": True,
    "superfluous": ["s3:PutObject"],
}
DENIED = {
    "principal": "arn:aws:iam::000000000000:role/energy-local-exporter",
    "action": "s3:DeleteObject",
    "resources": ["arn:aws:s3:::bucket/1", "arn:aws:s3:::bucket/2"],
    "because": "because no identity-based policy allows the s3:DeleteObject action",
    "statements": [],
    "unknown": [],
    "add": "s3:DeleteObject on arn:aws:s3:::bucket/1 to a policy of the role",
    "count": 2,
}


def printed(show: Any) -> list[str]:
    console = Console(file=StringIO(), width=100, highlight=False)
    show(console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def test_each_action_is_told_with_its_uses_and_whether_it_is_needed() -> None:
    policies = [{"owner": "energy-local-exporter", "statements": [STATEMENT]}]
    lines = printed(lambda console: console.print(policy_table(policies)))
    assert max(map(len, lines)) <= 100
    (got,) = [line.split() for line in lines if "s3:GetObject" in line]
    assert got == ["ReadObjects", "s3:GetObject", "1,234", "yes"]
    (put,) = [line.split() for line in lines if "s3:PutObject" in line]
    assert put == ["s3:PutObject", "0", "never", "used"]


def test_a_denied_call_is_told_with_who_what_and_why() -> None:
    text = "\n".join(printed(lambda console: show_denied([DENIED], console)))
    assert "role/energy-local-exporter" in text
    assert "s3:DeleteObject on s3: bucket/1 and 1 more" in text
    assert "because no identity-based policy allows the s3:DeleteObject action" in text
    assert f"to add: {DENIED['add']}" in text
