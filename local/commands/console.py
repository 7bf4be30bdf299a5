"""Makes the consoles and tables of all commands: colours and boxes on a terminal, plain text elsewhere."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich import box
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from local.launcher.failures import guarded
from local.launcher.settings import Settings

PLAIN_WIDTH = 100


def new_console() -> Console:
    """Returns a console on the standard output. Without a terminal it is 100 columns wide."""
    wanted = os.environ.get("COLUMNS", "")
    plain_width = int(wanted) if wanted.isdecimal() else PLAIN_WIDTH
    return Console(highlight=False, width=None if sys.stdout.isatty() else plain_width)


def new_table(*columns: str, right: tuple[str, ...] = ()) -> Table:
    """Returns a table in the common style. The columns in `right` are aligned to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table


@contextmanager
def progress_bar(console: Console, what: str, total: int) -> Iterator[Callable[..., None]]:
    """Shows a bar on a terminal. Yields a function that moves the bar by a number of steps, 1 by default."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task(what, total=total)
        yield lambda steps=1: progress.advance(task, steps)


def run_tool(tool: Callable[[Console], int], stack: str = "") -> int:
    """Runs the tool and returns its exit code. After a foreseen error or Ctrl-C it prints one line and returns 1."""
    try:
        return guarded(lambda: tool(new_console()), stack or os.environ.get("STACK") or Settings.name, _tell)
    except KeyboardInterrupt:
        Console(stderr=True).print("stopped")
    return 1


def _tell(why: str) -> None:
    Console(stderr=True, highlight=False).print(why, style="red", markup=False, soft_wrap=True)
