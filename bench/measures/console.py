"""Measures the pages of the console at 10,000 customers and 90 days against a bare FastAPI page."""

import json
import random
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from bench.console_data import publish_days
from bench.console_million import publish_summaries
from bench.figures import interleaved
from bench.measure import Measure, Row, at_most
from bench.pipeline_data import number_at
from bench.processes import console_app, free_port
from bench.programs.console_app import BARE
from bench.world import World
from local.observe.running import RunningStack

POINTS, DAYS = 10_000, 90
MILLION, OVERVIEW_DAYS = 1_000_000, 30
REQUESTS = 20
LIMIT_MS, MILLION_LIMIT_MS = 300, 1_000
TOKEN = "bench-token-of-a-console-on-loopback"  # noqa: S105  of this measure's own process


def run(world: World) -> Iterator[Row]:
    stack = world.stack()
    points, days = world.pick(POINTS, quick=2_000), world.pick(DAYS, quick=14)
    rounds = world.pick(5, quick=3)
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        published = publish_days(folder, points, days)
        with _console(stack, folder) as http:
            subjects = {page: _asked(http, path) for page, path in _paths(published, points).items()}
            found = interleaved(rounds, subjects, "ms")
    bare = found.pop("bare")
    for page, figure in found.items():
        yield Row(f"{page}, p50", figure, at_most(LIMIT_MS), against="a bare page", reference=bare)
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        publish_summaries(folder, MILLION, OVERVIEW_DAYS)
        views = {"first": lambda: _first_view(stack, folder), "later": lambda: _later(stack, folder)}
        found = interleaved(rounds, views, "ms")
    goal = at_most(MILLION_LIMIT_MS)
    yield Row("overview of a million metering points, first view of a new process", found["first"], goal)
    yield Row("overview of a million metering points, p50", found["later"], goal)


@contextmanager
def _console(stack: RunningStack, folder: Path) -> Iterator[httpx.Client]:
    """Starts a console over the folder. Yields a client that has entered."""
    outputs, port = folder / "outputs.json", free_port()
    outputs.write_text(json.dumps(stack.outputs))
    with console_app(stack, [port, folder, outputs, TOKEN], port), httpx.Client(trust_env=False) as http:
        http.base_url = httpx.URL(f"http://127.0.0.1:{port}")
        http.get("/enter", params={"token": TOKEN}).raise_for_status()
        yield http


def _first_view(stack: RunningStack, folder: Path) -> float:
    with _console(stack, folder) as http:
        return _answered_ms(http, "/")


def _later(stack: RunningStack, folder: Path) -> float:
    with _console(stack, folder) as http:
        _answered_ms(http, "/")
        return statistics.median(_answered_ms(http, "/") for _ in range(REQUESTS))


def _paths(days: list[date], points: int) -> dict[str, Callable[[], str]]:
    """Returns what makes a path for each page. The metering points and days are drawn, and the same in each run."""
    draw = random.Random(16)  # noqa: S311  it chooses pages

    def point(period: str) -> Callable[[], str]:
        return lambda: (
            f"/metering-points/{number_at(draw.randrange(points))}?period={period}&day={draw.choice(days[-31:])}"
        )

    return {
        "bare": lambda: BARE,
        "overview": lambda: "/",
        "completeness, 30 days": lambda: f"/completeness?to={days[-1]}&whole=1",
        "alarms": lambda: "/alarms",
        "search of a metering point": lambda: f"/metering-points?q={number_at(draw.randrange(points))[:8]}",
        **{f"metering point, {period}": point(period) for period in ("day", "week", "month", "year")},
        "days": lambda: "/days",
        "day": lambda: f"/days/{draw.choice(days)}",
        "mail": lambda: "/mail",
        "SQL": lambda: "/sql",
        "API": lambda: "/api",
    }


def _asked(http: httpx.Client, path: Callable[[], str]) -> Callable[[], float]:
    """Returns what asks for a page several times. Its result is the median in ms."""

    def ask() -> float:
        return statistics.median(_answered_ms(http, path()) for _ in range(REQUESTS))

    return ask


def _answered_ms(http: httpx.Client, where: str) -> float:
    started = time.perf_counter()
    answer = http.get(where, follow_redirects=True)
    taken = (time.perf_counter() - started) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{where} answers {answer.status_code}")
    return taken


MEASURE = Measure(
    name="console",
    title="The console's pages at 10,000 customers and 90 days",
    how=f"""Synthetic days are published into a folder in place of S3, with the functions' writers. The alarms, runs and
tasks are those of the stack, and the overview's last 30 days are not among the synthetic ones. Each page is asked for
{REQUESTS} times a round, for drawn metering points and days. The round before the first fills the console's cache. The
bare page is a route of the same application without data. The overview is also asked for over {OVERVIEW_DAYS} days of
{MILLION:,} metering points: over the records and summaries that a run writes, without their parts.""",
    run=run,
    limit=3_000,
)
