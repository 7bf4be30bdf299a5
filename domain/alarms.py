"""An alarm tells people of a finding on a customer's day. This module writes the texts of its messages."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from domain import findings
from domain.customers import Customer
from domain.days import LocalDay
from domain.findings import Check, ReportedDay

EMAIL_METERING_POINTS = 50
SUBJECT_LIMIT = 99
"""https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: ASCII, no line breaks, under 100 characters"""

_NAMESPACE = uuid.UUID("0a3b6f0e-6f0c-5d54-9d0f-0c2b1f6f5a11")


@dataclass(frozen=True)
class Alarm:
    """An alarm is about one customer, one error type and one day."""

    date: date
    error_type: str
    """The code of the check."""
    customer: Customer
    details: dict[str, Any]
    """JSON values. Each check documents its own (`domain.findings`)."""

    @property
    def id(self) -> str:
        """Identifies the alarm. A repeated message for the same day, error type and metering point has the same id."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.date}/{self.error_type}/{self.customer.metering_point}"))

    @property
    def metering_point(self) -> str:
        """The customer's number."""
        return self.customer.metering_point

    def message(self) -> dict[str, Any]:
        """Returns the body of the queue's message."""
        return {
            "billing_metering_point_number": self.metering_point,
            "error_type": self.error_type,
            "date": self.date.isoformat(),
            "customer": _described(self.customer),
            "details": self.details,
        }


def alarms_of(customer: Customer, day: LocalDay, reported: ReportedDay) -> list[Alarm]:
    """Returns the alarms that a customer's day gives, in the order of the checks."""
    found = findings.judge(customer, day, reported)
    return [Alarm(day.date, check.code, customer, details) for check, details in found]


@dataclass(frozen=True)
class Email:
    """An e-mail tells the administrator of the new alarms of one type on one day."""

    subject: str
    body: str


def email(day: date, check: Check, count: int, first: Sequence[str], list_uri: str) -> Email:
    """Writes the e-mail about `count` new alarms. `first` are the metering points of the first alarms.

    The subject is ASCII, without line breaks, and has fewer than 100 characters. The body has the count, the first 50
    metering points, and the address of the object that lists all alarms of the type on the day.
    """
    noun = "customer" if count == 1 else "customers"
    subject = f"{check.code} {check.title} on {day}: {count} {noun}"
    named = first[:EMAIL_METERING_POINTS]
    head = "Metering points:" if count <= len(named) else f"The first {len(named)} metering points:"
    lines = [
        f"{check.code} - {check.title}",
        f"Date: {day}",
        f"Customers: {count}",
        "",
        head,
        *named,
        "",
        f"All of them, with details: {list_uri}",
    ]
    return Email(subject[:SUBJECT_LIMIT], "\n".join(lines) + "\n")


def to_json(value: Any) -> str:
    """Writes JSON in one line and in ASCII, because queues refuse some characters, such as control characters."""
    return json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def _described(customer: Customer) -> dict[str, Any]:
    return {
        "name": customer.name,
        "address": customer.address,
        "city": customer.city,
        "county": customer.county,
        "email": customer.email,
        "type": customer.type.value,
    }
