"""Makes demo customers. A number always gives the same customer."""

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from domain.customer_meter import DEFAULT_METER, Meter
from domain.customer_options import Language, Options
from domain.customers import Customer, CustomerType
from seed.draws import choose, unit
from seed.names import FIRST_NAMES, INDUSTRIES, PUBLIC_BODIES, STREETS, SURNAMES, TOWNS, TRADES

_FIRST = 1_000_000_001
_LAST = 9_999_999_999


# Of each 20 customers: 12 households, 2 with network parameters, 2 industrial, 3 commercial, 1 public.
_TYPE_PATTERN = (
    "HH", "HHP", "C", "HH", "HH", "HH", "I", "HH", "C", "HH",
    "HH", "P", "HH", "HHP", "HH", "I", "HH", "C", "HH", "HH",
)  # fmt: skip
_INACTIVE_POSITION = 11
_NOTIFIED = {4: Language.HR, 7: Language.EN}
"""The positions of the customers that get mail about own alarms. The demo plants faults on 2 of them."""

_CONTRACTED_KW = {
    "HH": (9.2, 11.5, 13.8),
    "HHP": (11.5, 13.8, 17.25),
    "C": (30.0, 43.0),
    "P": (43.0, 60.0),
    "I": (400.0, 630.0),
}
"""The contracted power of each type, in kW. The demo's readings stay below it (`seed.readings`)."""


def demo_number(index: int) -> str:
    """Returns the number of a demo customer, who are counted from 0. All numbers have 10 digits."""
    return str(_FIRST + index)


FIRST_NUMBER = HOUSEHOLD_NUMBER = demo_number(0)


def demo_customers(count: int) -> Iterator[Customer]:
    """Returns the first `count` demo customers, in the order of their numbers."""
    return (demo_customer(demo_number(index)) for index in range(count))


def demo_customer(number: str) -> Customer:
    """Returns the demo customer of a metering point. Raises `ValueError` for a number that no demo customer has."""
    if not (number.isascii() and number.isdigit() and _FIRST <= int(number) <= _LAST):
        raise ValueError(f"{number} is no demo metering point: they start at {FIRST_NUMBER}")
    index = int(number) - _FIRST
    position = index % len(_TYPE_PATTERN)
    kind = _TYPE_PATTERN[position]
    made = made_up(number, kind, index + 1, active=position != _INACTIVE_POSITION - 1)
    language = _NOTIFIED.get(position)
    return replace(made, options=replace(made.options, notify=True, language=language)) if language else made


def made_up(number: str, kind: str, order: int, *, active: bool = True, meter: Meter = DEFAULT_METER) -> Customer:
    """Makes a customer of a type. `order` makes the e-mail address unique."""
    city, county = choose(TOWNS, "place", number)
    name = _name(number, kind, city)
    return Customer(
        metering_point=number,
        name=name,
        address=f"{choose(STREETS, 'street', number)} {1 + int(120 * unit('house', number))}",
        city=city,
        county=county,
        email=f"{_ascii_words(name)}.{order}@{_domain(kind)}",
        type=CustomerType(kind),
        active=active,
        meter=meter,
        options=Options(choose(_CONTRACTED_KW[kind], "contracted kW", number)),
    )


def _name(number: str, kind: str, city: str) -> str:
    surname = choose(SURNAMES, "surname", number)
    match kind:
        case "I":
            return f"{choose(INDUSTRIES, 'industry', number)} {surname} d.d."
        case "C":
            return f"{choose(TRADES, 'trade', number)} {surname} d.o.o."
        case "P":
            return f"{choose(PUBLIC_BODIES, 'public', number)} {city}"
        case _:
            return f"{choose(FIRST_NAMES, 'first', number)} {surname}"


def _domain(kind: str) -> str:
    # RFC 2606 reserves these domains, so no mail to them reaches anybody.
    return {"I": "industry.example", "C": "trade.example", "P": "public.example"}.get(kind, "example.com")


def _ascii_words(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(word for word in plain.lower().replace(".", " ").split() if len(word) > 1)
