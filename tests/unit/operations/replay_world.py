"""A system with published days for the tests of `make whatif` and `make explain`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, cast

from domain.customer_options import Options
from domain.days import LocalDay
from operations.judged_days import PublishedDays
from tests.unit.lambdas.examples import ZAGREB, a_customer, readings
from tests.unit.lambdas.once import once
from tests.unit.lambdas.run_world import OTHER_RUN, RUN, RunWorld

MONDAY = date(2026, 3, 23)
SPIKE = 6.0
"""In kWh. All other intervals have less than 0.33 kWh. So this is 1,736 % above the third highest. 1.5 kWh are 359 %
above it."""


class ReplayWorld:
    """Runs days for 4 customers in 2 shards. Customers 1 and 3 want mail. Customer 4 is industrial."""

    def __init__(self, directory: Path) -> None:
        customers = [
            a_customer(1, options=Options(notify=True)),
            a_customer(2),
            a_customer(3, options=Options(notify=True)),
            a_customer(4, "I"),
        ]
        self.runs = RunWorld(directory, *(each.to_item([]) for each in customers), shards=2)

    def run(self, day: date, *spikes: int, silent: tuple[int, ...] = (), kwh: float = SPIKE, run: str = RUN) -> None:
        """Publishes a day. The customers `spikes` have a spike at noon, and the silent ones send nothing."""
        self.runs.day = LocalDay(day, ZAGREB)
        numbers = [number for number in range(1, 5) if number not in silent]
        self.runs.rows = [row for number in numbers for row in readings(number, self.runs.day)]
        for index, row in enumerate(self.runs.rows):
            if int(row[0]) in spikes and index % 96 == 48:
                self.runs.rows[index] = (*row[:3], f"{kwh:.6f}", *row[4:])
        self.publish(run)

    def publish(self, run: str) -> None:
        """Publishes the day and the rows that `runs` has."""
        once(self.runs.holders, run, lambda: self.runs.run(run))

    def run_again(self, day: date, *spikes: int, silent: tuple[int, ...] = (), kwh: float = SPIKE) -> None:
        """Publishes other readings of a day, which arrived later."""
        self.runs.as_known_at += timedelta(hours=1)
        self.run(day, *spikes, silent=silent, kwh=kwh, run=f"{OTHER_RUN}-{self.runs.as_known_at:%H}")

    @contextmanager
    def published(self) -> Iterator[PublishedDays]:
        """Yields the published days of the fake S3."""
        with PublishedDays.opened(cast("Any", self.runs.s3), "enriched", "Europe/Zagreb") as published:
            yield published


def after(day: date, days: int) -> date:
    """Returns the date so many days later."""
    return day + timedelta(days=days)
