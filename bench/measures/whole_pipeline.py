"""Measures how the time of the whole pipeline on the local stack grows with the rows."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import batched

from psycopg2.extensions import make_dsn

from bench.figures import Figure
from bench.measure import Measure, Row, at_most
from bench.pipeline_data import DAY, empty, fill, number_at
from bench.world import World
from domain.customers import KEY, Customer, CustomerType, key_value
from local.observe.running import RunningStack
from operations.customer_table import CustomerTable
from seed.keys import demo_key_hashes

GROWTH = 10


def run(world: World) -> Iterator[Row]:
    few, rounds = world.pick(1_000_000, quick=50_000), world.pick(3, quick=1)
    stack = world.stack()
    small = _measured(world, stack, DAY, few, rounds)
    yield Row(f"whole pipeline, {few:,} readings", small)
    large = _measured(world, stack, DAY - timedelta(days=1), few * GROWTH, rounds)
    yield Row.ratio(
        f"whole pipeline, {few * GROWTH:,} readings",
        large,
        against=f"with {few:,} readings",
        reference=small,
        target=at_most(1.1 * GROWTH),
    )


def _measured(world: World, stack: RunningStack, day: date, rows: int, rounds: int) -> Figure:
    with _readings(world, stack, day, rows) as points, _customers(stack, points):
        _seconds(stack, day)
        return Figure(tuple(_seconds(stack, day) for _ in range(rounds)), "s")


def _seconds(stack: RunningStack, day: date) -> float:
    """Returns the seconds of one execution. Raises `RuntimeError` if it fails."""
    steps = stack.client("stepfunctions")
    started = steps.start_execution(
        stateMachineArn=stack.outputs["state_machine_arn"], input=json.dumps({"date": str(day)})
    )["executionArn"]
    while (execution := steps.describe_execution(executionArn=started))["status"] == "RUNNING":
        time.sleep(0.2)
    if execution["status"] != "SUCCEEDED":
        raise RuntimeError(f"{execution['status']}: {execution.get('error')}: {execution.get('cause')}")
    return float((execution["stopDate"] - execution["startDate"]).total_seconds())


@contextmanager
def _readings(world: World, stack: RunningStack, day: date, rows: int) -> Iterator[int]:
    """Stores the day's readings in the stack's database and deletes them at the end. Yields the metering points."""
    url = make_dsn(world.postgres(), dbname=stack.outputs["database_name"])
    try:
        yield fill(url, rows, day=day)
    finally:
        empty(url, day)


@contextmanager
def _customers(stack: RunningStack, points: int) -> Iterator[None]:
    """Writes a customer for each metering point with readings, and deletes the customers at the end."""
    client, table = stack.client("dynamodb"), stack.outputs["customers_table"]
    numbers = [number_at(index) for index in range(points)]
    try:
        CustomerTable(client, table).replace((_customer(index) for index in range(points)), demo_key_hashes)
        yield
    finally:
        for batch in batched(numbers, 25, strict=False):
            deletions = [{"DeleteRequest": {"Key": {KEY: key_value(number)}}} for number in batch]
            client.batch_write_item(RequestItems={table: deletions})


def _customer(index: int) -> Customer:
    kind, number = list(CustomerType)[index % len(CustomerType)], number_at(index)
    return Customer(number, f"Customer {number}", "Ulica 1", "City", "County", f"c{number}@example.com", kind, True)


MEASURE = Measure(
    name="pipeline",
    title="The whole pipeline",
    how="An execution of the state machine on the local stack, from its start to its end, with the shards and the "
    "memory of `terraform/environments/local.tfvars`: plan, export, enrichment, detection, publication. A date is run "
    "once before it is measured, so its alarms have been raised.",
    run=run,
    limit=2400,
)
