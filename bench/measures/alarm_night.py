"""Measures a night with an alarm of every customer: the time and memory of each function, and the mail."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from artifacts import user_shell
from bench.alarm_night import MEMORY_MIB, OF_SHARD, Night, make_night
from bench.figures import Figure
from bench.measure import Measure, Row, at_least, at_most
from bench.world import World
from local.launcher.settings import REPOSITORY

FUNCTION_SECONDS = 900
MAIL_CHARACTERS = 2_000
"""About 2 screens of a phone."""


def run(world: World) -> Iterator[Row]:
    customers = world.pick(1_000_000, quick=3 * OF_SHARD)
    with TemporaryDirectory(prefix="bench-") as name:
        night = make_night(Path(name), customers)
        kept = [_step(night, "keep", str(place)) for place in range(night.shards)]
        title = f"{customers:,} alarms in {night.shards:,} shards"
        yield Row("alarms raised", Figure((float(sum(each["alarms"] for each in kept)),)), at_least(customers))
        yield from _rows(f"{title}: keep a shard", kept)
        tenth = max(len(kept) // 10, 1)
        first, last = (max(each["peak_mib"] for each in part) for part in (kept[:tenth], kept[-tenth:]))
        yield Row.ratio(
            "the most memory at the end of the night", Figure((last,), "MiB"),
            against="at its beginning", reference=Figure((first,), "MiB"), target=at_most(1.2),
        )  # fmt: skip
        rates = tuple(each["alarms"] / each["seconds"] for each in kept)
        yield Row("alarms that one function keeps, without waiting for AWS", Figure(rates, "alarms/s"))
        requests: Counter[str] = Counter()
        for each in kept:
            requests.update(each["requests"])
        for operation, count in sorted(requests.items()):
            yield Row(f"DynamoDB's {operation}", Figure((count / customers,), "for each alarm"))
        yield Row("messages in a request to SQS", Figure((_messages(kept),)))
        finished = _step(night, "finish")
        yield from _rows(f"{title}: finish", [finished])
        yield Row("the administrator's mail", Figure((float(len(finished["mail"])),), "characters"),
                  at_most(MAIL_CHARACTERS))  # fmt: skip


def _messages(kept: list[dict[str, Any]]) -> float:
    return float(sum(each["messages"] for each in kept) / sum(each["batches"] for each in kept))


def _rows(what: str, ran: list[dict[str, Any]]) -> Iterator[Row]:
    seconds = tuple(float(each["seconds"]) for each in ran)
    yield Row(what, Figure(seconds, "s"), at_most(FUNCTION_SECONDS))
    peak = max(each["peak_mib"] for each in ran)
    yield Row(f"{what}: the most memory", Figure((peak,), "MiB"), at_most(MEMORY_MIB))


def _step(night: Night, *arguments: str) -> dict[str, Any]:
    """Runs a step in a process of its own. Raises `RuntimeError` with the end of its errors."""
    action, *others = arguments
    command = [sys.executable, "-m", "bench.programs.alarm_step", action, str(night.folder), *others]
    done = subprocess.run(command, cwd=REPOSITORY, env=user_shell.local(), check=False, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"{action}: {done.stderr.decode(errors='replace')[-2000:]}")
    ran: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return ran


MEASURE = Measure(
    name="alarms",
    title="A night with an alarm of every customer",
    how="Each step by the publisher's own code in a process of its own, one after the other, as the functions of the "
    "second Map. Half of the customers are silent, the others have gaps, flat lines or spikes. Stand-ins for DynamoDB, "
    "SQS and SNS answer at once, so the times are the publisher's own. S3 is a folder, and the table is a file. The "
    "memory is the most that a whole process held.",
    run=run,
    limit=7200,
)
