"""Measures `make up`: a new stack, and again on the running stack."""

import time
from collections.abc import Iterator

from bench.figures import Figure
from bench.measure import Measure, Row, at_most
from bench.world import World


def run(world: World) -> Iterator[Row]:
    """Runs down, up and up again in each round. The last round's stack stays up for the next measures."""
    cold, again = [], []
    for _ in range(world.pick(3, quick=1)):
        world.make("down")
        cold.append(_seconds_of_up(world))
        again.append(_seconds_of_up(world))
    yield Row("`make up`, cold", Figure(tuple(cold), "s"), at_most(110))
    yield Row("`make up`, again", Figure(tuple(again), "s"), at_most(10))


def _seconds_of_up(world: World) -> float:
    started = time.monotonic()
    world.make("up")
    return time.monotonic() - started


MEASURE = Measure(
    name="start",
    title="`make up`",
    how="The embedded stack, with the Python environments made and the Lambda packages built: processes, Terraform's "
    "init and apply, migration, demo customers. Most of it is the AWS provider waiting on its own timers "
    "([decision 15](../docs/decisions/0015-where-make-up-waits.md)).",
    run=run,
    limit=1200,
)
