"""The lines of the preflight: what was looked at, the verdict, and what to do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError


class Verdict(StrEnum):
    """The verdict of a line."""

    OK = "ok"
    PROBLEM = "PROBLEM"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True)
class Line:
    """A line of the preflight. `text` says for a problem what to do, and otherwise what was found, or why not."""

    verdict: Verdict
    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.verdict:<12} {self.subject:<14} {self.text}"


@dataclass(frozen=True)
class Needs:
    """What the checks need from outside."""

    values: Mapping[str, Any]
    """The values of the tfvars file, by name."""
    tfvars: Path
    """The tfvars file."""
    repository: Path
    """The top of the repository."""
    client: Callable[[str], Any]
    """Makes a client of an AWS service."""
    outputs: Mapping[str, Any] = field(default_factory=dict)
    """Terraform's outputs. There are none before the first apply."""
    unanswered: Mapping[str, str] = field(default_factory=dict)
    """Why a subject cannot be checked here, by subject."""

    @property
    def name(self) -> str:
        """The prefix of every name."""
        return str(self.values["name"])


type Found = Iterator[tuple[Verdict, str]]
type Check = Callable[[Needs], Found]


def ok(text: str) -> tuple[Verdict, str]:
    """Returns that all is well, and what was found."""
    return Verdict.OK, text


def problem(text: str) -> tuple[Verdict, str]:
    """Returns a problem, and what to do about it."""
    return Verdict.PROBLEM, text


def not_checked(text: str) -> tuple[Verdict, str]:
    """Returns that a check was not possible, and why."""
    return Verdict.NOT_CHECKED, text


def lines(checks: Mapping[str, Check], needs: Needs) -> Iterator[Line]:
    """Yields the lines of the checks in their order. A call that AWS refuses makes the check a `not checked`."""
    for subject, check in checks.items():
        if subject in needs.unanswered:
            yield Line(Verdict.NOT_CHECKED, subject, needs.unanswered[subject])
            continue
        try:
            for verdict, text in check(needs):
                yield Line(verdict, subject, text)
        except KeyError as error:
            yield Line(Verdict.PROBLEM, subject, f"{needs.tfvars.name} has no value for {error.args[0]}: add it")
        except NoCredentialsError:
            yield Line(Verdict.NOT_CHECKED, subject, "there are no AWS credentials: sign in, as with `aws sso login`")
        except (ClientError, BotoCoreError) as error:
            yield Line(Verdict.NOT_CHECKED, subject, " ".join(str(error).split()))
