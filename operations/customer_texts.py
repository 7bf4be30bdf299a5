"""Writes a customer as texts, and reads texts as a customer. CSV files and the command line have these texts.

| text | form | empty |
|---|---|---|
| `active`, `notify` | `true` or `false` | true for `active`, false for `notify` |
| `interval_minutes` | `15`, or `15@,60@2026-11-01T00:00:00+01:00` for a length that changes | 15 |
| `supplied_from`, `supplied_until` | RFC 3339 with an offset | since ever, without end |
| `contracted_kw` | a decimal number | unknown |
| `language` | `hr` or `en` | `hr` |
| `type` | `HH`, `HHP`, `I`, `C` or `P` | refused |
| every other text | as it is | an empty text |

The texts become a DynamoDB item, which the domain reads. So a text is right where its item is right.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.customer_meter import Meter, meter_to_item
from domain.customer_options import DEFAULT_OPTIONS
from domain.customers import ATTRIBUTES, KEY, TEXT_LIMITS, Customer, InvalidCustomerError, key_value
from domain.intervals import QUARTER_HOURS, IntervalLengths
from domain.metering_points import InvalidMeteringPointError, parse_metering_point

COLUMNS = ATTRIBUTES
"""The texts of a customer in their order: the columns of a CSV file."""

REQUIRED = (*TEXT_LIMITS, "type")
"""The texts that a new customer must have, in addition to the number."""

_BOOLEANS = {"true": True, "false": False}


class FaultyTextsError(ValueError):
    """Texts are no customer. `faults` has each reason. They show no personal data."""

    def __init__(self, *faults: str) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Numbers:
    """The form of the metering point numbers of one deployment."""

    pattern: str

    def read(self, text: str) -> str:
        """Returns the number. Raises `FaultyTextsError` for a number that this deployment does not take."""
        try:
            number = parse_metering_point(text)
        except InvalidMeteringPointError as error:
            raise FaultyTextsError(f"{KEY} {text[:40]!a}: {error}") from None
        if re.fullmatch(self.pattern, number) is None:
            raise FaultyTextsError(f"{KEY} {number} has not the form of this deployment's numbers: {self.pattern}")
        return number


def texts_of(customer: Customer) -> dict[str, str]:
    """Returns the customer's texts, with an empty text for each absent option."""
    meter, options = customer.meter, customer.options
    supply = meter_to_item(meter)
    return {
        KEY: customer.metering_point,
        **{name: getattr(customer, name) for name in TEXT_LIMITS},
        "type": customer.type.value,
        "active": _boolean_text(customer.active),
        "interval_minutes": "" if meter.lengths == QUARTER_HOURS else meter.lengths.encode(),
        "supplied_from": supply.get("supplied_from", {"S": ""})["S"],
        "supplied_until": supply.get("supplied_until", {"S": ""})["S"],
        "contracted_kw": "" if options.contracted_kw is None else f"{options.contracted_kw!r}".removesuffix(".0"),
        "notify": _boolean_text(options.notify),
        "language": options.language.value,
    }


def customer_of(texts: Mapping[str, str], numbers: Numbers) -> Customer:
    """Returns the customer of texts. An absent option has its default. Raises `FaultyTextsError` with every fault."""
    faults: list[str] = []

    def read[T](name: str, reader: Callable[[str], T], default: T) -> T:
        try:
            return reader(texts[name]) if texts.get(name) else default
        except ValueError as error:
            faults.append(f"{name} {error}")
            return default

    number = numbers.read(texts.get(KEY, ""))
    item: dict[str, Any] = {KEY: key_value(number)}
    item |= {name: {"S": texts[name]} for name in REQUIRED if name in texts}
    item["active"] = {"BOOL": read("active", _boolean, True)}
    item["notify"] = {"BOOL": read("notify", _boolean, DEFAULT_OPTIONS.notify)}
    item |= read("interval_minutes", _lengths, dict[str, Any]())
    item |= {name: {"S": texts[name]} for name in ("supplied_from", "supplied_until", "language") if texts.get(name)}
    item |= {"contracted_kw": {"N": texts["contracted_kw"]}} if texts.get("contracted_kw") else {}
    try:
        customer = Customer.from_item(item)
    except InvalidCustomerError as error:
        raise FaultyTextsError(*faults, *error.faults) from None
    if faults:
        raise FaultyTextsError(*faults)
    return customer


def _boolean(text: str) -> bool:
    if text not in _BOOLEANS:
        raise ValueError("is neither true nor false")
    return _BOOLEANS[text]


def _boolean_text(value: bool) -> str:
    return str(value).lower()


def _lengths(text: str) -> dict[str, Any]:
    return meter_to_item(Meter(IntervalLengths.decode(text)))
