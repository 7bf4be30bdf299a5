"""Reads the e-mails that the local stack has sent. LocalStack lists them at `/_aws/ses`."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

PATH = "/_aws/ses"


@dataclass(frozen=True, slots=True)
class Email:
    """Holds a sent e-mail. `sent` is aware."""

    id: str
    sent: datetime
    to: tuple[str, ...]
    subject: str
    body: str


def sent_emails(edge_url: str) -> list[Email]:
    """Returns all e-mails so far, the oldest first."""
    answer = httpx.get(edge_url + PATH, timeout=60, trust_env=False)
    if answer.status_code == 404:  # LocalStack adds the page when its SES is first used
        return []
    answer.raise_for_status()
    return sorted((_email(message) for message in answer.json()["messages"]), key=lambda email: email.sent)


def forget_email(edge_url: str, email_id: str) -> None:
    """Deletes one e-mail from the list."""
    answer = httpx.delete(edge_url + PATH, params={"id": email_id}, timeout=60, trust_env=False)
    answer.raise_for_status()


def _email(message: dict[str, Any]) -> Email:
    return Email(
        id=message["Id"],
        sent=datetime.fromisoformat(message["Timestamp"]).replace(tzinfo=UTC),
        to=tuple(message["Destination"]["ToAddresses"]),
        subject=message["Subject"],
        body=message["Body"]["text_part"],
    )
