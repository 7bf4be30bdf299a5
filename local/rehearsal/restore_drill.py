"""Destroys the database of a local stack with its data, restores it, and compares every reading.

Customers send readings before the snapshot and after it. The ones after it are published, but for one. So the drill
shows what a snapshot brings back, what the published objects bring back, and what is lost.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from domain.customers import Customer
from local.front.arguments import calendar
from local.launcher import terraform
from local.launcher.console import ApplyProgress, step
from local.launcher.errors import StackError
from local.launcher.saved import save
from local.observe.pipeline_run import Outcome, follow, start
from local.observe.running import RunningStack
from operations.drill import Drill
from operations.drill import drill as restore_drill
from operations.restore import ADDRESS, EXPECTED, Steps
from seed.customers import demo_customers
from seed.household import readings_of
from seed.keys import demo_api_key
from seed.loader import Delivery, Summary, send
from seed.local_only import require_local
from seed.readings import DemoReading

SENDERS = 10
UNPUBLISHED = 1
"""The readings that arrive after the last publication. No snapshot and no object has them."""


def run(stack: RunningStack, senders: "Senders", tell: Callable[[str], None]) -> Drill:
    """Runs the drill and prints its report. Raises `StackError`."""
    senders.send_day()
    senders.publish()
    steps = Steps(stack.client, stack.outputs, tell)
    try:
        found = restore_drill(steps, take_snapshot=True, meanwhile=senders.go_on)
    except EXPECTED as error:
        raise StackError(str(error)) from error
    for line in found.lines():
        tell(line)
    return found


def as_planned(found: Drill) -> bool:
    """Returns whether only the unpublished reading is lost, and the objects brought the published ones back."""
    return found.passed and found.loss.lost == UNPUBLISHED and found.total["replaced"] > 0


def adopt(stack: RunningStack) -> None:
    """Tells Terraform of the restored instance. Raises `StackError` if its next plan has a change."""
    import_instance(stack)
    with step("Terraform apply (tflocal)") as progress:
        terraform.apply(stack.settings, ApplyProgress(progress))
    save(stack.settings)
    with step("Terraform plan (tflocal)"):
        code, text = stack.plan()
    if code != 0:
        raise StackError(f"Terraform has more to change after the drill:\n{text}")


def import_instance(stack: RunningStack) -> None:
    """Replaces the lost instance in the state by the restored one. The next apply sets what a restore cannot."""
    settings, identifier = stack.settings, stack.outputs["database_instance"]["identifier"]
    with step("Terraform imports the restored database"):
        terraform.run(settings, "state", "rm", ADDRESS)
        terraform.run(
            settings, "import", "-input=false", "-no-color", *terraform.variables(settings), ADDRESS, identifier
        )


@dataclass(frozen=True)
class Senders:
    """Active demo customers that send readings of a day, each with its key."""

    stack: RunningStack
    day: date
    customers: Sequence[Customer]
    key_of: Callable[[str], str] = demo_api_key

    @classmethod
    def of_demo(cls, stack: RunningStack) -> "Senders":
        """Returns the first demo customers, who send readings of yesterday."""
        return cls(stack, calendar().last, [customer for customer in demo_customers(SENDERS) if customer.active])

    def send_day(self) -> int:
        """Sends the day. A repeated drill sends the same again. Returns the number of stored readings."""
        return self._send([(customer, self._readings(customer)) for customer in self.customers]).stored

    def go_on(self) -> None:
        """Sends corrections and publishes them. Then it sends one more, which stays unpublished."""
        extra = (1 + int(time.time()) % 1000) / 1000  # so that a repeated drill corrects again
        first = self.customers[0]
        self._send([(customer, self._readings(customer, extra)) for customer in self.customers])
        self.publish()
        self._send([(first, self._readings(first, extra + 1)[:UNPUBLISHED])])

    def publish(self) -> Any:
        """Runs the pipeline for the day. Returns its output. Raises `StackError` if it fails."""
        execution = start(self.stack, {"date": str(self.day)})
        outcome = next(each for each in follow(self.stack, execution) if isinstance(each, Outcome))
        if not outcome.succeeded:
            raise StackError(f"the pipeline of {self.day} failed: {outcome.failure}")
        return outcome.output

    @property
    def zone(self) -> ZoneInfo:
        """Returns the time zone of the stack's days."""
        return ZoneInfo(self.stack.outputs["time_zone"])

    def _readings(self, customer: Customer, extra: float = 0.0) -> list[DemoReading]:
        readings = readings_of(customer, self.day, self.zone)
        return [replace(each, consumption_kwh=round(each.consumption_kwh + extra, 4)) for each in readings]

    def _send(self, days: Sequence[tuple[Customer, list[DemoReading]]]) -> Summary:
        deliveries = (Delivery(each.metering_point, self.key_of(each.metering_point), sent) for each, sent in days)
        summary = asyncio.run(send(require_local(self.stack.api_url), deliveries))
        if summary.refusals:
            raise StackError(f"the API refused readings: {summary.refusals[0]}")
        return summary
