"""Alarms: what is raised about a customer's day, and what the messages about it say."""

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
from domain.metering_points import format_metering_point

EMAIL_METERING_POINTS = 50
SUBJECT_LIMIT = 99
"""https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: ASCII, no line breaks, under 100 characters"""

_NAMESPACE = uuid.UUID("0a3b6f0e-6f0c-5d54-9d0f-0c2b1f6f5a11")


@dataclass(frozen=True)
class Alarm:
    """One customer's error of one type on one day."""

    date: date
    error_type: str
    """The code of the check."""
    customer: Customer
    details: dict[str, Any]
    """JSON values; which ones depends on the check (`domain.findings`)."""

    @property
    def id(self) -> str:
        """The same for the same day, error type and metering point, so that a repeat is recognisable."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.date}/{self.error_type}/{self.customer.metering_point}"))

    @property
    def metering_point(self) -> str:
        """The canonical number."""
        return format_metering_point(self.customer.metering_point)

    def message(self) -> dict[str, Any]:
        """The body of the queue's message."""
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
    """What the administrator is told of new alarms of one type on one day."""

    subject: str
    body: str


def email(day: date, check: Check, count: int, first: Sequence[str], list_uri: str) -> Email:
    """The e-mail about `count` new alarms, of which `first` are the metering points of the first ones.

    The subject is ASCII without line breaks and under 100 characters; the body has the count, the first
    fifty metering points and the object that lists all of the day's alarms of the type.
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
    """JSON in one line and in ASCII: queues refuse some characters (control characters among them)."""
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
