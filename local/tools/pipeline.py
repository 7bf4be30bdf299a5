"""`make pipeline DATE=...`: run the pipeline for a day and follow it."""

import argparse
import json
import os
import sys
from functools import partial
from typing import Any

from rich.console import Console
from rich.markup import escape

from local.stack.running import RunningStack, load
from local.tools.console import run_tool
from local.tools.pipeline_run import Outcome, StateResult, follow, start


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m local.tools.pipeline", description=__doc__)
    parser.add_argument("--date", default="", metavar="YYYY-MM-DD", help="default: yesterday")
    parser.add_argument("--stack", default=os.environ.get("STACK") or "dev", help="default: $STACK or dev")
    return run_tool(partial(run_pipeline, parser.parse_args(arguments)))


def run_pipeline(options: argparse.Namespace, console: Console) -> int:
    stack = load(options.stack)
    console.print(f"Pipeline for [bold]{escape(options.date) or 'yesterday'}[/bold]")
    return 0 if show_pipeline(stack, options.date, console).succeeded else 1


def show_pipeline(stack: RunningStack, date: str, console: Console) -> Outcome:
    """Run the pipeline for `date` (of the past day when empty) and print each state and the outcome."""
    execution = start(stack, {"date": date} if date else {})
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


def _state_line(state: StateResult) -> str:
    if state.failure:
        reason = f"{state.failure.error}: {state.failure.cause}"
        return f"  [red]✗[/red] {state.name:<14} {state.seconds:5.1f} s  [red]{escape(reason)}[/red]"
    return f"  [green]✓[/green] {state.name:<14} {state.seconds:5.1f} s  {escape(facts(state.result))}"


def facts(output: Any) -> str:
    """A result in words: its plain values, the names with spaces for underscores."""
    if not isinstance(output, dict):
        return ""
    return ", ".join(f"{name.replace('_', ' ')} {_plain(value)}" for name, value in output.items() if name != "date")


def _plain(value: Any) -> str:
    if isinstance(value, bool | str) or value is None:
        return str(value)
    if isinstance(value, int):
        return f"{value:,}"
    return json.dumps(value)


def _show_outcome(outcome: Outcome, execution: str, console: Console) -> None:
    if outcome.succeeded:
        console.print(f"[green]Succeeded[/green] in {outcome.seconds:.1f} s")
        return
    console.print(f"[red]{outcome.status.capitalize().replace('_', ' ')}[/red] in {outcome.seconds:.1f} s")
    if outcome.failure:
        console.print(f"  {escape(f'{outcome.failure.error}: {outcome.failure.cause}')}", soft_wrap=True)
    console.print(f"  {execution}", style="dim", soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
