"""Measures each step of the pipeline: its rows a second against row-by-row code and bare `COPY`, and its memory."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import psycopg2

from artifacts import user_shell
from bench.figures import Figure, interleaved
from bench.measure import Measure, Row, at_least, at_most
from bench.pipeline_data import (
    DAY,
    PER_DAY,
    ZONE,
    fill,
    number_at,
    readings_database,
    write_customer_part,
    write_customers,
)
from bench.programs.pipeline_step import ENRICHED, EXPORTED, RUN
from bench.world import World
from domain.days import LocalDay
from domain.object_keys import joined_key, part_key
from domain.shards import Shard, shards_between
from lambdas.planner.shard_plan import shard_count
from local.launcher.settings import REPOSITORY

MEMORY_MIB = 512
"""The function's memory, as in `terraform/environments/local.tfvars`."""

ROW_BY_ROW_ROWS = 300_000
"""The rows for the row-by-row code. Its rate does not depend on them, but its memory does: 1 KB for each row."""


WHOLE = Shard(0)


@dataclass(frozen=True)
class Bench:
    """A database with a day of each size, a folder in place of S3, and the folder of the code that runs."""

    database: str
    folder: Path
    code: Path = REPOSITORY

    def step(self, name: str, day: date, shard: Shard = WHOLE) -> dict[str, Any]:
        """Runs a step in a process of its own. Returns `{"answer", "seconds", "peak_mib"}`."""
        about = [shard.number, shard.first, shard.end]
        return _program("pipeline_step", [name, self.folder, day, MEMORY_MIB, *about], self.database, self.code)

    def exported(self, day: date) -> Path:
        return self.folder / EXPORTED / part_key(day)

    def joined(self, day: date) -> Path:
        return self.folder / ENRICHED / joined_key(day, RUN, WHOLE.number)

    def write_customers(self, day: date, points: int) -> None:
        write_customer_part(self.folder / ENRICHED, RUN, points, day=day)


def run(world: World) -> Iterator[Row]:
    sizes = world.pick((100_000, 1_000_000, 2_000_000, 10_000_000), quick=(100_000, 200_000, 400_000, 800_000))
    days = {rows: DAY - timedelta(days=number) for number, rows in enumerate(sizes)}
    with readings_database(world) as database, TemporaryDirectory(prefix="bench-") as folder:
        bench = Bench(database, Path(folder))
        for rows, day in days.items():
            bench.write_customers(day, fill(database, rows, day=day))
        for rows in sizes[2:]:
            yield from _export(bench, days[rows], rows, world.pick(5 if rows <= 2_000_000 else 3, quick=2))
        yield from _memory(bench, {rows: days[rows] for rows in (*sizes[:2], sizes[3])}, world.pick(3, quick=2))
        yield from _rates(bench, days[sizes[2]], sizes[2], world.pick(5, quick=2))


def _export(bench: Bench, day: date, rows: int, rounds: int) -> Iterator[Row]:
    subjects: dict[str, Callable[[], float]] = {
        "export": lambda: _rate(bench.step("export", day)),
        "bare": lambda: _bare_copy(bench.database, day),
        "row by row": lambda: _row_by_row_export(bench.database, day, min(rows, ROW_BY_ROW_ROWS)),
    }
    figures = interleaved(rounds, subjects, "rows/s")
    name = f"export, {rows:,} rows"
    bare, slow = "bare `COPY` of the same rows to nowhere", "`SELECT`, `fetchall` and the csv module"
    yield Row.ratio(name, figures["export"], against=slow, reference=figures["row by row"], target=at_least(8))
    yield Row.ratio(name, figures["export"], against=bare, reference=figures["bare"], target=at_least(0.5))


