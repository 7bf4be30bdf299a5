"""This module has the table of a reading's quantities, with their units, limits and types.

`QUANTITIES` is the one table. The service's SQL, the exporter's columns, the OpenAPI schemas and the JSON of a page
derive from it. A new quantity is a line here, a migration, and a field of `Reading` and of `StoredReading` (`service`),
which `tests/unit/service/test_quantities.py` holds to this table.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Quantity:
    """A measured field has a name in the API, a column, its types, a unit and inclusive limits."""

    field: str
    column: str
    unit: str
    minimum: Decimal
    maximum: Decimal
    decimal_places: int | None
    """The most digits after the point. None stands for a float's whole precision."""
    postgres_type: str
    duckdb_type: str
    """The column's type in the Parquet objects, by DuckDB's name."""
    example: float
    """A plausible value, for the API's description."""
    required: bool = False


CONSUMPTION = Quantity(
    "consumption_kwh", "consumption_kwh", "kWh", Decimal(0), Decimal("999999.999999"), 6,
    "numeric", "DECIMAL(12,6)", 0.317, required=True,
)  # fmt: skip
"""numeric(12,6)."""

NETWORK_PARAMETERS = (
    Quantity(
        "average_voltage_v", "average_voltage", "V", Decimal(0), Decimal(1_000_000), None,
        "double precision", "DOUBLE", 230.4,
    ),
    Quantity(
        "average_frequency_hz", "average_frequency", "Hz", Decimal(0), Decimal(1_000), None,
        "double precision", "DOUBLE", 50.01,
    ),
    Quantity("voltage_drops", "voltage_drops", "count", Decimal(0), Decimal(1_000_000), 0, "integer", "INTEGER", 0),
    Quantity("down_time_seconds", "down_time_period", "s", Decimal(0), Decimal(15 * 60), 0, "integer", "INTEGER", 0),
)  # fmt: skip
"""The quantities that customers of some types must report. A down time is at most as long as the interval."""

QUANTITIES = (CONSUMPTION, *NETWORK_PARAMETERS)

MAX_READINGS_PER_REQUEST = 1_000

EXPORTED_COLUMNS = {
    "billing_metering_point_number": "BIGINT",
    "sample_time": "TIMESTAMP WITH TIME ZONE",
    **{quantity.column: quantity.duckdb_type for quantity in QUANTITIES},
    "received_at": "TIMESTAMP WITH TIME ZONE",
    "revision": "INTEGER",
}
"""The exported Parquet's columns in order, with their types in DuckDB's names.

Times are instants: Parquet's TIMESTAMP with `isAdjustedToUTC=true`. No reader takes them for local times.
https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#timestamp"""

CUSTOMER_COLUMNS = {
    "name": "VARCHAR",
    "address": "VARCHAR",
    "city": "VARCHAR",
    "county": "VARCHAR",
    "email": "VARCHAR",
    "type": "VARCHAR",
    "active": "BOOLEAN",
}
"""The columns that the enriched Parquet adds. They are null where the metering point has no customer."""
