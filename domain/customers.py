"""Reads and writes the items of the DynamoDB table `customers`."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from domain.api_keys import MAX_KEYS, is_api_key_hash
from domain.customer_meter import DEFAULT_METER, METER_ATTRIBUTES, Meter, meter_from_item, meter_to_item
from domain.customer_options import (
    DEFAULT_OPTIONS,
    OPTION_ATTRIBUTES,
    Language,
    Options,
    options_from_item,
    options_to_item,
)
from domain.metering_points import KEY as KEY  # noqa: PLC0414 -- it is the first of a customer's attributes
from domain.metering_points import InvalidMeteringPointError, parse_metering_point

type Item = Mapping[str, Any]
"""An item in DynamoDB's own JSON, e.g. `{"name": {"S": "..."}, "active": {"BOOL": true}}`."""

ATTRIBUTES = (
    KEY,
    "name",
    "address",
    "city",
    "county",
    "email",
    "type",
    "active",
    *METER_ATTRIBUTES,
    *OPTION_ATTRIBUTES,
)
"""The attributes of a `Customer`. They leave out the key hashes, which only the authorizer may see."""

HASHES = "api_key_hashes"
"""The attribute with the hashes of a customer's keys, the oldest first."""

LAST_USED = "api_keys_last_used"
"""The attribute with the day (UTC) of each key's last use, by its hash. It is absent before the first use."""

CREDENTIAL_ATTRIBUTES = (KEY, "active", HASHES, LAST_USED, *METER_ATTRIBUTES)
"""The attributes of `Credentials`."""


TEXT_LIMITS: Mapping[str, int] = MappingProxyType(
    {"name": 200, "address": 300, "city": 100, "county": 100, "email": 254}
)
"""The most characters (Unicode code points) that each text of a customer may have.

Every message about a customer holds all texts. A queue takes 262,144 bytes. An emoji takes 12 bytes in JSON, so the
limits make at most 11,448 bytes. An e-mail address has at most 254 characters (RFC 5321, 4.5.3.1.3, without the 2 angle
brackets). A longer text is refused. It is not cut, because half an address is wrong.
"""

_SHOWN = 20
"""The number of characters that a fault shows of a wrong value."""

# Queues take the characters of XML 1.0. Control characters that XML discourages are refused too. Tabs and line breaks
# are allowed. https://www.w3.org/TR/xml/#charsets
_REFUSED_CHARACTER = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class InvalidCustomerError(ValueError):
    """A customer's item does not have the form of the contract. The text names the customer and each fault.

    The text shows no personal data. The only values that it shows are a wrong number and a wrong type.
    """

    def __init__(self, customer: str, faults: Sequence[str]) -> None:
        super().__init__(f"{customer}: {'; '.join(faults)}")
        self.customer = customer
        self.faults = tuple(faults)


class CustomerType(StrEnum):
    """The kind of a customer."""

    HH = "HH"  # household
    HHP = "HHP"  # household with network parameters
    I = "I"  # industrial  # noqa: E741  the contract's own name
    C = "C"  # commercial
    P = "P"  # public

    @property
    def must_report_parameters(self) -> bool:
        """Returns whether the customer's readings must have the network parameters."""
        return self is not CustomerType.HH


@dataclass(frozen=True)
class Customer:
    """A customer, without anything secret."""

    metering_point: str
    name: str
    address: str
    city: str
    county: str
    email: str
    type: CustomerType
    active: bool
    meter: Meter = DEFAULT_METER
    options: Options = DEFAULT_OPTIONS

    @property
    def contracted_kw(self) -> float | None:
        """The power in kW that the customer's contract allows, or None where it is unknown."""
        return self.options.contracted_kw

    @property
    def notify(self) -> bool:
        """Whether the customer gets mail about own alarms."""
        return self.options.notify

    @property
    def language(self) -> Language:
        """The language of the mail to the customer."""
        return self.options.language

    @classmethod
    def from_item(cls, item: Item) -> "Customer":
        """Reads a DynamoDB item. Raises `InvalidCustomerError`."""
        reader = _Reader(item)
        texts = {attribute: reader.text(attribute, most) for attribute, most in TEXT_LIMITS.items()}
        kind, active = reader.customer_type(), reader.value("active", "BOOL", bool, default=False)
        meter, options = reader.meter(), reader.options()
        reader.require_no_fault()
        return cls(metering_point=reader.number, type=kind, active=active, meter=meter, options=options, **texts)

    def to_item(self, api_key_hashes: Sequence[str]) -> dict[str, Any]:
        """Returns the DynamoDB item of this customer with the hashes of its keys (at most 2)."""
        strings = {name: getattr(self, name) for name in TEXT_LIMITS}
        return {
            KEY: key_value(self.metering_point),
            **{name: {"S": value} for name, value in strings.items()},
            "type": {"S": self.type.value},
            "active": {"BOOL": self.active},
            HASHES: hashes_value(api_key_hashes),
            **meter_to_item(self.meter),
            **options_to_item(self.options),
        }


