"""Measures the memory of each step for every shard of a day of 100 million readings."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Figure
from bench.measure import Measure, Row, at_least, at_most
from bench.measures.pipeline_steps import MEMORY_MIB, Bench, shards_of
from bench.pipeline_data import DAY, PER_DAY, fill, readings_database
from bench.world import World

_STEPS = {"export": "export", "enrich": "enrich", "find": "alerting"}


def run(world: World) -> Iterator[Row]:
    rows = world.pick(100_000_000, quick=1_500_000)
    with readings_database(world, "bench_hundred") as database, TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(database, Path(folder))
        fill(database, rows)
        bench.write_customers(DAY, -(-rows // PER_DAY))
        shards = shards_of(rows)
        ran = {step: [bench.step(step, DAY, shard) for shard in shards] for step in _STEPS}
    exported = sum(each["answer"]["rows"] for each in ran["export"])
    yield Row("readings exported", Figure((float(exported),)), at_least(rows * 0.999))
    for step, title in _STEPS.items():
        peaks = Figure(tuple(float(each["peak_mib"]) for each in ran[step]), "MiB")
        seconds = Figure(tuple(float(each["seconds"]) for each in ran[step]), "s")
        yield Row(f"peak memory of {title}, each of {len(shards)} shards", peaks, at_most(256))
        yield Row(
            f"the largest against the median shard of {title}",
            Figure((max(peaks.runs) / peaks.median,), "times"),
            at_most(1.1),
        )
        yield Row(f"time of {title}, each of {len(shards)} shards", seconds, at_most(900))


MEASURE = Measure(
    name="hundred",
    title="A day of 100 million readings",
    how="Each step by the functions' own code, for every shard that the planner would make of the day, one after the "
    f"other, each in a process of its own for which a function of {MEMORY_MIB} MiB is assumed. Postgres is the "
    "benchmarks', S3 is a folder. Nothing is extrapolated. A figure is the median of all shards.",
    run=run,
    limit=7200,
)
