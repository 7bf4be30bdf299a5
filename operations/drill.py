"""Tries a restore: it destroys the database of a deployment with its data, restores it, and compares every reading.

    python -m operations.drill --outputs outputs.json --stack energy-staging --destroy energy-staging

`--destroy` names the DB instance to destroy. The command is for a deployment that may lose readings: readings that
arrived after the newest snapshot and were not published are lost. `--take-snapshot` takes a snapshot before.

It prints the readings lost (RPO), the time until the API answered and until the published readings were back (RTO), and
whether the database has every reading of every publication. The exit code is 1 if one is missing. `make drill` does the
same on a local stack, and sends readings before and after the snapshot. docs/restore.md describes it.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from botocore.exceptions import BotoCoreError, ClientError

from operations.outputs import read
from operations.restore import EXPECTED, OUTPUTS, Steps, for_terraform
from operations.restored_instance import RestoreError, Snapshot
from operations.restored_readings import Loss, compare
from operations.target import Target

BEFORE, AFTER = "before.csv.gz", "after.csv.gz"


@dataclass(frozen=True)
class Drill:
    """The result of a drill. Times are in seconds since the loss."""

    snapshot: Snapshot
    lost_at: datetime
    api_seconds: float
    seconds: float
    loss: Loss
    total: dict[str, int]
    """What `service.restore.fill` counted, of all days."""
    days: dict[str, dict[str, int]]
    """The same of each published day."""

    @property
    def passed(self) -> bool:
        """Returns whether nothing is lost but what neither the snapshot nor a publication had."""
        return self.loss.wrong == 0 and self.total["different"] == 0

    def lines(self) -> list[str]:
        """Returns the report."""
        loss, total = self.loss, self.total
        verdict = "every one is in the database" if total["different"] == 0 else f"{total['different']:,} ARE MISSING"
        found = [
            f"data lost (RPO)   {loss.lost:,} of {loss.readings:,} readings{self._span()}",
            f"                  {loss.lost_replaced:,} versions that a later one had replaced",
            f"time (RTO)        {self.api_seconds:.0f} s from the loss until the API answered",
            f"                  {self.seconds:.0f} s until the published readings were back",
            f"publications      {total['rows']:,} readings of {len(self.days)} published days: {verdict}",
            f"                  {', '.join(f'{total[name]:,} {name}' for name in ('added', 'replaced', 'withdrawn'))}",
        ]
        if loss.wrong:
            found.append(f"WRONG             {loss.wrong:,} readings are lost that had arrived before the snapshot")
        return found

    def _span(self) -> str:
        if self.loss.first is None:
            return ""
        return f": they arrived in the last {(self.lost_at - self.loss.first).total_seconds():.0f} s before the loss"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m operations.drill", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    parser.add_argument("--stack", default="", help="the name of the deployment")
    parser.add_argument("--destroy", default="", metavar="IDENTIFIER", help="the DB instance to destroy")
    parser.add_argument("--take-snapshot", action="store_true", help="take a snapshot before. Default: the newest")
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, OUTPUTS)
        target = Target.of(outputs)
        target.require(options.stack, changes=True)
        steps = Steps(target.client, outputs, print)
        if options.destroy != steps.instance.identifier:
            raise RestoreError(
                f"the drill destroys the database: confirm it with --destroy {steps.instance.identifier}"
            )
        result = drill(steps, take_snapshot=options.take_snapshot)
    except EXPECTED as error:
        print(error, file=sys.stderr)
        return 1
    except (ClientError, BotoCoreError) as error:
        print(f"AWS did not do it: {error}", file=sys.stderr)
        return 1
    for line in (*result.lines(), *for_terraform(steps.instance.identifier)):
        print(line)
    return 0 if result.passed else 1


def drill(steps: Steps, *, take_snapshot: bool, meanwhile: Callable[[], None] = lambda: None) -> Drill:
    """Does the drill. `meanwhile` runs between the snapshot and the loss. Raises errors of `EXPECTED`."""
    name = f"drill-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    instance, folder = steps.instance, steps.folder(name)
    if take_snapshot:
        with steps.step("snapshot taken"):
            snapshot = instance.take_snapshot(f"{instance.identifier}-{name}".lower())
    else:
        snapshot = instance.newest_snapshot()
    meanwhile()
    with steps.schedules_stopped():
        with steps.step("readings listed"):
            steps.run("list-readings", folder.uri, BEFORE)
        lost_at, started = datetime.now(UTC), time.monotonic()
        with steps.step(f"{instance.identifier} destroyed with its data"):
            instance.destroy()
        filled = steps.restore(snapshot, name, every_day=True)
        seconds = time.monotonic() - started
        with steps.step("readings listed again"):
            steps.run("list-readings", folder.uri, AFTER)
    with TemporaryDirectory(prefix="drill-") as scratch:
        lists = [folder.fetch(each, Path(scratch) / each) for each in (BEFORE, AFTER)]
        loss = compare(lists[0], lists[1], snapshot.taken_at)
    if take_snapshot:
        instance.forget(snapshot)  # only now: a drill that fails leaves it
    return Drill(snapshot, lost_at, steps.answered_at - started, seconds, loss, filled["total"], filled["days"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
