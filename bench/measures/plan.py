"""Measures the plan of a day for 10 million customers: the time and the memory of each function."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from artifacts import user_shell
from bench.figures import Figure
from bench.measure import Measure, Row, at_least, at_most
from bench.programs.plan_step import ENRICHED
from bench.world import World
from domain.object_keys import plan_key
from domain.shards import shards_between
from lambdas.planner.shard_plan import CUSTOMERS_OF_SHARD
from local.launcher.settings import REPOSITORY

DAY = "2026-11-03"
GATHERED = 20
"""The shards whose customers are gathered: the outer ones, and others at equal distances."""


@dataclass(frozen=True)
class Plan:
    """A stand-in for DynamoDB, and a folder in place of S3."""

    endpoint: str
    folder: Path

    def step(self, action: str, **event: Any) -> dict[str, Any]:
        """Runs a step in a process of its own. Raises `RuntimeError` with the end of its errors."""
        command = [sys.executable, "-m", "bench.programs.plan_step", action, str(self.folder), self.endpoint]
        done = subprocess.run(
            [*command, json.dumps(event)], cwd=REPOSITORY, env=user_shell.local(), check=False, capture_output=True
        )
        if done.returncode != 0:
            raise RuntimeError(f"{action}: {done.stderr.decode(errors='replace')[-2000:]}")
        ran: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return ran

    def scan(self, segment: int, segments: int) -> list[dict[str, Any]]:
        """Scans a segment as the state machine's loop does."""
        ran: list[dict[str, Any]] = []
        at: dict[str, Any] = {"part": 0, "start": None, "complete": False}
        while not at["complete"]:
            given = {"part": at["part"], "start": at["start"]}
            ran.append(self.step("scan", date=DAY, segment=segment, segments=segments, **given))
            at = ran[-1]["answer"]
        return ran


def run(world: World) -> Iterator[Row]:
    customers = world.pick(10_000_000, quick=200_000)
    with _stand_in(customers) as endpoint, TemporaryDirectory(prefix="bench-") as name:
        plan = Plan(endpoint, Path(name))
        begun = plan.step("begin", input={"date": DAY})
        segments = begun["answer"]["segments"]
        scans = [scan for segment in segments for scan in plan.scan(segment, len(segments))]
        title = f"{customers:,} customers"
        yield from _rows(f"scan of a segment of {title}", scans)
        rate = [scan["answer"]["customers"] / scan["seconds"] for scan in scans if scan["answer"]["customers"]]
        yield Row("customers that a scan reads", Figure(tuple(rate), "customers/s"))
        divided = plan.step("divide", date=DAY, segments=len(segments))
        yield from _rows(f"division of {title}", [divided])
        yield Row("customers planned", Figure((divided["answer"]["customers"],)), at_least(customers))
        key = plan_key(date.fromisoformat(DAY))
        boundaries = json.loads((plan.folder / ENRICHED / key).read_bytes())["boundaries"]
        shards = [shard.as_json() for shard in shards_between(boundaries)]
        chosen = [shards[index * (len(shards) - 1) // (GATHERED - 1)] for index in range(GATHERED)]
        gathered = [plan.step("gather", date=DAY, shard=shard) for shard in chosen]
        yield from _rows(f"customers of one of {len(shards):,} shards", gathered)
        sizes = tuple(float(each["answer"]["customers"]) for each in gathered)
        yield Row("a shard", Figure(sizes, "customers"), at_most(1.1 * CUSTOMERS_OF_SHARD))
        yield Row("the largest of them", Figure((max(sizes),), "customers"), at_most(1.2 * CUSTOMERS_OF_SHARD))
        yield Row("requests to S3 for them", Figure(tuple(float(each["requests"]) for each in gathered)))
        read = Figure(tuple(each["read_bytes"] / 1e6 for each in gathered), "MB")
        yield Row("read from S3 for them", read)


def _rows(what: str, ran: list[dict[str, Any]]) -> Iterator[Row]:
    seconds = max(each["seconds"] for each in ran)
    peak = max(each["peak_mib"] for each in ran)
    yield Row(f"{what}: the longest step", Figure((seconds,), "s"), at_most(900))
    yield Row(f"{what}: the most memory", Figure((peak,), "MiB"), at_most(256))


@contextmanager
def _stand_in(customers: int) -> Iterator[str]:
    command = [sys.executable, "-m", "bench.programs.scan_stand_in", str(customers)]
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=user_shell.local(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("the stand-in has no pipes")
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.stdin.close()


MEASURE = Measure(
    name="plan",
    title="The plan of a day",
    how="Each step by the functions' own code in a process of its own, one after the other. A stand-in answers "
    "DynamoDB's `DescribeTable` and `Scan` over HTTP with pages of 1 MB, in an order like that of a hash. S3 is a "
    f"folder. The customers of {GATHERED} shards are gathered. The memory is the most that a whole process held.",
    run=run,
    limit=7200,
)
