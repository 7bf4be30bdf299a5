"""Reads the events of the alarm queue. docs/consumers.md describes them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from domain.customer_options import DEFAULT_OPTIONS, Language
from domain.metering_points import InvalidMeteringPointError, parse_metering_point


class UnreadableEventError(Exception):
    """A message is no event of an alarm. The text names the field and shows no value."""


class Change(StrEnum):
    """The change of an alarm that an event is about."""

    RAISED = "raised"
    UPDATED = "updated"
    ACKNOWLEDGED = "acknowledged"
    CLEARED = "cleared"
    ESCALATED = "escalated"


@dataclass(frozen=True)
class Recipient:
    """A customer's wish for mails, as it was at the time of the event. The repr shows no address."""

    notify: bool
    email: str
    language: Language

    def __repr__(self) -> str:
        return f"Recipient(notify={self.notify}, language={self.language})"


@dataclass(frozen=True)
class AlarmEvent:
    """One change of one alarm. `sequence` grows with each change of the alarm `alarm_id`."""

    change: Change
    sequence: int
    alarm_id: str
    metering_point: str
    error_type: str
    date: date
    days: int
    """The length of a silence of several days. It is 1 for all other alarms."""
    recipient: Recipient


def read_event(body: str) -> AlarmEvent:
    """Reads the body of a message. Raises `UnreadableEventError`.

    A customer without `notify` wants no mails. A customer without `language` gets Croatian.
    """
    try:
        content = json.loads(body)
    except ValueError:
        raise UnreadableEventError("the body is no JSON") from None
    if not isinstance(content, dict):
        raise UnreadableEventError("the body is no JSON object")
    sequence = content.get("sequence")
    if not isinstance(sequence, int) or isinstance(sequence, bool) or sequence < 0:
        raise UnreadableEventError("sequence is no whole number from 0 on")
    return AlarmEvent(
        change=_change(_text(content, "event")),
        sequence=sequence,
        alarm_id=_text(content, "alarm_id"),
        metering_point=_metering_point(content),
        error_type=_text(content, "error_type"),
        date=_date(_text(content, "date")),
        days=_days(content.get("details")),
        recipient=_recipient(content.get("customer")),
    )


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    if not isinstance(value, str) or not value:
        raise UnreadableEventError(f"{name} is no text")
    return value


def _change(text: str) -> Change:
    try:
        return Change(text)
    except ValueError:
        raise UnreadableEventError(f"event is none of {', '.join(Change)}") from None


def _metering_point(content: Mapping[str, Any]) -> str:
    try:
        return parse_metering_point(content.get("billing_metering_point_number"))
    except InvalidMeteringPointError:
        raise UnreadableEventError("billing_metering_point_number is no metering point's number") from None


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnreadableEventError("date is no date") from None


def _days(details: object) -> int:
    days = details.get("days") if isinstance(details, dict) else None
    return days if isinstance(days, int) and days > 1 else 1


def _recipient(customer: object) -> Recipient:
    if not isinstance(customer, dict):
        raise UnreadableEventError("customer is no JSON object")
    notify = customer.get("notify") is True
    email = customer.get("email")
    if notify and not (isinstance(email, str) and email):
        raise UnreadableEventError("customer.email is no text, and the customer wants mails")
    return Recipient(notify, email or "", _language(customer.get("language")))


def _language(value: object) -> Language:
    known = [language for language in Language if language == value]
    return known[0] if known else DEFAULT_OPTIONS.language
