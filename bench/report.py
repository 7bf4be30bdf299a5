"""Writes the results as a table in the terminal and as `RESULTS.md`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.table import Table

from bench.measure import Measure, Row
from bench.measures import MEASURES
from local.commands.console import new_table

_READING = (
    "Every figure is the median of several runs, with the least and the most in brackets. What is compared was\n"
    "measured in the same run, in turns; the ratio or difference is the median over the rounds. Each section\n"
    "names its time and its commit."
)
_SECTION = "\n\n## "
HEADINGS = ("measure", "value", "against", "compared", "target", "reached")


@dataclass
class Result:
    """The result of a measure. `failure` is the reason why it ended early."""

    measure: Measure
    rows: list[Row] = field(default_factory=list)
    seconds: float = 0.0
    failure: str = ""
    made: Mapping[str, str] = field(default_factory=dict)
    """The time, the commit and the load before the run."""

    @property
    def is_well(self) -> bool:
        return not self.failure and all(row.reached is not False for row in self.rows)


def cells(row: Row) -> tuple[str, ...]:
    """Returns the row under `HEADINGS`."""
    reached = {None: "", True: "yes", False: "no"}[row.reached]
    against = f"{row.against}: {row.reference}" if row.reference else row.against
    target = row.target.text(row.judged.unit) if row.target else ""
    return row.what, str(row.value), against, str(row.compared or ""), target, reached


def table(rows: Sequence[Row]) -> Table:
    made = new_table(*HEADINGS)
    for row in rows:
        style = {None: "", True: "green", False: "red"}[row.reached]
        *first, reached = cells(row)
        made.add_row(*first, f"[{style}]{reached}[/]" if style else reached)
    return made


def markdown(
    results: Sequence[Result], machine: Mapping[str, str], versions: Mapping[str, str], *, before: str = ""
) -> str:
    """Returns the whole text of `RESULTS.md`.

    A measure that did not run keeps its section of the text `before`. Sections are in the order of `MEASURES`. The
    section of a measure that is gone is left out.
    """
    sections = {_title(section): section for section in before.split(_SECTION)[1:]}
    sections |= {result.measure.title: _section(result) for result in results}
    ordered = [measure.title for measure in MEASURES if measure.title in sections]
    head = ["# Results of `make bench`", _READING, _pairs("Machine", machine), _pairs("Versions", versions)]
    return "\n\n".join(head) + "".join(_SECTION + sections[title].strip() + "\n" for title in ordered)


def _title(section: str) -> str:
    return section.partition("\n")[0]


def _section(result: Result) -> str:
    made = "".join(f", {name} {value}" for name, value in result.made.items())
    parts = [result.measure.title, f"{result.measure.how} Took {result.seconds:.0f} s{made}."]
    if result.rows:
        parts.append(
            "\n".join([_line(HEADINGS), _line(["---"] * len(HEADINGS)), *(_line(cells(r)) for r in result.rows)])
        )
    if result.failure:
        parts.append(f"**It failed: {result.failure.splitlines()[0]}**")
    return "\n\n".join(parts)


def _pairs(title: str, values: Mapping[str, str]) -> str:
    return "\n".join([f"| {title} | |", "|---|---|", *(_line(pair) for pair in values.items())])


def _line(columns: Sequence[str]) -> str:
    return f"| {' | '.join(column.replace('|', '/') for column in columns)} |"
