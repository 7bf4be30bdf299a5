"""Alarms: what is raised about a customer's day, and what the messages about it say."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from domain.customers import Customer
from domain.metering_points import format_metering_point

EMAIL_METERING_POINTS = 50
SUBJECT_LIMIT = 99
"""https://docs.aws.amazon.com/sns/latest/api/API_Publish.html: ASCII, no line breaks, under 100 characters"""

_NAMESPACE = uuid.UUID("0a3b6f0e-6f0c-5d54-9d0f-0c2b1f6f5a11")


class ErrorType(StrEnum):
    """What is wrong with a customer's reporting."""

    MCD = "MCD"
    ICD = "ICD"
    MNP = "MNP"

    @property
    def title(self) -> str:  # type: ignore[override]
        """What the abbreviation stands for."""
        return _TITLES[self]


_TITLES = {
    ErrorType.MCD: "missing consumption data",
    ErrorType.ICD: "incomplete consumption data",
    ErrorType.MNP: "missing network parameters",
}


@dataclass(frozen=True)
class Alarm:
    """One customer's error of one type on one day."""

    date: date
    error_type: ErrorType
    customer: Customer
    details: dict[str, Any]
    """JSON values; which ones depends on the error type (`domain.alarm_rules`)."""

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
            "error_type": self.error_type.value,
            "date": self.date.isoformat(),
            "customer": _described(self.customer),
            "details": self.details,
        }


@dataclass(frozen=True)
class Email:
    """What the administrator is told of new alarms of one type on one day."""

    subject: str
    body: str


def email(day: date, error_type: ErrorType, count: int, first: Sequence[str], list_uri: str) -> Email:
    """The e-mail about `count` new alarms, of which `first` are the metering points of the first ones.

    The subject is ASCII without line breaks and under 100 characters; the body has the count, the first
    fifty metering points and the object that lists all of the day's alarms of the type.
    """
    noun = "customer" if count == 1 else "customers"
    subject = f"{error_type} {error_type.title} on {day}: {count} {noun}"
    named = first[:EMAIL_METERING_POINTS]
    head = "Metering points:" if count <= len(named) else f"The first {len(named)} metering points:"
    lines = [
        f"{error_type} - {error_type.title}",
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