@dataclass(frozen=True)
class Credentials:
    """Credentials decide whether a key opens a metering point, and say what its meter does.

    Their repr shows no hash.
    """

    metering_point: str
    active: bool
    api_key_hashes: tuple[str, ...]
    last_used: Mapping[str, date] = MappingProxyType({})
    """The day of last use, by the key's hash. A key that was never used is not in it."""
    last_used_fault: str = ""
    """The reason why the days of last use cannot be read. Nobody is refused for it, because the days decide nothing."""
    meter: Meter = DEFAULT_METER

    def __repr__(self) -> str:
        return f"Credentials({self.metering_point}, active={self.active}, {len(self.api_key_hashes)} hashes)"

    @classmethod
    def from_item(cls, item: Item) -> "Credentials":
        """Reads a DynamoDB item. Raises `InvalidCustomerError`, which shows no hash."""
        reader = _Reader(item)
        hashes = tuple(entry.get("S") for entry in reader.value(HASHES, "L", list, default=[]))
        if len(hashes) > MAX_KEYS or not all(map(is_api_key_hash, hashes)):
            reader.faults.append(f"{HASHES} are not at most {MAX_KEYS} SHA-256 in hex")
        active = reader.value("active", "BOOL", bool, default=False)
        meter = reader.meter()
        reader.require_no_fault()
        last_used = reader.last_used()
        return cls(reader.number, active, hashes, last_used, "; ".join(reader.faults), meter)

    @classmethod
    def of_nobody(cls, metering_point: str) -> "Credentials":
        """Returns the credentials of an unknown customer. No key opens them."""
        return cls(metering_point, active=False, api_key_hashes=())


def key_value(metering_point: str) -> dict[str, str]:
    """Returns a metering point's number in DynamoDB's JSON, as the table's key has it."""
    return {"S": metering_point}


def hashes_value(hashes: Sequence[str]) -> dict[str, Any]:
    """Returns hashes in DynamoDB's JSON."""
    return {"L": [{"S": value} for value in hashes]}


def last_used_value(last_used: Mapping[str, date]) -> dict[str, Any]:
    """Returns the days of last use in DynamoDB's JSON."""
    return {"M": {key_hash: {"S": day.isoformat()} for key_hash, day in last_used.items()}}


class _Reader:
    """Reads an item's attributes and collects their faults."""

    def __init__(self, item: Item) -> None:
        """Raises `InvalidCustomerError` where the item has no valid metering point number."""
        self._item = item
        self.number = _number(item)
        self.faults: list[str] = []

    def value[T](self, attribute: str, tag: str, kind: type[T], *, default: T) -> T:
        """Returns the value of DynamoDB's type `tag`, or the default where there is none."""
        value = self._item.get(attribute, {}).get(tag)
        if isinstance(value, kind):
            return value
        found = "+".join(self._item.get(attribute, ()))
        self.faults.append(
            f"{attribute} has DynamoDB's type {found} instead of {tag}" if found else f"{attribute} is missing"
        )
        return default

    def text(self, attribute: str, most: int) -> str:
        """Returns a text. A text with more than `most` characters, or with one that no message can hold, is a fault."""
        text = self.value(attribute, "S", str, default="")
        if len(text) > most:
            self.faults.append(f"{attribute} has {len(text):,} characters, {most} are the most")
        elif refused := _REFUSED_CHARACTER.search(text):
            self.faults.append(f"{attribute} has the character U+{ord(refused[0]):04X}")
        return text

    def customer_type(self) -> CustomerType:
        """Returns the type, or HH where the value is no type."""
        text = self.value("type", "S", str, default=CustomerType.HH.value)
        try:
            return CustomerType(text)
        except ValueError:
            self.faults.append(f"type {text[:_SHOWN]!a} is none of {', '.join(CustomerType)}")
            return CustomerType.HH

    def meter(self) -> Meter:
        """Returns the interval lengths and the supply. Attributes that are absent have their defaults."""
        meter, faults = meter_from_item(self._item)
        self.faults += faults
        return meter

    def options(self) -> Options:
        """Returns the contracted power and the wishes about mail. Attributes that are absent have their defaults."""
        options, faults = options_from_item(self._item)
        self.faults += faults
        return options

    def last_used(self) -> dict[str, date]:
        """Returns the days of last use, or none where they cannot be read."""
        if LAST_USED not in self._item:
            return {}
        try:
            entries = self.value(LAST_USED, "M", dict, default={})
            return {key_hash: date.fromisoformat(entry["S"]) for key_hash, entry in entries.items()}
        except (KeyError, TypeError, ValueError):
            self.faults.append(f"{LAST_USED} holds values that are no days")
            return {}

    def require_no_fault(self) -> None:
        """Raises `InvalidCustomerError` where there is a fault."""
        if self.faults:
            raise InvalidCustomerError(f"customer {self.number}", self.faults)


def _number(item: Item) -> str:
    text = item.get(KEY, {}).get("S")
    try:
        return parse_metering_point(text)
    except InvalidMeteringPointError as error:
        shown = text[: 2 * _SHOWN] if isinstance(text, str) else None
        raise InvalidCustomerError(f"a customer whose {KEY} is {shown!a}", [str(error)]) from error
