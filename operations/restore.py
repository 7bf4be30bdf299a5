"""Restores the database of a deployment from its newest snapshot, and fills it from the published readings.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.restore --outputs outputs.json --stack energy
    python -m operations.restore --outputs outputs.json --stack energy --set-aside energy-broken

It restores the DB instance under its own identifier, so its endpoint stays. If the instance still exists, `--set-aside`
gives it another identifier and keeps its data. It stops the schedules of the pipeline meanwhile. Then it sets the
passwords of the secrets, waits until the API answers, and adds the readings that were published after the snapshot. It
does so in a task of ECS, because the database is in private subnets. It ends with the commands that tell Terraform.

These commands reach AWS with the credentials of the shell. docs/restore.md has the rights that they need, and the same
steps by hand. `make drill` tries them on a local stack.
"""

import argparse
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.stored_parts import PartChangedError
from operations import one_off_task
from operations.one_off_task import TaskError, run_task
from operations.outputs import OutputsError, read
from operations.restore_parts import Restore, prepare
from operations.restored_instance import DatabaseInstance, RestoreError, Snapshot
from operations.target import OUTPUTS as TARGET_OUTPUTS
from operations.target import Target, TargetError

OUTPUTS = (
    *("database_instance", one_off_task.OUTPUT, "exported_bucket", "enriched_bucket", "time_zone", "api_url"),
    *("readings_retention_days", *TARGET_OUTPUTS),
)
EXPECTED = (RestoreError, TaskError, OutputsError, TargetError, ObjectMissingError, PartChangedError)
"""The errors whose message is for the user."""

ANSWER_SECONDS = 900.0
ADDRESS = "module.database.aws_db_instance.this"
"""The address of the DB instance in Terraform's state."""


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310 -- the address is Terraform's output
            return bool(answer.status == 200)
    except (urllib.error.URLError, TimeoutError, ConnectionError):
        return False


@dataclass
class Steps:
    """Does the steps of a restore, and prints a line with the time of each."""

    client: Callable[[str], Any]
    outputs: Mapping[str, Any]
    tell: Callable[[str], None]
    answers: Callable[[str], bool] = _answers
    answered_at: float = 0.0
    """When the API answered after the restore, by the monotonic clock."""

    @property
    def instance(self) -> DatabaseInstance:
        """Returns the DB instance."""
        return DatabaseInstance(self.client("rds"), self.outputs["database_instance"])

    def folder(self, name: str) -> Restore:
        """Returns the folder of a restore."""
        return Restore(self.client("s3"), self.outputs["exported_bucket"], name)

    def run(self, *command: str) -> None:
        """Runs a command of the service in a task of its own."""
        run_task(self.client("ecs"), self.outputs[one_off_task.OUTPUT], ("python", "-m", "service", *command))

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """Prints the step with its time when it has ended."""
        started = time.monotonic()
        yield
        self.tell(f"  {what:<58}{time.monotonic() - started:7.1f} s")

    @contextmanager
    def schedules_stopped(self) -> Iterator[None]:
        """Disables the rules that start the pipeline: a run on a database without its readings would publish that."""
        events = self.client("events")
        rules = events.list_rule_names_by_target(TargetArn=self.outputs["state_machine_arn"])["RuleNames"]
        stopped = [rule for rule in rules if events.describe_rule(Name=rule)["State"] == "ENABLED"]
        for rule in stopped:
            events.disable_rule(Name=rule)
        try:
            yield
        finally:
            for rule in stopped:
                events.enable_rule(Name=rule)

    def restore(self, snapshot: Snapshot, name: str, *, every_day: bool = False) -> dict[str, Any]:
        """Restores the snapshot and fills the database. Returns what `service.restore.fill` counted.

        With `every_day` it compares the database with every publication, not only with the ones after the snapshot.
        """
        with self.step(f"{self.instance.identifier} restored from {snapshot.identifier}"):
            self.instance.restore(snapshot)
        with self.step("roles have the passwords of their secrets"):
            self.instance.open(self.client("lambda"))
        with self.step("the API answers"):
            self._wait_for_the_api()
            self.answered_at = time.monotonic()
        folder = self.folder(name)
        with self.step("published objects prepared"):
            known_after = None if every_day else snapshot.taken_at
            days = prepare(folder, self.outputs, datetime.now(UTC), known_after=known_after)
        with self.step(f"database filled from the publications of {len(days)} days"):
            self.run("fill", folder.uri)
        result: dict[str, Any] = folder.read_json("filled.json")
        return result

    def _wait_for_the_api(self) -> None:
        deadline = time.monotonic() + ANSWER_SECONDS
        while not self.answers(f"{self.outputs['api_url']}/health"):
            if time.monotonic() > deadline:
                raise RestoreError(f"the API does not answer within {ANSWER_SECONDS:.0f} s: look at the service's log")
            time.sleep(1)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m operations.restore", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    parser.add_argument("--stack", default="", help="the name of the deployment")
    parser.add_argument("--snapshot", default="", help="the DB snapshot. Default: the newest")
    parser.add_argument("--set-aside", default="", metavar="IDENTIFIER", help="a new identifier for the instance")
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, OUTPUTS)
        target = Target.of(outputs)
        target.require(options.stack, changes=True)
        return restore(Steps(target.client, outputs, print), options.snapshot, options.set_aside)
    except EXPECTED as error:
        print(error, file=sys.stderr)
    except (ClientError, BotoCoreError) as error:
        print(f"AWS did not do it: {error}", file=sys.stderr)
    return 1


def restore(steps: Steps, named: str, aside: str) -> int:
    """Does the whole restore. Returns 1 if a published reading is missing afterwards. Raises errors of `EXPECTED`."""
    instance = steps.instance
    snapshot = instance.snapshot(named) if named else instance.newest_snapshot()
    status = instance.status()
    if status and not aside:
        raise RestoreError(
            f"{instance.identifier} is there, and it is {status}: --set-aside NAME keeps it under another identifier"
        )
    steps.tell(f"Restore of {instance.identifier} from {snapshot.identifier}, taken at {snapshot.taken_at:%F %T} UTC")
    with steps.schedules_stopped():
        if status:
            with steps.step(f"{instance.identifier} renamed to {aside}"):
                instance.set_aside(aside)
        filled = steps.restore(snapshot, f"restore-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")["total"]
    steps.tell(f"Published readings: {_words(filled)}")
    steps.tell(
        "Readings that arrived after the snapshot and were not published are lost. The meters may send them again."
    )
    for line in for_terraform(instance.identifier):
        steps.tell(line)
    return int(filled["different"] > 0)


def for_terraform(identifier: str) -> list[str]:
    """Returns the lines that say how Terraform learns of the restored instance, which has another resource id."""
    return [
        "Tell Terraform, with the values of the deployment:",
        f"  terraform state rm {ADDRESS}",
        f"  terraform import -var-file environments/aws.tfvars {ADDRESS} {identifier}",
        "  terraform apply -var-file environments/aws.tfvars",
    ]


def _words(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
