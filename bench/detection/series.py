"""A subject of the measurement: a customer with the values of its days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.customers import Customer

type Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class DayValues:
    """The values of a day, one for each due interval. A consumption of None stands for a reading that is missing."""

    kwh: Values
    voltage: Values = ()
    """Empty where it was not measured, as are all others."""
    frequency: Values = ()
    down_time: Values = ()
    quality: str = "measured"

    def with_kwh(self, kwh: Sequence[float | None]) -> "DayValues":
        """Returns the day with another consumption."""
        return replace(self, kwh=tuple(None if value is None else round(value, 6) for value in kwh))

    @property
    def is_complete(self) -> bool:
        """Returns whether no reading is missing."""
        return None not in self.kwh

    @property
    def energy(self) -> list[float]:
        """Returns the consumption of the readings that are there."""
        return [value for value in self.kwh if value is not None]


@dataclass(frozen=True)
class Subject:
    """A customer with the clean values of its days."""

    customer: Customer
    days: Mapping[date, DayValues]
    group: str
    """`real` or the name of the model that made it."""

    @property
    def number(self) -> str:
        """The number of the metering point."""
        return self.customer.metering_point
