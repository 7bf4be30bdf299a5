"""Measures `make up`: a new stack, the same again on the running stack, and the first request of a new stack."""

import time
from collections.abc import Callable, Iterator

from bench.figures import Figure
from bench.measure import Measure, Row, at_most
from bench.measures.gateway import reading_sender
from bench.world import World


def run(world: World) -> Iterator[Row]:
    """Runs down, up and up again in each round. The last round's stack stays up for the next measures."""
    cold, again, first, second = [], [], [], []
    for _ in range(world.pick(3, quick=1)):
        world.make("down")
        cold.append(_seconds_of_up(world))
        send = reading_sender(world.stack().api_url)
        first.append(_seconds_of(send))
        second.append(_seconds_of(send))
        again.append(_seconds_of_up(world))
    yield Row("`make up`, cold", Figure(tuple(cold), "s"), at_most(110))
    yield Row("`make up`, again", Figure(tuple(again), "s"), at_most(10))
    yield Row.difference(
        "the first request through the gateway of a new stack",
        Figure(tuple(first), "s"),
        against="the second one, whose authorizer's answer is cached",
        reference=Figure(tuple(second), "s"),
    )


def _seconds_of_up(world: World) -> float:
    return _seconds_of(lambda: world.make("up"))


def _seconds_of(action: Callable[[], None]) -> float:
    started = time.monotonic()
    action()
    return time.monotonic() - started


MEASURE = Measure(
    name="start",
    title="`make up`",
    how="The embedded stack, with the Python environments made and the Lambda packages built: processes, Terraform's "
    "init and apply, migration, demo customers. Most of it is the AWS provider waiting on its own timers "
    "([decision 15](../docs/decisions/0015-where-make-up-waits.md)). The first request starts the authorizer's "
    "process.",
    run=run,
    limit=1200,
)
