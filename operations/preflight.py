"""Looks before an apply at everything that would make it fail half-way, and after it at what would fail silently.

    python -m operations.preflight --tfvars terraform/environments/aws.tfvars
    terraform -chdir=terraform output -json > outputs.json
    python -m operations.preflight --tfvars terraform/environments/aws.tfvars --outputs outputs.json

It changes nothing. Each line says `ok`, `PROBLEM` with what to do, or `not checked` with the reason. The exit code is 1
if there is a problem. It reaches AWS with the credentials of the shell, in the region of the tfvars file, and needs
only rights to read. `make preflight` does the same on a local stack.
"""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import boto3

from operations.outputs import OutputsError, read
from operations.preflight_account import ACCOUNT_CHECKS
from operations.preflight_deployment import DEPLOYMENT_CHECKS
from operations.preflight_files import FILE_CHECKS
from operations.preflight_lines import Line, Needs, Verdict, lines
from operations.tfvars import TfvarsError, read_tfvars

CHECKS = {**FILE_CHECKS, **ACCOUNT_CHECKS, **DEPLOYMENT_CHECKS}
OUTPUTS = ("state_machine_arn", "alarm_topic_arn", "log_groups")
REPOSITORY = Path(__file__).resolve().parents[1]


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m operations.preflight", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--tfvars", type=Path, required=True, action="append",
        help="the file with the names and sizes to apply. Of several, a later one has precedence",
    )  # fmt: skip
    parser.add_argument("--release", help="the release to apply, in place of the file's")
    parser.add_argument("--outputs", type=Path, help="the file that `terraform output -json` wrote after an apply")
    options = parser.parse_args(arguments)
    try:
        values = {name: value for path in options.tfvars for name, value in read_tfvars(path).items()}
        values |= {"release": options.release} if options.release else {}
        outputs = read(options.outputs, OUTPUTS) if options.outputs else {}
    except (TfvarsError, OutputsError) as error:
        print(error, file=sys.stderr)
        return 1
    region = values.get("region")
    needs = Needs(
        values,
        options.tfvars[-1],
        REPOSITORY,
        lambda service: boto3.client(service, region_name=region),  # type: ignore[call-overload]
        outputs,
    )
    return report(lines(CHECKS, needs), print)


def report(found: Iterable[Line], tell: Callable[[str], None]) -> int:
    """Prints each line as soon as it is known, then the counts. Returns 1 if there is a problem, else 0."""
    counts = dict.fromkeys(Verdict, 0)
    for line in found:
        counts[line.verdict] += 1
        tell(str(line))
    tell(f"{counts[Verdict.OK]} ok, {counts[Verdict.PROBLEM]} problems, {counts[Verdict.NOT_CHECKED]} not checked")
    return int(counts[Verdict.PROBLEM] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
