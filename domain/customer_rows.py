"""The rows of a shard's customers, which the planner writes to Parquet and the later steps read."""

from collections.abc import Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from domain.customer_meter import Meter
from domain.customer_options import Language, Options
from domain.customers import KEY, Customer, CustomerType
from domain.intervals import IntervalLengths
from domain.readings import CUSTOMER_COLUMNS
from domain.supply import Supply

LENGTHS, SUPPLY = "interval_lengths", "supply"

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        KEY: "VARCHAR",
        **CUSTOMER_COLUMNS,
        LENGTHS: "VARCHAR",
        SUPPLY: "VARCHAR",
        "contracted_kw": "DOUBLE",
        "notify": "BOOLEAN",
        "language": "VARCHAR",
    }
)
"""The columns in order, with their types in DuckDB's names. `LENGTHS` and `SUPPLY` are in the code of the identity
headers. `contracted_kw` is null where it is unknown."""


def row_of(customer: Customer) -> dict[str, Any]:
    """Returns the customer's row."""
    texts = {name: getattr(customer, name) for name in CUSTOMER_COLUMNS}
    meter = {LENGTHS: customer.meter.lengths.encode(), SUPPLY: customer.meter.supply.encode()}
    return {KEY: customer.metering_point, **texts, **meter, **asdict(customer.options)}


def customer_of(row: tuple[Any, ...]) -> Customer:
    """Returns the customer of a row with all `COLUMNS` in their order."""
    number, name, address, city, county, email, kind, active, lengths, supply, kilowatts, notify, language = row
    meter, options = meter_of(lengths, supply), Options(kilowatts, notify, Language(language))
    return Customer(number, name, address, city, county, email, CustomerType(kind), active, meter, options)


def meter_of(lengths: str, supply: str) -> Meter:
    """Returns the meter of the 2 coded columns."""
    return Meter(IntervalLengths.decode(lengths), Supply.decode(supply))
