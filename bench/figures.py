"""Keeps the numbers of several runs of one measure, with their median and their spread."""

import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """The numbers of one measure, in the order of the runs. `unit` is written after the number."""

    runs: tuple[float, ...]
    unit: str = ""

    def __post_init__(self) -> None:
        if not self.runs:
            raise ValueError("a figure needs at least one run")

    @property
    def median(self) -> float:
        return statistics.median(self.runs)

    def __str__(self) -> str:
        """Returns the median with its unit, and the least and the most of several runs."""
        text = f"{readable(self.median)} {self.unit}".strip()
        if len(self.runs) == 1:
            return text
        return f"{text} ({readable(min(self.runs))} to {readable(max(self.runs))})"


def ratio(value: Figure, reference: Figure) -> Figure:
    """Divides `value` by `reference`, run by run. A slow moment of the machine slows both in the same round."""
    return Figure(tuple(a / b for a, b in zip(value.runs, reference.runs, strict=True)), "times")


def difference(value: Figure, reference: Figure) -> Figure:
    """Subtracts `reference` from `value`, run by run, in their unit. Raises `ValueError` where the units differ."""
    if value.unit != reference.unit:
        raise ValueError(f"{value.unit} less {reference.unit}")
    return Figure(tuple(a - b for a, b in zip(value.runs, reference.runs, strict=True)), value.unit)


def readable(number: float) -> str:
    """Writes a number with 3 significant digits, and with all digits before the point."""
    size = abs(number)
    places = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
    return f"{number:,.{places}f}"


def interleaved(
    rounds: int, subjects: Mapping[str, Callable[[], float]], unit: str = "", *, warm_up: bool = True
) -> dict[str, Figure]:
    """Each subject measured once a round; every other round backwards, so that none is always the first.

    With `warm_up`, a round before the first counts for nothing.
    """
    if warm_up:
        for measure in subjects.values():
            measure()
    runs: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(rounds):
        for name in list(subjects) if number % 2 == 0 else reversed(list(subjects)):
            runs[name].append(subjects[name]())
    return {name: Figure(tuple(found), unit) for name, found in runs.items()}
