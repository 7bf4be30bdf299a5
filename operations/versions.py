"""Lists the versions of the functions that nothing needs any more, and deletes them.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.versions --outputs outputs.json
    python -m operations.versions --outputs outputs.json --stack energy --delete

Each apply with new code or settings publishes a version, and Terraform deletes none. Every version counts towards the
75 GB that Lambda gives an account in a region. Needed are the versions of an alias, the versions that the state machine
names, the versions of each run that is under way or may be redriven, and the newest of each function.

It reaches AWS with the credentials of the shell. They need `lambda:ListVersionsByFunction`, `lambda:ListAliases`,
`states:DescribeStateMachine`, `states:ListExecutions` and `states:DescribeStateMachineForExecution`, and to delete
`lambda:DeleteFunction`.
https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from operations.outputs import OutputsError, read
from operations.target import OUTPUTS as TARGET_OUTPUTS
from operations.target import Target, TargetError

OUTPUTS = ("state_machine_arn", "log_groups")
KEPT = 5
"""The newest versions of each function that stay, for a look at what ran before."""

REDRIVABLE = timedelta(days=14)
"""https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html"""

_UNSUCCESSFUL = ("FAILED", "TIMED_OUT", "ABORTED")
_VERSION = re.compile(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+:\d+")
_GROUP = "/aws/lambda/"


@dataclass(frozen=True)
class Version:
    """A published version of a function. `size` is the size of its code in bytes."""

    function: str
    number: int
    arn: str
    size: int

    def __str__(self) -> str:
        return f"{self.function}:{self.number}  {self.size / 2**20:.1f} MiB"


@dataclass(frozen=True)
class System:
    """The clients of Lambda and of Step Functions, and Terraform's outputs `OUTPUTS`."""

    functions: Any
    steps: Any
    outputs: Mapping[str, Any]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m operations.versions", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    parser.add_argument("--stack", default="", help="the name of the deployment. --delete needs it")
    parser.add_argument("--delete", action="store_true", help="delete the versions that nothing needs")
    parser.add_argument("--keep", type=int, default=KEPT, help=f"newest versions of a function that stay ({KEPT})")
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, tuple({*OUTPUTS, *TARGET_OUTPUTS}))
        target = Target.of(outputs)
        target.require(options.stack, changes=options.delete)
        system = System(target.client("lambda"), target.client("stepfunctions"), outputs)
        report(system, print, keep=options.keep, delete=options.delete)
    except (OutputsError, TargetError, ClientError, BotoCoreError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def report(system: System, tell: Callable[[str], object], *, keep: int, delete: bool) -> None:
    """Tells each version that nothing needs. Deletes it before, if `delete`."""
    found = unneeded(system, keep)
    for version in found:
        if delete:
            remove(system, version)
        tell(str(version))
    size = sum(version.size for version in found) / 2**20
    tell(f"{len(found)} versions {'deleted' if delete else 'that nothing needs'}, {size:.1f} MiB")


def unneeded(system: System, keep: int) -> list[Version]:
    """Returns the versions that nothing needs, the oldest of each function first. The newest `keep` always stay."""
    older = [version for name in _names(system) for version in _published(system, name)[: -keep or None]]
    if not older:
        return []
    needed = {*_of_aliases(system), *_of_definitions(system)}
    return [version for version in older if version.arn not in needed]


def remove(system: System, version: Version) -> None:
    """Deletes the version. Lambda refuses the version of an alias."""
    system.functions.delete_function(FunctionName=version.function, Qualifier=str(version.number))


def _names(system: System) -> list[str]:
    groups = system.outputs["log_groups"].values()
    return sorted(group.removeprefix(_GROUP) for group in groups if group.startswith(_GROUP))


def _published(system: System, name: str) -> list[Version]:
    pages = system.functions.get_paginator("list_versions_by_function").paginate(FunctionName=name)
    found = [
        Version(name, int(each["Version"]), each["FunctionArn"], each["CodeSize"])
        for page in pages
        for each in page["Versions"]
        if each["Version"] != "$LATEST"
    ]
    return sorted(found, key=lambda version: version.number)


def _of_aliases(system: System) -> Iterator[str]:
    for name in _names(system):
        for page in system.functions.get_paginator("list_aliases").paginate(FunctionName=name):
            for alias in page["Aliases"]:
                function = alias["AliasArn"].rpartition(":")[0]
                weights = alias.get("RoutingConfig", {}).get("AdditionalVersionWeights", {})
                yield from (f"{function}:{number}" for number in (alias["FunctionVersion"], *weights))


def _of_definitions(system: System) -> Iterator[str]:
    machine = system.outputs["state_machine_arn"]
    yield from _VERSION.findall(system.steps.describe_state_machine(stateMachineArn=machine)["definition"])
    for execution in _executions(system, machine):
        described = system.steps.describe_state_machine_for_execution(executionArn=execution)
        yield from _VERSION.findall(described["definition"])


def _executions(system: System, machine: str) -> Iterator[str]:
    """Yields the runs that are under way, and the runs that may be redriven."""
    redrivable_since = datetime.now(UTC) - REDRIVABLE
    for status in ("RUNNING", *_UNSUCCESSFUL):
        pages = system.steps.get_paginator("list_executions").paginate(stateMachineArn=machine, statusFilter=status)
        for page in pages:
            for each in page["executions"]:
                if status == "RUNNING" or each["stopDate"] > redrivable_since:
                    yield each["executionArn"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
