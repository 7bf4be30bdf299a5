"""The mails that a local stack has sent. LocalStack keeps them, and AWS delivers them without keeping them."""

import re

from fastapi import APIRouter, Response
from jinja2.utils import urlize
from markupsafe import Markup

from domain.findings import CODES
from domain.metering_points import PATTERN
from operations.console.data import DataDep
from operations.console.errors import attempt
from operations.console.view import Page, ViewDep

PAGE = Page("mail", "/mail", order=60)
router = APIRouter()

SHOWN = 50

_ABOUT = re.compile(r"Alarms of (?P<day>\d{4}-\d\d-\d\d):")
"""The subject of the administrator's mail about a run."""

_ALARM = re.compile(
    rf"^- (?P<name>(?P<number>{PATTERN}): (?P<code>{'|'.join(CODES)})) (?P<when>on|since) (?P<day>\d{{4}}-\d\d-\d\d)",
    re.MULTILINE,
)
"""An alarm in the administrator's mail (`domain/digest.py`)."""


@router.get("/mail")
def mail(view: ViewDep, data: DataDep, q: str = "") -> Response:
    """Lists the mails, the newest first. `q` is a part of the address, the subject or the text."""
    if not view.needs.stack:
        return view.page("mail.html", is_kept=False)
    answer = attempt(data.mails)
    wanted = q.strip().lower()
    found = [
        each for each in reversed(answer.value or []) if wanted in " ".join((*each.to, each.subject, each.body)).lower()
    ]
    return view.page(
        "mail.html",
        is_kept=True,
        fault=answer.fault,
        mails=found[:SHOWN],
        linked=linked,
        day_of=day_of,
        count=len(found),
        asked=q.strip(),
    )


def day_of(subject: str) -> str:
    """Returns the day that a mail is about, or an empty text. Another mail may have another date in its subject."""
    found = _ABOUT.match(subject)
    return found["day"] if found else ""


def linked(body: str) -> Markup:
    """Escapes a mail's text. Its addresses are links, and each alarm that it names leads to the alarm's page."""
    parts: list[Markup] = []
    end = 0
    for found in _ALARM.finditer(body):
        path = f"/alarms/{found['number']}/{found['day']}/{found['code']}"
        link = Markup('<a href="{}">{}</a>').format(path, found["name"])
        parts += [_plain(body[end : found.start("name")]), link]
        end = found.end("name")
    return Markup("").join([*parts, _plain(body[end:])])


def _plain(text: str) -> Markup:
    return Markup(urlize(text, rel="noopener"))  # noqa: S704  it escapes the text
