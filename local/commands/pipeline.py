"""`make pipeline` runs the pipeline for the day `DATE`, or for each day from `FROM` to `TO`, and follows it."""

import argparse
import os
import sys
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

import operations.days
from local import shell
from local.commands.console import new_table, run_tool
from local.front.arguments import calendar
from local.launcher.settings import SettingsError
from local.observe.day_objects import DayObject, day_objects
from local.observe.pipeline_run import Outcome, follow, start
from local.observe.running import RunningStack, load
from operations.days import DaysError
from operations.execution_history import StateResult


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.commands.pipeline", description=__doc__)
    parser.add_argument("--date", default="", metavar="YYYY-MM-DD", help="default: yesterday")
    parser.add_argument("--from", dest="first", default="", metavar="YYYY-MM-DD", help="the first of several days")
    parser.add_argument("--to", dest="last", default="", metavar="YYYY-MM-DD", help="the last of them")
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    options = parser.parse_args(arguments)
    return run_tool(partial(run_pipeline, options), options.stack)


def run_pipeline(options: argparse.Namespace, console: Console) -> int:
    days = asked_days(options.date, options.first, options.last)
    stack = load(options.stack)
    failed = [day for day in days if not _run_day(stack, day, console)]
    if len(days) > 1:
        told = f"[red]failed: {', '.join(failed)}[/red]" if failed else "[green]all succeeded[/green]"
        console.print(f"{len(days)} days from {days[0]} to {days[-1]}: {told}")
    return 1 if failed else 0


def asked_days(day: str, first: str, last: str) -> list[str]:
    """Returns the named days: each day from `first` to `last`, or the one `day`. An empty text means yesterday.

    Raises `SettingsError` if the values contradict each other or a day cannot be run.
    """
    try:
        days = operations.days.asked_days(calendar(), day, first, last, ("DATE", "FROM", "TO"))
    except DaysError as error:
        raise SettingsError(str(error)) from error
    return [str(each) for each in days] or [""]


def _run_day(stack: RunningStack, day: str, console: Console) -> bool:
    console.print(f"Pipeline for [bold]{escape(day) or 'yesterday'}[/bold]")
    outcome = show_pipeline(stack, day, console)
    if outcome.succeeded:
        console.print()
        console.print(object_table(day_objects(stack, date.fromisoformat(outcome.output["date"]))))
    return outcome.succeeded


def show_pipeline(stack: RunningStack, day: str, console: Console) -> Outcome:
    """Runs the pipeline for `day`, or for yesterday if it is empty. Prints each state and the outcome."""
    return show_execution(stack, {"date": day} if day else {}, console)


def show_execution(stack: RunningStack, pipeline_input: dict[str, Any], console: Console) -> Outcome:
    """Runs the state machine with this input. Prints each state and the outcome."""
    execution = start(stack, pipeline_input)
    outcome = None
    with console.status("running"):
        for step in follow(stack, execution):
            if isinstance(step, Outcome):
                outcome = step
            else:
                console.print(_state_line(step), soft_wrap=True)
    if outcome is None:
        raise RuntimeError(f"{execution} ended without an outcome")
    _show_outcome(outcome, execution, console)
    return outcome


def object_table(objects: list[DayObject]) -> Table:
    """Returns a table with a row for each object of a day, below its bucket."""
    table = new_table("Object", "Size", "Rows", right=("Size", "Rows"))
    for bucket, of_bucket in groupby(objects, key=lambda each: each.bucket):
        table.add_row(f"s3://{bucket}/")
        for each in of_bucket:
            table.add_row(f"  [bold]{each.key}[/bold]", f"{each.size:,} B", f"{each.rows:,}")
    return table


def _state_line(state: StateResult) -> str:
    name = state.name if state.times == 1 else f"{state.name} ({state.times})"
    if state.failure:
        reason = f"{state.failure.error}: {state.failure.cause}"
        return f"  [red]✗[/red] {name:<16} {state.seconds:5.1f} s  [red]{escape(reason)}[/red]"
    return f"  [green]✓[/green] {name:<16} {state.seconds:5.1f} s  {escape(facts(state.result))}".rstrip()


def facts(result: Any) -> str:
    """Returns a result in words: its counts with their names. It leaves out objects, which are listed elsewhere."""
    if not isinstance(result, dict):
        return ""
    told = {name: value for name, value in result.items() if name not in _UNTOLD and not _is_address(value)}
    return ", ".join(f"{name.replace('_', ' ')} {_in_words(value)}" for name, value in told.items())


# Earlier steps report `exported` and `enriched`. An e-mail shows its subject and message. The rest are keys of objects,
# and where a scan continues.
_UNTOLD = {
    *("date", "shard", "etag", "exported", "enriched", "subject", "message"),
    *("objects", "segment", "part", "start", "complete"),
}


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("s3://")


def _in_words(value: Any) -> str:
    if isinstance(value, dict):
        counts = {
            code: each for code, each in value.items() if isinstance(each, dict) and {"found", "raised"} <= set(each)
        }
        return ", ".join(f"{code} {_of_check(each)}" for code, each in counts.items() if any(each.values())) or (
            "none" if counts else facts(value)
        )
    if isinstance(value, list):
        return str(len(value))
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def _of_check(counts: dict[str, int]) -> str:
    """For example: 3 (1 new, 2 cleared)."""
    named = {"new": counts["raised"], **{name: counts[name] for name in ("updated", "escalated", "cleared")}}
    changed = ", ".join(f"{count} {name}" for name, count in named.items() if count)
    return f"{counts['found']} ({changed or 'nothing new'})"


def _show_outcome(outcome: Outcome, execution: str, console: Console) -> None:
    if outcome.succeeded:
        console.print(f"[green]Succeeded[/green] in {outcome.seconds:.1f} s")
        return
    console.print(f"[red]{outcome.status.capitalize().replace('_', ' ')}[/red] in {outcome.seconds:.1f} s")
    if outcome.failure:
        console.print(f"  {escape(f'{outcome.failure.error}: {outcome.failure.cause}')}", soft_wrap=True)
    console.print(f"  {execution}", style="dim", soft_wrap=True)


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(main(sys.argv[1:]))
