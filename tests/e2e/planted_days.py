"""2 days of readings whose results in SQL are known: gaps, a silence, drops of voltage and a correction."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import NETWORK_PARAMETERS, quarter_hours, reading

GAP = range(40, 44)
"""The intervals from 10:00 to 11:00 that one customer leaves out on the first day."""
CORRECTION = Decimal("0.05")
DEMO_YEAR = 2007
"""The demo has days in this year. Near them, its customers would have estimates on the days here."""


def kwh_of(index: int, day: int) -> Decimal:
    """Returns the consumption of an interval of the first (0) or the second (1) day. A gap is interpolated exactly."""
    return Decimal(100 + 50 * day + index) / 1000


@dataclass(frozen=True)
class PlantedDays:
    """A household and a shop in one city, a household with a gap and a silent one in another. Each has its county."""

    first: date
    second: date
    tag: str
    household: TestCustomer
    shop: TestCustomer
    with_gap: TestCustomer
    silent: TestCustomer

    @property
    def counties(self) -> tuple[str, str]:
        return f"County A {self.tag}", f"County B {self.tag}"

    @property
    def cities(self) -> tuple[str, str]:
        return f"City A {self.tag}", f"City B {self.tag}"

    def kwh(self, day: int, indexes: range = range(96), *, corrected: bool = False) -> Decimal:
        """Returns what a customer with all readings uses in some intervals of a day."""
        return sum((kwh_of(index, day) for index in indexes), Decimal(0)) + (CORRECTION if corrected else 0)


def plant(api: ApiClient, customers: Customers, pipeline: Pipeline, own_day: Callable[[], date]) -> PlantedDays:
    """Sends the readings and runs both days. A correction of the household makes a second publication of the first."""
    first = own_day()
    while first.year == DEMO_YEAR:
        first = own_day()
    tag = secrets.token_hex(4)
    one, other = (f"City A {tag}", f"County A {tag}"), (f"City B {tag}", f"County B {tag}")
    planted = PlantedDays(
        first,
        first + timedelta(days=1),
        tag,
        customers.create(city=one[0], county=one[1]),
        customers.create(city=one[0], county=one[1], kind="C"),
        customers.create(city=other[0], county=other[1]),
        customers.create(city=other[0], county=other[1]),
    )
    pipeline.used_days.add(str(planted.second))
    for number, day in enumerate((planted.first, planted.second)):
        whole = [reading(start, float(kwh_of(index, number))) for index, start in enumerate(quarter_hours(day))]
        with_gap = [each for index, each in enumerate(whole) if number or index not in GAP]
        for customer, readings in (
            (planted.household, whole),
            (planted.shop, [each | NETWORK_PARAMETERS for each in whole]),
            (planted.with_gap, with_gap),
        ):
            assert api.send(customer.number, readings, customer.key).status == 200
        pipeline.run_day(day)
    corrected = reading(quarter_hours(planted.first)[0], float(kwh_of(0, 0) + CORRECTION))
    assert api.send(planted.household.number, [corrected], planted.household.key).status == 200
    pipeline.run_day(planted.first)
    return planted
