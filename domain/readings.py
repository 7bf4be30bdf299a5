"""This module has the table of a reading's quantities, with their units, limits and types.

`QUANTITIES` is the one table. The service's SQL, the exporter's columns, the OpenAPI schemas and the JSON of a page
derive from it. A new quantity is a line here, a migration, and a field of `Reading` (`service`), which
`tests/unit/service/test_quantities.py` holds to this table.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Quantity:
    """A measured field has a name in the API, its types, a unit and inclusive limits. The column has the same name."""

    field: str
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
    negative_hint: str = ""
    """The field in which a value below 0 belongs, said to a caller who sends one."""

    @property
    def column(self) -> str:
        """The column in Postgres and in the Parquet objects. It has the field's name."""
        return self.field


_MOST_ENERGY = Decimal("999999.999999")
"""The largest numeric(12,6)."""

CONSUMPTION = Quantity(
    "consumption_kwh", "kWh", Decimal(0), _MOST_ENERGY, 6, "numeric", "DECIMAL(12,6)", 0.317, required=True,
    negative_hint="energy that is fed in belongs in production_kwh",
)  # fmt: skip
"""The energy that the customer took from the grid."""

PRODUCTION = Quantity(
    "production_kwh", "kWh", Decimal(0), _MOST_ENERGY, 6, "numeric", "DECIMAL(12,6)", 0.052,
    negative_hint="energy that is taken from the grid belongs in consumption_kwh",
)  # fmt: skip
"""The energy that the customer fed into the grid."""

REACTIVE = Quantity(
    "reactive_kvarh", "kvarh", -_MOST_ENERGY, _MOST_ENERGY, 6, "numeric", "DECIMAL(12,6)", 0.041,
)  # fmt: skip
"""The reactive energy: above 0 inductive, below 0 capacitive."""

LONGEST_INTERVAL_SECONDS = 60 * 60

NETWORK_PARAMETERS = (
    Quantity("average_voltage_v", "V", Decimal(0), Decimal(1_000_000), None, "double precision", "DOUBLE", 230.4),
    Quantity("average_frequency_hz", "Hz", Decimal(0), Decimal(1_000), None, "double precision", "DOUBLE", 50.01),
    Quantity("voltage_drops", "count", Decimal(0), Decimal(1_000_000), 0, "integer", "INTEGER", 0),
    Quantity("down_time_seconds", "s", Decimal(0), Decimal(LONGEST_INTERVAL_SECONDS), 0, "integer", "INTEGER", 0),
)
"""The quantities that customers of some types must report. A down time is at most as long as its own interval."""

QUANTITIES = (CONSUMPTION, PRODUCTION, REACTIVE, *NETWORK_PARAMETERS)

QUALITIES = ("measured", "estimated", "edited")
"""What a sender says of a reading's values. The first is the default."""

MAX_READINGS_PER_REQUEST = 1_000

EXPORTED_COLUMNS = {
    "billing_metering_point_number": "VARCHAR",
    "interval_start": "TIMESTAMP WITH TIME ZONE",
    "interval_minutes": "SMALLINT",
    **{quantity.column: quantity.duckdb_type for quantity in QUANTITIES},
    "quality": "VARCHAR",
    "reported_at": "TIMESTAMP WITH TIME ZONE",
    "received_at": "TIMESTAMP WITH TIME ZONE",
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

VALIDATED_COLUMNS = {
    "quality_code": "SMALLINT",
    "findings": "VARCHAR[]",
    "validated_kwh": "DECIMAL(12,6)",
    "validated_by": "VARCHAR",
}
"""The columns that the judgement adds: the value to use, and how it was made (`domain.estimation`)."""
