"""The mails are plain texts in both languages, and docs/customer-mails.md shows them as they are sent."""

import re
from datetime import date
from pathlib import Path

import pytest

from domain.customer_options import Language
from lambdas.notifier.customer_record import KnownAlarm
from lambdas.notifier.mails import TEXTS, Mail, completion_mail, problem_mail

DOCUMENT = (Path(__file__).parents[4] / "docs" / "customer-mails.md").read_text(encoding="utf-8")
NUMBER = "1000000001"
HEADINGS = {Language.HR: "in Croatian", Language.EN: "in English"}


def known(error_type: str = "MCD", day: date = date(2026, 11, 23), days: int = 1) -> KnownAlarm:
    return KnownAlarm(1, True, False, error_type, day, days, day)


def shown(heading: str) -> Mail:
    """Returns the mail that the document shows: the subject, an empty line and the text."""
    (found,) = re.findall(rf"^### {heading}\n\n```\n(.*?)^```", DOCUMENT, re.MULTILINE | re.DOTALL)
    title, _, body = str(found).partition("\n\n")
    return Mail(title, body)


@pytest.mark.parametrize("language", Language)
def test_the_document_shows_the_mail_about_problems(language: Language) -> None:
    alarms = [known(days=3), known("ICD", date(2026, 11, 26))]
    assert problem_mail(language, NUMBER, alarms) == shown(f"Problems, {HEADINGS[language]}")


@pytest.mark.parametrize("language", Language)
def test_the_document_shows_the_mail_about_complete_data(language: Language) -> None:
    assert completion_mail(language, NUMBER) == shown(f"All in order, {HEADINGS[language]}")


def test_each_language_has_texts() -> None:
    assert list(TEXTS) == list(Language)
    assert len({tuple(sorted(texts.problems)) for texts in TEXTS.values()}) == 1


@pytest.mark.parametrize("language", Language)
def test_a_check_that_the_texts_do_not_know_has_a_line(language: Language) -> None:
    assert f": {TEXTS[language].other_problem}\n" in problem_mail(language, NUMBER, [known("NEW")]).body


def test_a_line_is_written_once() -> None:
    assert problem_mail(Language.EN, NUMBER, [known("SPK"), known("UNI")]).body.count("unusual") == 1


def test_many_problems_are_counted() -> None:
    text = problem_mail(Language.EN, NUMBER, [known(day=date(2026, 10, day)) for day in range(1, 15)]).body
    assert text.count("we received no reading") == 10
    assert "- and further problems: 4\n" in text


@pytest.mark.parametrize("language", Language)
def test_a_mail_reads_well_on_a_phone(language: Language) -> None:
    """No line is longer than plain text's customary 90 characters, and a subject fits a phone's list."""
    for mail in (problem_mail(language, NUMBER, [known(days=3)]), completion_mail(language, NUMBER)):
        assert max(map(len, mail.body.splitlines())) <= 90
        assert len(mail.title) <= 60
        assert "{" not in mail.title + mail.body
