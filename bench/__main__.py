"""`make bench` calls `python -m bench`. It takes `QUICK`, `ONLY` and the settings of a stack (docs/settings.md)."""

import os
import signal
import sys

from rich.console import Console

from bench import machine, report
from bench.measures import MEASURES
from bench.runner import UnknownMeasureError, run_all, selected
from bench.world import World
from local import shell
from local.commands.console import run_tool
from local.launcher import record
from local.launcher.settings import REPOSITORY, Settings

RESULTS = REPOSITORY / "bench" / "RESULTS.md"


def main(console: Console) -> int:
    """Measures and prints. A run that is not quick also writes its sections of `RESULTS`. Returns 1 after a failure."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # both ways of being stopped end it in order
    quick, only = os.environ.get("QUICK") == "1", os.environ.get("ONLY", "")
    try:
        measures = selected(MEASURES, only)
    except UnknownMeasureError as error:
        console.print(f"[red]{error}[/red]")
        return 2
    where, versions = machine.machine(), machine.versions()
    world = World(record.settle() if os.environ.get("STACK") else Settings.from_environment(), quick=quick)
    try:
        results = run_all(measures, world, console)
    finally:
        world.close()
    if not quick:
        before = RESULTS.read_text() if RESULTS.exists() else ""
        RESULTS.write_text(report.markdown(results, where, versions, before=before))
        console.print(f"Written: {RESULTS.relative_to(REPOSITORY)}")
    return int(any(result.failure for result in results))


if __name__ == "__main__":
    shell.keep_out()
    sys.exit(run_tool(main))
