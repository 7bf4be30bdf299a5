"""Makes customers, days of readings and Parquet files for the tests of the functions."""

import json
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from domain.api_keys import hash_api_key
from domain.customer_meter import DEFAULT_METER, Meter
from domain.customer_options import DEFAULT_OPTIONS, Options
from domain.customer_rows import COLUMNS, row_of
from domain.customers import Customer, CustomerType
from domain.days import LocalDay
from domain.intervals import QUARTER_HOURS, IntervalLengths, interval_starts
from domain.readings import CONSUMPTION, EXPORTED_COLUMNS, NETWORK_PARAMETERS, QUALITIES, QUANTITIES, Quantity
from lambdas.runtime.duck import columns_option
from tests.support.parquet import fetch

ZAGREB = ZoneInfo("Europe/Zagreb")
SPRING = date(2026, 3, 29)
AUTUMN = date(2026, 10, 25)
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
API_KEY = "k3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3y0"


def a_customer(
    number: int | str = 1,
    kind: str = "HH",
    *,
    active: bool = True,
    meter: Meter = DEFAULT_METER,
    options: Options = DEFAULT_OPTIONS,
    **changed: str,
) -> Customer:
    """Returns a customer whose name has its number."""
    texts = {
        "name": f"Šime {number}",
        "address": "Ilica 1",
        "city": "Zagreb",
        "county": "Grad Zagreb",
        "email": f"customer{number}@example.org",
    } | changed
    return Customer(
        metering_point=str(number), type=CustomerType(kind), active=active, meter=meter, options=options, **texts
    )


def an_item(
    number: int | str = 1, kind: str = "HH", *, active: bool = True, meter: Meter = DEFAULT_METER
) -> dict[str, Any]:
    """Returns a customer's DynamoDB item, with the hash of `API_KEY`."""
    return a_customer(number, kind, active=active, meter=meter).to_item([hash_api_key(API_KEY)])


def readings(
    number: int | str,
    day: LocalDay,
    *,
    without: Iterable[int] = (),
    parameters: bool = True,
    lengths: IntervalLengths = QUARTER_HOURS,
) -> list[tuple[Any, ...]]:
    """Returns a customer's exported rows of a day, without the intervals with the given indexes."""
    given = dict(zip(NETWORK_PARAMETERS, (230.5, 50.01, 1, 30), strict=True)) if parameters else {}

    def values(index: int) -> list[Any]:
        measured: dict[Quantity, Any] = {CONSUMPTION: consumption(index), **given}
        return [measured.get(quantity) for quantity in QUANTITIES]

    left_out = set(without)
    received = datetime(2026, 10, 31, 1, 2, 3, 456789, tzinfo=UTC)
    return [
        (str(number), start, lengths.at(start), *values(index), QUALITIES[0], received, received)
        for index, start in enumerate(interval_starts(day, lengths))
        if index not in left_out
    ]


def consumption(index: int) -> str:
    """Returns the consumption in kWh of an interval of a day. It is no flat line, and 4 in a row have 1.267124 kWh."""
    return ("0.316781", "0.326781", "0.316781", "0.306781")[index % 4]


def as_copied(rows: Iterable[tuple[Any, ...]]) -> bytes:
    """Returns rows in the form in which Postgres sends them."""
    return "".join("\t".join("\\N" if value is None else str(value) for value in row) + "\n" for row in rows).encode()


def write_customers(duck: duckdb.DuckDBPyConnection, path: Path, customers: Iterable[Customer]) -> None:
    """Writes a shard's customers to Parquet, as the planner does."""
    lines = path.with_suffix(".ndjson")
    lines.write_text("".join(json.dumps(row_of(customer)) + "\n" for customer in customers))
    columns = columns_option(COLUMNS)
    duck.execute(
        f"COPY (FROM read_json('{lines}', format = 'newline_delimited', columns = {columns}))"
        f" TO '{path}' (FORMAT parquet)"
    )


def exported_parquet(directory: Path, rows: Iterable[tuple[Any, ...]]) -> bytes:
    """Returns the content of an exported part with these rows."""
    text, parquet = directory / "rows.csv", directory / "rows.parquet"
    text.write_bytes(as_copied(rows))
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (FROM read_csv('{text}', auto_detect = false, header = false, delim = '\t', quote = '',"
            f" nullstr = '\\N', columns = {columns_option(EXPORTED_COLUMNS)})) TO '{parquet}' (FORMAT parquet)"
        )
    return parquet.read_bytes()


def read_parquet(directory: Path, content: bytes, query: str = "FROM rows") -> list[tuple[Any, ...]]:
    """Returns the result of a query on `rows`, the content of a Parquet file."""
    path = directory / "read.parquet"
    path.write_bytes(content)
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW rows AS FROM read_parquet('{path}')")
        return fetch(connection.sql(query))
