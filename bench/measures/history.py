"""Measures how much earlier days slow the export of a day, and what earlier versions cost a reader."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import interleaved
from bench.measure import Measure, Row, at_most
from bench.measures import known_readings
from bench.measures.pipeline_steps import Bench
from bench.pipeline_data import DAY, fill, readings_database
from bench.world import World

DAYS = 90


def run(world: World) -> Iterator[Row]:
    rows = world.pick(200_000, quick=10_000)
    with (
        readings_database(world, "bench_one_day") as alone,
        readings_database(world, "bench_history") as among,
        TemporaryDirectory(prefix="bench-") as folder,
    ):
        fill(alone, rows)
        fill(among, rows, days=DAYS)
        subjects = {
            "alone": lambda: float(Bench(alone, Path(folder) / "alone").step("export", DAY)["seconds"]),
            "among": lambda: float(Bench(among, Path(folder) / "among").step("export", DAY)["seconds"]),
        }
        figures = interleaved(world.pick(9, quick=3), subjects, "s")
    yield Row.ratio(
        f"export of one day of {rows:,} rows, with {DAYS} days of history",
        figures["among"],
        against="with that day alone",
        reference=figures["alone"],
        target=at_most(1.2),
    )
    yield from known_readings.rows(world)


MEASURE = Measure(
    name="history",
    title="A day's export and history",
    how=f"The export of the same day, from a table with that day alone and from one with {DAYS} such days. "
    "The reads are the service's own queries, in pages of 1,000.",
    run=run,
    limit=1200,
)
