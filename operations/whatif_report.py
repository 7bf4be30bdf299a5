"""What other parameters of the checks would change, and how it is printed."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from domain.findings import CODES

EXAMPLES = 10
"""So many new and so many gone alarms of each day and check are named."""

NEW, GONE = "new", "gone"


@dataclass
class Counts:
    """The alarms of a check on a day. `same` are in the publication and in the replay."""

    same: int = 0
    new: int = 0
    gone: int = 0

    def add(self, other: "Counts") -> None:
        """Adds other counts."""
        self.same, self.new, self.gone = self.same + other.same, self.new + other.new, self.gone + other.gone


@dataclass(frozen=True)
class Example:
    """An alarm that the candidate parameters raise in addition, or no longer."""

    change: str
    """`new` or `gone`."""
    code: str
    number: str
    words: str


@dataclass
class Mails:
    """The mails of a day, if one run finds all its alarms: a digest, and a mail to each customer who asked for it."""

    digests: int = 0
    customers: int = 0

    @property
    def total(self) -> int:
        """The number of mails."""
        return self.digests + self.customers


@dataclass
class DayReport:
    """What the candidate parameters change on a day."""

    date: date
    publication: int
    other_rules: bool
    """Whether another version of the checks has judged the publication than the replay."""
    checks: dict[str, Counts] = field(default_factory=dict)
    before: Mails = field(default_factory=Mails)
    after: Mails = field(default_factory=Mails)
    examples: list[Example] = field(default_factory=list)


@dataclass(frozen=True)
class Report:
    """What the candidate parameters change. `parameters` has a line for each other value."""

    parameters: list[str]
    days: list[DayReport] = field(default_factory=list)
    without_publication: list[date] = field(default_factory=list)

    def total(self) -> Counts:
        """Returns the sum over all days and checks."""
        total = Counts()
        for day in self.days:
            for counts in day.checks.values():
                total.add(counts)
        return total

    def as_json(self) -> dict[str, Any]:
        """Returns the report as JSON values."""
        value: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return value


def order(code: str) -> tuple[int, str]:
    """Returns the place of a check's code in a list. Codes of checks that are gone come last."""
    return (CODES.index(code) if code in CODES else len(CODES), code)


def show(report: Report, console: Console, *, as_json: bool) -> None:
    """Prints the report as tables, or as JSON."""
    if as_json:
        console.print(json.dumps(report.as_json(), indent=1), markup=False, soft_wrap=True)
        return

    def tell(text: str = "") -> None:
        console.print(text, markup=False, soft_wrap=True)

    for line in report.parameters or ["The file has no other parameters than the defaults."]:
        tell(line)
    for day in report.without_publication:
        tell(f"{day} has no publication.")
    if report.days:
        tell()
        console.print(_alarms(report))
        tell()
        console.print(_mails(report))
    for change in (NEW, GONE):
        lines = [line for day in report.days for line in _examples(day, change)]
        if lines:
            tell(f"\n{change.capitalize()} alarms:")
        for line in lines:
            tell(line)
    others = [str(day.date) for day in report.days if day.other_rules]
    if others:
        tell(f"\nOther versions of the checks judged {', '.join(others)}. So a difference may come from their code.")
    total = report.total()
    tell(f"\n{_days(len(report.days))}: {total.same:,} same, {total.new:,} new and {total.gone:,} gone alarms.")


def _alarms(report: Report) -> Table:
    table = new_table(
        "Day", "Publication", "Check", "Same", "New", "Gone", right=("Publication", "Same", "New", "Gone")
    )
    for day in report.days:
        for code, counts in day.checks.items():
            numbers = (counts.same, counts.new, counts.gone)
            table.add_row(str(day.date), str(day.publication), code, *(f"{number:,}" for number in numbers))
        if not day.checks:
            table.add_row(str(day.date), str(day.publication), "none", "0", "0", "0")
    return table


def _mails(report: Report) -> Table:
    columns = ("Mails before", "Mails after", "Customers before", "Customers after")
    table = new_table("Day", *columns, right=columns)
    for day in report.days:
        before, after = day.before, day.after
        numbers = (before.total, after.total, before.customers, after.customers)
        table.add_row(str(day.date), *(f"{number:,}" for number in numbers))
    return table


def _examples(day: DayReport, change: str) -> list[str]:
    lines, left = [], {code: getattr(counts, change) for code, counts in day.checks.items()}
    for each in day.examples:
        if each.change == change:
            lines.append(f"  {day.date} {each.code} {each.number}: {each.words}")
            left[each.code] -= 1
    lines += [f"  {day.date} {code}: and {number:,} more" for code, number in left.items() if number]
    return lines


def _days(number: int) -> str:
    return f"{number} day{'s' * (number != 1)}"


def new_table(*columns: str, right: tuple[str, ...]) -> Table:
    """Returns a table in the style of the commands in `local/commands/`."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold", show_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return table
