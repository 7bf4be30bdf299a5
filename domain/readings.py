"""A reading: its fields, their units and their limits, in the API, in Postgres and in the objects."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Quantity:
    """A measured field: its name in the API, its column, its unit and its inclusive limits."""

    field: str
    column: str
    unit: str
    minimum: Decimal
    maximum: Decimal
    decimal_places: int | None
    """The most digits after the point; none for a float's whole precision."""
    required: bool = False


CONSUMPTION = Quantity(
    "consumption_kwh", "consumption_kwh", "kWh", Decimal(0), Decimal("999999.999999"), 6, required=True
)
"""numeric(12,6)."""

NETWORK_PARAMETERS = (
    Quantity("average_voltage_v", "average_voltage", "V", Decimal(0), Decimal(1_000_000), None),
    Quantity("average_frequency_hz", "average_frequency", "Hz", Decimal(0), Decimal(1_000), None),
    Quantity("voltage_drops", "voltage_drops", "count", Decimal(0), Decimal(1_000_000), 0),
    Quantity("down_time_seconds", "down_time_period", "s", Decimal(0), Decimal(15 * 60), 0),
)
"""What customers of some types must report; a down time is at most the interval itself."""

QUANTITIES = (CONSUMPTION, *NETWORK_PARAMETERS)

MAX_READINGS_PER_REQUEST = 1_000

EXPORTED_COLUMNS = {
    "billing_metering_point_number": "BIGINT",
    "sample_time": "TIMESTAMP WITH TIME ZONE",
    "consumption_kwh": "DECIMAL(12,6)",
    "average_voltage": "DOUBLE",
    "average_frequency": "DOUBLE",
    "voltage_drops": "INTEGER",
    "down_time_period": "INTEGER",
    "received_at": "TIMESTAMP WITH TIME ZONE",
    "revision": "INTEGER",
}
"""The exported Parquet's columns in order, with their types in DuckDB's names.

Times are instants: a Parquet TIMESTAMP with `isAdjustedToUTC=true`, which readers do not take for a local time.
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
"""What the enriched Parquet adds; null where the metering point has no customer."""
