"""Runs the pipeline for a day, or for several days in their order, and waits for the end of each run.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.run_day --outputs outputs.json --date 2026-11-01
    python -m operations.run_day --outputs outputs.json --from 2026-11-01 --to 2026-11-05

These commands reach AWS with the credentials of the shell. They need `states:StartExecution` and
`states:DescribeExecution` on the state machine and its executions. `make pipeline` does the same on a local stack, and
shows each state.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import boto3

from operations.days import Calendar, DaysError, asked_days
from operations.outputs import OutputsError, read

OUTPUTS = ("state_machine_arn", "time_zone")
POLL_SECONDS = 2.0


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.run_day", description=__doc__)
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    parser.add_argument("--date", default="", metavar="YYYY-MM-DD")
    parser.add_argument("--from", dest="first", default="", metavar="YYYY-MM-DD", help="the first of several days")
    parser.add_argument("--to", dest="last", default="", metavar="YYYY-MM-DD", help="the last of several days")
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, OUTPUTS)
        calendar = Calendar.of(outputs["time_zone"], datetime.now(UTC))
        days = asked_days(calendar, options.date, options.first, options.last, ("--date", "--from", "--to"))
    except (OutputsError, DaysError) as error:
        print(error, file=sys.stderr)
        return 1
    if not days:
        print(f"give a day, as in --date {calendar.last}, or both --from and --to", file=sys.stderr)
        return 1
    return run_days(boto3.client("stepfunctions"), outputs["state_machine_arn"], days)


def run_days(steps: Any, state_machine: str, days: list[date], *, pause: Callable[[float], None] = time.sleep) -> int:
    """Runs each day after the day before it has ended. Returns 1 if a day did not succeed, else 0."""
    code = 0
    for day in days:
        execution = start(steps, state_machine, {"date": str(day)})
        print(f"{day}: started {execution}", flush=True)
        while (found := steps.describe_execution(executionArn=execution))["status"] == "RUNNING":
            pause(POLL_SECONDS)
        why = f": {found.get('error', '')} {found.get('cause', '')}".rstrip(": ")
        print(f"{day}: {found['status']}{why}", flush=True)
        code |= found["status"] != "SUCCEEDED"
    return int(code)


def start(steps: Any, state_machine: str, pipeline_input: dict[str, Any]) -> str:
    """Starts the state machine. Returns the execution's ARN."""
    return str(steps.start_execution(stateMachineArn=state_machine, input=json.dumps(pipeline_input))["executionArn"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
