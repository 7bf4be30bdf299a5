"""Measures how a stack comes and goes: applied, from a template, again, stopped and started, and after a crash."""

import http.client
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from bench.figures import Figure
from bench.measure import Measure, Row, at_most
from bench.measures.gateway import reading_sender
from bench.world import World
from local.launcher.errors import ExpectedError

_LOOK_SECONDS = 0.1


def run(world: World) -> Iterator[Row]:
    """The last round's stack stays up for the next measures."""
    cold, again, first, second = [], [], [], []
    for _ in range(world.pick(3, quick=1)):
        world.make("down")
        cold.append(_seconds_of(lambda: world.make("up", FRESH="1")))
        send = reading_sender(world.stack().api_url)
        first.append(_seconds_of(send))
        second.append(_seconds_of(send))
        again.append(_seconds_of(lambda: world.make("up")))
    yield Row("`make up FRESH=1`: everything is applied", Figure(tuple(cold), "s"))
    yield Row("`make up`, again", Figure(tuple(again), "s"), at_most(10))
    yield Row.difference(
        "the first request through the gateway of a new stack",
        Figure(tuple(first), "s"),
        against="the second one, whose authorizer's answer is cached",
        reference=Figure(tuple(second), "s"),
    )
    yield from _saved(world)


def _saved(world: World) -> Iterator[Row]:
    usable, whole, stop, start = [], [], [], []
    for _ in range(world.pick(5, quick=1)):
        world.make("down")
        ready, ended = _up_from_template(world)
        usable.append(ready)
        whole.append(ended)
        stop.append(_seconds_of(lambda: world.make("stop")))
        start.append(_seconds_of(lambda: world.make("start")))
    yield Row("`make up` from a template, until the API answers", Figure(tuple(usable), "s"), at_most(15))
    yield Row("`make up` from a template, with Terraform's plan", Figure(tuple(whole), "s"))
    yield Row("`make stop`", Figure(tuple(stop), "s"))
    yield Row("`make start`", Figure(tuple(start), "s"), at_most(10))


def _up_from_template(world: World) -> tuple[float, float]:
    """Seconds until a reading is taken, and until `make up` has ended."""
    started = time.monotonic()
    with ThreadPoolExecutor(1) as beside:
        up = beside.submit(world.make, "up")
        while not (is_usable := _takes_readings(world)) and not up.done():
            time.sleep(_LOOK_SECONDS)
        usable = time.monotonic() - started
        up.result()
    if not is_usable:
        usable = time.monotonic() - started
    return usable, time.monotonic() - started


def _takes_readings(world: World) -> bool:
    try:
        reading_sender(world.own_stack().api_url)()
    except (ExpectedError, OSError, RuntimeError, http.client.HTTPException):
        return False
    return True


def _seconds_of(action: Callable[[], None]) -> float:
    started = time.monotonic()
    action()
    return time.monotonic() - started


MEASURE = Measure(
    name="start",
    title="A stack comes and goes",
    how="The embedded stack, with the Python environments made and the Lambda packages built. Most of an apply is the "
    "AWS provider waiting on its own timers ([decision 15](../docs/decisions/0015-where-make-up-waits.md)). A template "
    "is a stack as it was after its apply ([templates](../docs/templates.md)). The first request starts the "
    "authorizer's process.",
    run=run,
    limit=1200,
)
