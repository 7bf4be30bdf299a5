"""Runs measures in their order, prints each result at once, and continues after a failure."""

import signal
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

from rich.console import Console

from bench import machine, report
from bench.measure import Measure
from bench.report import Result
from bench.world import World


class UnknownMeasureError(Exception):
    """`ONLY` names an unknown measure. The message lists the known ones."""


class TooLongError(Exception):
    """A measure was stopped at its time limit."""


def selected(measures: Sequence[Measure], only: str) -> list[Measure]:
    """Returns the measures that `only` names, separated by commas or spaces. An empty text means all."""
    names = only.replace(",", " ").split()
    unknown = [name for name in names if name not in {measure.name for measure in measures}]
    if unknown:
        known = ", ".join(measure.name for measure in measures)
        raise UnknownMeasureError(f"ONLY={only!r}: there is no {', '.join(unknown)}; use some of {known}")
    return [measure for measure in measures if not names or measure.name in names]


def run_all(measures: Sequence[Measure], world: World, console: Console) -> list[Result]:
    """Runs the measures. Returns the result of each, also of a failed one."""
    results = []
    for measure in measures:
        console.rule(f"{measure.name}: {measure.title}", align="left", style="dim")
        result = _run(measure, world)
        results.append(result)
        if result.rows:
            console.print(report.table(result.rows))
        if result.failure:
            console.print(f"[red]failed:[/red] {result.failure}", markup=True, soft_wrap=True)
        console.print(f"[dim]{result.seconds:.0f} s[/dim]\n")
    return results


def _run(measure: Measure, world: World) -> Result:
    result = Result(measure, made=machine.moment())
    started = time.monotonic()
    try:
        with _limit(measure.limit):
            for row in measure.run(world):
                result.rows.append(row)
    except Exception as error:  # all other measures still run
        result.failure = f"{type(error).__name__}: {error}"
    result.seconds = time.monotonic() - started
    return result


@contextmanager
def _limit(seconds: float) -> Iterator[None]:
    def cut_off(_number: int, _frame: FrameType | None) -> None:
        raise TooLongError(f"it was not done after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, cut_off)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
