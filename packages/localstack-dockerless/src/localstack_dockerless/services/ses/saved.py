"""Declares the mails that SES has sent to the saved state. LocalStack keeps them outside of its stores."""

from typing import Any

from localstack.services.ses.provider import EMAILS

from localstack_dockerless.state.registries import keep


def _load(saved: dict[str, Any]) -> None:
    EMAILS.clear()
    EMAILS.update(saved)


keep("ses", "emails", lambda: dict(EMAILS), _load)