def _memory(bench: Bench, days: dict[int, date], rounds: int) -> Iterator[Row]:
    """Measures the most memory of any shard of a day, with the planner's shards."""
    for rows, day in days.items():
        bench.write_customers(day, -(-rows // PER_DAY))
    for step, title in (("export", "export"), ("enrich", "enrich"), ("find", "alerting")):
        peaks = {
            rows: Figure(tuple(_peak(bench, step, day, rows) for _ in range(rounds)), "MiB")
            for rows, day in days.items()
        }
        least = min(peaks)
        for rows, peak in peaks.items():
            what = f"peak memory of {title}, {rows:,} rows in {len(shards_of(rows))} shards"
            yield Row(what, peak, at_most(256))
            if rows != least:
                against = f"{least:,} rows"
                yield Row.ratio(what, peak, against=against, reference=peaks[least], target=at_most(1.1))


def _peak(bench: Bench, step: str, day: date, rows: int) -> float:
    return max(float(bench.step(step, day, shard)["peak_mib"]) for shard in shards_of(rows))


def shards_of(rows: int) -> list[Shard]:
    """Returns the shards that the planner would make of a day of `rows` readings."""
    points = -(-rows // PER_DAY)
    count = shard_count(points, 1)
    return shards_between([number_at(points * number // count) for number in range(1, count)])


def _rates(bench: Bench, day: date, rows: int, rounds: int) -> Iterator[Row]:
    bench.write_customers(day, -(-rows // PER_DAY))
    bench.step("export", day)
    bench.step("enrich", day)
    few = min(rows, ROW_BY_ROW_ROWS) // PER_DAY
    exported, enriched, customers = (bench.folder / name for name in ("exported.csv", "enriched.csv", "customers.csv"))
    for path, part in ((exported, bench.exported(day)), (enriched, bench.joined(day))):
        _to_csv(part, path, few)
    write_customers(customers, few, "csv")
    start = LocalDay(day, ZONE).start.isoformat()
    scratch = bench.folder / "out.csv"
    figures = interleaved(
        rounds,
        {
            "enrich": lambda: _rate(bench.step("enrich", day)),
            "enrich by row": lambda: _row_by_row("enrich", exported, customers, scratch),
            "find": lambda: rows / bench.step("find", day)["seconds"],
            "find by row": lambda: _row_by_row("find", enriched, customers, start),
        },
        "rows/s",
    )
    by_row = "row by row with dictionaries, CSV in and out"
    # The row by row code of the detection judges MCD, ICD and MNP alone, without history and estimates.
    titles = {"enrich": ("enrich", by_row), "find": ("alerting, all checks", f"{by_row}: MCD, ICD and MNP alone")}
    for step, (title, against) in titles.items():
        yield Row.ratio(
            f"{title}, {rows:,} rows", figures[step], against=against, reference=figures[f"{step} by row"],
            target=at_least(8),
        )  # fmt: skip


def _rate(ran: dict[str, Any]) -> float:
    return float(ran["answer"]["rows"] / ran["seconds"])


def _bare_copy(database: str, day: date) -> float:
    """Returns the rows a second of a `COPY` in the order of the table. The rows are discarded."""
    local = LocalDay(day, ZONE)
    where = f"interval_start >= '{local.start.isoformat()}' AND interval_start < '{local.end.isoformat()}'"
    with psycopg2.connect(database) as connection, connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.copy_expert(f"COPY (SELECT * FROM energy_consumption WHERE {where}) TO STDOUT", _Nowhere())  # noqa: S608
        return float(cursor.rowcount / (time.perf_counter() - started))


class _Nowhere:
    def write(self, data: bytes) -> int:
        return len(data)


def _row_by_row_export(database: str, day: date, rows: int) -> float:
    local, beyond = LocalDay(day, ZONE), number_at(rows // PER_DAY)
    return _row_by_row("export", local.start.isoformat(), local.end.isoformat(), beyond, database=database)


def _row_by_row(step: str, *arguments: object, database: str = "") -> float:
    ran = _program("row_by_row", [step, *arguments], database)
    return float(ran["rows"] / ran["seconds"])


def _to_csv(part: Path, path: Path, points: int) -> None:
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY (FROM read_parquet('{part}', hive_partitioning = false)"
            f" WHERE billing_metering_point_number < '{number_at(points)}') TO '{path}' (FORMAT csv, HEADER)"
        )


def _program(name: str, arguments: list[Any], database: str, code: Path = REPOSITORY) -> dict[str, Any]:
    command = [sys.executable, "-m", f"bench.programs.{name}", *map(str, arguments)]
    environment = user_shell.local() | {"DATABASE_URL": database}
    done = subprocess.run(command, cwd=code, env=environment, check=False, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"{name} {arguments[0]}: {done.stderr.decode(errors='replace')[-2000:]}")
    ran: dict[str, Any] = json.loads(done.stdout)
    return ran


MEASURE = Measure(
    name="steps",
    title="The pipeline's steps",
    how=f"Each step by the functions' own code, the rates for one shard that is a whole day, the memory for the shards "
    "that the planner would make of it, in a process of its own for which a "
    f"function of {MEMORY_MIB} MiB is assumed; Postgres is the benchmarks', S3 is a folder. The time is the step's, "
    "from its first statement to its object; the memory is the most that the whole process held. A metering point has "
    f"{PER_DAY} readings, stored together; one of a hundred lacks a reading. Row by row is measured on "
    f"{ROW_BY_ROW_ROWS:,} rows, as it needs a kilobyte for each.",
    run=run,
    limit=1800,
)
