"""The mails that a local stack has sent. LocalStack keeps them, and AWS delivers them without keeping them."""

from fastapi import APIRouter, Response

from operations.console.data import DataDep
from operations.console.errors import attempt
from operations.console.view import Page, ViewDep

PAGE = Page("mail", "/mail", order=60)
router = APIRouter()

SHOWN = 50


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
        "mail.html", is_kept=True, fault=answer.fault, mails=found[:SHOWN], count=len(found), asked=q.strip()
    )
