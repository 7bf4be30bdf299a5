"""Holds the shape of the texts of a language. `croatian.py` and `english.py` have the texts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class MailTexts:
    """The texts of both mails in one language. `{number}` is the customer's own metering point.

    `problems` has the sentence for an error type. `other_problem` is for every error type without one, so that a new
    check needs no text here.
    """

    problem_subject: str
    problem_body: str
    """`{number}`, and `{problems}`: one line for each alarm."""
    problems: Mapping[str, str]
    other_problem: str
    more: str
    """The line after the last problem that is named. `{count}` is the number of further ones."""
    day: Callable[[date], str]
    """Writes a day."""
    since: str
    """`{day}` and `{days}`: a problem of several days in a row."""
    completion_subject: str
    completion_body: str
