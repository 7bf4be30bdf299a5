"""Customers: what the DynamoDB table `customers` holds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from lambdas.shared.api_keys import MAX_KEYS, is_api_key_hash
from lambdas.shared.metering_points import (
    InvalidMeteringPointError,
    format_metering_point,
    parse_metering_point,
)

type Item = Mapping[str, Any]
"""An item in DynamoDB's own JSON, e.g. `{"name": {"S": "..."}, "active": {"BOOL": true}}`."""

KEY = "billing_metering_point_number"
ATTRIBUTES = (KEY, "name", "address", "city", "county", "email", "type", "active")
"""What a `Customer` is read from: everything but the key hashes, which only the authorizer may see."""

HASHES = "api_key_hashes"
"""The attribute with the hashes of a customer's keys, the oldest first."""

LAST_USED = "api_keys_last_used"
"""The attribute with the day (UTC) on which each key was last used, by its hash; absent before the first use."""

CREDENTIAL_ATTRIBUTES = (KEY, "active", HASHES, LAST_USED)
"""What `Credentials` are read from."""


class InvalidCustomerError(ValueError):
    """A customer's item that is not in the shape of the contract; names the customer and the attribute."""


class CustomerType(StrEnum):
    """The kind of a customer."""

    HH = "HH"  # household
    HHP = "HHP"  # household with network parameters
    I = "I"  # industrial  # noqa: E741  the contract's own name
    C = "C"  # commercial
    P = "P"  # public

    @property
    def must_report_parameters(self) -> bool:
        """Whether its readings must carry the network parameters."""
        return self is not CustomerType.HH


@dataclass(frozen=True)
class Customer:
    """A customer, without anything secret."""

    metering_point: int
    name: str
    address: str
    city: str
    county: str
    email: str
    type: CustomerType
    active: bool

    @classmethod
    def from_item(cls, item: Item) -> "Customer":
        """Read a DynamoDB item. Raises `InvalidCustomerError`."""
        number = _number(item)
        name, address, city, county, email = (
            _value(item, attribute, "S", str) for attribute in ("name", "address", "city", "county", "email")
        )
        return cls(number, name, address, city, county, email, _type(item), _value(item, "active", "BOOL", bool))

    def to_item(self, api_key_hashes: Sequence[str]) -> dict[str, Any]:
        """The DynamoDB item of this customer with the hashes of its keys (at most two)."""
        strings = {name: getattr(self, name) for name in ("name", "address", "city", "county", "email")}
        return {
            KEY: {"N": format_metering_point(self.metering_point)},
            **{name: {"S": value} for name, value in strings.items()},
            "type": {"S": self.type.value},
            "active": {"BOOL": self.active},
            HASHES: hashes_value(api_key_hashes),
        }


@dataclass(frozen=True)
class Credentials:
    """What decides whether a key opens a metering point. Its repr shows no hash."""

    metering_point: int
    active: bool
    api_key_hashes: tuple[str, ...]
    last_used: Mapping[str, date] = MappingProxyType({})
    """By the key's hash; a key that was never used is not in it."""

    def __repr__(self) -> str:
        return f"Credentials({self.metering_point}, active={self.active}, {len(self.api_key_hashes)} hashes)"

    @classmethod
    def from_item(cls, item: Item) -> "Credentials":
        """Read a DynamoDB item. Raises `InvalidCustomerError`, which shows no hash."""
        number = _number(item)
        entries = _value(item, HASHES, "L", list)
        hashes = tuple(entry.get("S") for entry in entries)
        if len(hashes) > MAX_KEYS or not all(map(is_api_key_hash, hashes)):
            raise InvalidCustomerError(f"customer {number}: {HASHES} are not at most {MAX_KEYS} SHA-256 in hex")
        return cls(number, _value(item, "active", "BOOL", bool), hashes, _last_used(item))

    @classmethod
    def of_nobody(cls, metering_point: int) -> "Credentials":
        """What an unknown customer has: no key opens it."""
        return cls(metering_point, active=False, api_key_hashes=())


def hashes_value(hashes: Sequence[str]) -> dict[str, Any]:
    """Hashes as DynamoDB has them."""
    return {"L": [{"S": value} for value in hashes]}


def last_used_value(last_used: Mapping[str, date]) -> dict[str, Any]:
    """The days of last use as DynamoDB has them."""
    return {"M": {key_hash: {"S": day.isoformat()} for key_hash, day in last_used.items()}}


def _number(item: Item) -> int:
    text = item.get(KEY, {}).get("N")
    try:
        return parse_metering_point(text)
    except InvalidMeteringPointError as error:
        raise InvalidCustomerError(f"a customer's {KEY} is {text!r}: {error}") from error


def _value[T](item: Item, attribute: str, tag: str, kind: type[T]) -> T:
    value = item.get(attribute, {}).get(tag)
    if not isinstance(value, kind):
        raise InvalidCustomerError(f"customer {_number(item)}: no {attribute} of DynamoDB's type {tag}")
    return value


def _last_used(item: Item) -> dict[str, date]:
    if LAST_USED not in item:
        return {}
    entries = _value(item, LAST_USED, "M", dict)
    try:
        return {key_hash: date.fromisoformat(entry["S"]) for key_hash, entry in entries.items()}
    except (KeyError, TypeError, ValueError):
        raise InvalidCustomerError(f"customer {_number(item)}: {LAST_USED} holds something else than days") from None


def _type(item: Item) -> CustomerType:
    text = _value(item, "type", "S", str)
    try:
        return CustomerType(text)
    except ValueError as error:
        known = ", ".join(CustomerType)
        raise InvalidCustomerError(f"customer {_number(item)}: type {text!r} is none of {known}") from error
