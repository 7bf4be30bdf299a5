"""Each module in `bench/measures` has a `Measure`, which yields a row for each figure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from bench import figures
from bench.figures import Figure
from bench.world import World


@dataclass(frozen=True)
class Target:
    """The value that a figure's median must reach."""

    limit: float
    at_least: bool

    def reached(self, figure: Figure) -> bool:
        return figure.median >= self.limit if self.at_least else figure.median <= self.limit

    def text(self, unit: str) -> str:
        return f"at {'least' if self.at_least else 'most'} {self.limit:g} {unit}".strip()


def at_least(limit: float) -> Target:
    return Target(limit, at_least=True)


def at_most(limit: float) -> Target:
    return Target(limit, at_least=False)


@dataclass(frozen=True)
class Row:
    """A line of the table. `target` is for `compared`, or for `value` if there is no comparison."""

    what: str
    value: Figure
    target: Target | None = None
    against: str = ""
    reference: Figure | None = None
    compared: Figure | None = None

    @classmethod
    def ratio(cls, what: str, value: Figure, *, against: str, reference: Figure, target: Target | None = None) -> "Row":
        """Makes a row with `value` as a multiple of `reference`, both from the rounds of one run."""
        return cls(what, value, target, against, reference, figures.ratio(value, reference))

    @classmethod
    def difference(
        cls, what: str, value: Figure, *, against: str, reference: Figure, target: Target | None = None
    ) -> "Row":
        """Makes a row with the difference of `value` and `reference`, both from the rounds of one run."""
        return cls(what, value, target, against, reference, figures.difference(value, reference))

    @property
    def judged(self) -> Figure:
        return self.compared or self.value

    @property
    def reached(self) -> bool | None:
        """Returns whether the target is reached, or None without a target."""
        return None if self.target is None else self.target.reached(self.judged)


@dataclass(frozen=True)
class Measure:
    """One measure, or several measures that share their preparation.

    `name` is what `ONLY` selects, `how` tells a reader of the results what was done. `run` yields its rows as they are
    found and leaves nothing behind; it is cut off after `limit` seconds.
    """

    name: str
    title: str
    how: str
    run: Callable[[World], Iterable[Row]]
    limit: float = 900
