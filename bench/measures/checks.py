"""Measures how much time the checks of values add to the steps of the pipeline."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from bench.figures import Figure, interleaved
from bench.measure import Measure, Row, at_most
from bench.measures.pipeline_steps import MEMORY_MIB, Bench, shards_of
from bench.pipeline_data import DAY, PER_DAY, fill, readings_database
from bench.programs.directory_s3 import DirectoryS3
from bench.programs.pipeline_step import ENRICHED, RUN
from bench.world import World
from domain.findings import CHECKS
from domain.object_keys import days_part_key, facts_key
from domain.publications import DAYS, FINDINGS, Part, Publication, PublishedShard
from domain.shards import Shard
from lambdas.runtime.earlier_days import DAYS_BACK
from lambdas.runtime.part_facts import read_facts
from lambdas.runtime.publications import Publications
from local.launcher.settings import REPOSITORY

_STEPS = ("export", "enrich", "find")
_CODE = ("bench", "domain", "lambdas")
_PRESENCE = ("missing_consumption", "incomplete_consumption", "missing_parameters", "__init__")
"""The checks of data that are missing. They judge no value."""


def run(world: World) -> Iterator[Row]:
    rows = world.pick(10_000_000, quick=400_000)
    with readings_database(world, "bench_checks") as database, TemporaryDirectory(prefix="bench-") as folder:
        every = Bench(database, Path(folder) / "s3")
        few = replace(every, code=_without_values(Path(folder) / "code"))
        shards = shards_of(rows)
        fill(database, rows)
        every.write_customers(DAY, -(-rows // PER_DAY))
        _seconds(every, shards)
        _publish_earlier_days(every, shards)
        figures = interleaved(
            world.pick(3, quick=1),
            {"every": lambda: _seconds(every, shards), "few": lambda: _seconds(few, shards)},
            "s",
        )
        found = every.step("find", DAY, shards[0])["answer"]
    what = f"{rows:,} readings in {len(shards)} shards, with {DAYS_BACK} earlier days"
    yield Row.ratio(
        f"export, enrichment and alerting of {what}: all {len(CHECKS)} checks",
        figures["every"],
        against="the same with MCD, ICD and MNP alone",
        reference=figures["few"],
        target=at_most(1.5),
    )
    yield Row("findings of the first shard", Figure((float(sum(found["found"].values())),)))


def _seconds(bench: Bench, shards: list[Shard]) -> float:
    """Runs each step for each shard, one after the other. Returns the sum of their times."""
    return sum(float(bench.step(step, DAY, shard)["seconds"]) for shard in shards for step in _STEPS)


def _without_values(folder: Path) -> Path:
    """Copies the code without the checks of values. The registry finds the files that are there."""
    for name in _CODE:
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (folder / "domain" / "findings" / "checks").glob("*.py"):
        if path.stem not in _PRESENCE:
            path.unlink()
    return folder


def _publish_earlier_days(bench: Bench, shards: list[Shard]) -> None:
    """Publishes the day under the dates before it. A part of `days/` names no date, so all dates share one copy."""
    s3 = DirectoryS3(bench.folder)
    publications = Publications(cast("Any", s3), ENRICHED)
    parts = [_days_part(s3, shard) for shard in shards]
    copies = bench.folder / "days"
    copies.mkdir()
    for shard, part in zip(shards, parts, strict=True):
        shutil.copy(s3.path(ENRICHED, part.key), copies / str(shard.number))
    now = datetime.now(UTC)
    for back in range(1, DAYS_BACK + 1):
        day = DAY - timedelta(days=back)
        published = []
        for shard, part in zip(shards, parts, strict=True):
            there = replace(part, key=days_part_key(day, shard.number))
            path = s3.path(ENRICHED, there.key)
            path.parent.mkdir(parents=True, exist_ok=True)
            os.link(copies / str(shard.number), path)
            published.append(PublishedShard(shard.number, there, there, there, there, there, 0))
        edges = tuple(shard.first for shard in shards[1:])
        publications.add(Publication(day, 1, RUN, "", "", now, now, len(shards), edges, tuple(published)))


def _days_part(s3: DirectoryS3, shard: Shard) -> Part:
    return read_facts(cast("Any", s3), ENRICHED, facts_key(DAY, RUN, FINDINGS, shard.number)).parts[DAYS]


MEASURE = Measure(
    name="checks",
    title="The checks of values",
    how="Each step by the functions' own code, for every shard that the planner would make of the day, one after the "
    f"other, each in a process of its own for which a function of {MEMORY_MIB} MiB is assumed. Each earlier day is "
    "published with the summaries of the day itself. Without the checks of values means: in a copy of the code that "
    "lacks their files. Postgres is the benchmarks', S3 is a folder. A figure is the sum of the steps' times.",
    run=run,
    limit=5400,
)
