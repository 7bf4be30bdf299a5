"""Writes the mails: one about problems, and one about complete data."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from domain.customer_options import Language
from lambdas.notifier.croatian import CROATIAN
from lambdas.notifier.customer_record import KnownAlarm
from lambdas.notifier.english import ENGLISH
from lambdas.notifier.mail_texts import MailTexts

TEXTS: Mapping[Language, MailTexts] = MappingProxyType({Language.HR: CROATIAN, Language.EN: ENGLISH})
"""The texts of each language, by the customer's `language`."""

NAMED_PROBLEMS = 10
"""The most problems that a mail names. It counts the rest."""


@dataclass(frozen=True)
class Mail:
    """A mail in plain text."""

    title: str
    body: str


def problem_mail(language: Language, metering_point: str, alarms: Iterable[KnownAlarm]) -> Mail:
    """Writes the mail about a customer's open alarms, in the given order. Equal lines are written once."""
    texts = TEXTS[language]
    lines = list(dict.fromkeys(_line(texts, alarm) for alarm in alarms))
    further = len(lines) - NAMED_PROBLEMS
    if further > 0:
        lines = [*lines[:NAMED_PROBLEMS], texts.more.format(count=further)]
    return Mail(
        texts.problem_subject.format(number=metering_point),
        texts.problem_body.format(number=metering_point, problems="\n".join(lines)),
    )


def completion_mail(language: Language, metering_point: str) -> Mail:
    """Writes the mail about complete data."""
    texts = TEXTS[language]
    return Mail(
        texts.completion_subject.format(number=metering_point), texts.completion_body.format(number=metering_point)
    )


def _line(texts: MailTexts, alarm: KnownAlarm) -> str:
    day = texts.day(alarm.day)
    when = texts.since.format(day=day, days=alarm.days) if alarm.days > 1 else day
    return f"- {when}: {texts.problems.get(alarm.error_type, texts.other_problem)}"
