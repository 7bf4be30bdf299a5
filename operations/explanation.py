"""What explains an alarm, and how it is printed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from rich.console import Console
from rich.table import Table

from domain.findings.check import MOST_INTERVALS
from operations.whatif_report import new_table


class Verdict(StrEnum):
    """Whether an alarm still holds."""

    HOLDS = "holds"
    """The newest publication has the finding as it was raised, and its objects give it again."""
    CHANGED = "details changed"
    """The newest publication has the finding, with other details or intervals than when it was raised."""
    GONE = "no longer holds"
    """The newest publication does not have the finding, or its objects do not give it again."""


@dataclass(frozen=True)
class Finding:
    """A finding of a metering point, as a findings part has it."""

    severity: str
    version: int
    parameters: Mapping[str, Any]
    intervals: list[str]
    """The starts of at most 10 intervals, in UTC."""
    details: Mapping[str, Any]

    def is_same_as(self, other: "Finding") -> bool:
        """Returns whether both say the same of the day, whatever the check's version."""
        return (self.details, self.intervals) == (other.details, other.intervals)


@dataclass(frozen=True)
class Explanation:
    """What explains an alarm. The finding is that of the newest publication that has it."""

    metering_point: str
    date: date
    code: str
    title: str
    words: str
    finding: Finding
    values: list[dict[str, Any]]
    """The readings of the finding's intervals. An interval without a reading has its start alone."""
    publication: int
    newest: int
    """The number of the day's newest publication."""
    as_known_at: str
    other_rules: bool
    """Whether another version of the checks has judged the publication than the present one."""
    judged_against: dict[str, int]
    """The number of the publication of each earlier date against which the day was judged."""
    raised_in: int
    """The first of the publications that have the finding without a break."""
    raised_with: Mapping[str, Any]
    """The details in that publication."""
    present_version: int
    """The present version of the check."""
    recomputed: Finding | None
    """The finding that the publication's objects give with the finding's parameters, if they give it."""
    verdict: Verdict
    gone_since: int | None
    """The first publication after the one with the finding, where it is gone."""

    def in_words(self) -> str:
        """Says the verdict in a sentence."""
        if self.gone_since:
            return f"It no longer holds since publication {self.gone_since}."
        if self.recomputed is None:
            return f"It no longer holds: the present check does not find it in publication {self.publication}."
        if self.verdict is Verdict.HOLDS:
            return f"It holds in publication {self.publication}, the newest."
        if self.recomputed.is_same_as(self.finding):
            return f"It holds in publication {self.publication}, the newest. Its details changed."
        return f"The present check finds it in publication {self.publication} with other details."

    def as_json(self) -> dict[str, Any]:
        """Returns the explanation as JSON values."""
        value: dict[str, Any] = json.loads(json.dumps(asdict(self), default=str))
        return value | {"in_words": self.in_words()}


def show(explanations: Sequence[Explanation], console: Console, *, as_json: bool) -> None:
    """Prints the explanations as text, or as a JSON list."""
    if as_json:
        text = json.dumps([each.as_json() for each in explanations], indent=1)
        console.print(text, markup=False, soft_wrap=True)
        return
    for number, each in enumerate(explanations):
        if number:
            console.print()
        _show_one(each, console)


def _show_one(explanation: Explanation, console: Console) -> None:
    def tell(text: str = "") -> None:
        console.print(text, markup=False, soft_wrap=True)

    finding = explanation.finding
    tell(f"{explanation.code} {explanation.title}, metering point {explanation.metering_point}, {explanation.date}")
    tell(f"  {explanation.words}")
    tell(explanation.in_words())
    tell()
    tell(f"severity        {finding.severity}")
    tell(f"check           {explanation.code} version {finding.version}{_present(explanation)}")
    tell(f"parameters      {_listed(finding.parameters)}")
    tell(f"details         {_listed(finding.details)}")
    if explanation.raised_with != finding.details:
        tell(f"raised with     {_listed(explanation.raised_with)}")
    tell(f"publication     {explanation.publication} of {explanation.date}, as known at {explanation.as_known_at}")
    tell(f"since           publication {explanation.raised_in}")
    against = ", ".join(f"{day} ({number})" for day, number in sorted(explanation.judged_against.items()))
    tell(f"judged against  {against or 'no earlier day'}")
    tell(f"judged again    {_again(explanation)}")
    if explanation.values:
        tell()
        console.print(_values(explanation))
    if len(finding.intervals) == MOST_INTERVALS:
        tell(f"A finding names at most {MOST_INTERVALS} intervals.")


_HEADINGS = {
    "interval_minutes": "minutes",
    "consumption_kwh": "kWh",
    "production_kwh": "kWh fed in",
    "reactive_kvarh": "kvarh",
    "average_voltage_v": "V",
    "average_frequency_hz": "Hz",
    "voltage_drops": "drops",
    "down_time_seconds": "down s",
    "validated_kwh": "kWh to use",
}


def _present(explanation: Explanation) -> str:
    if explanation.finding.version != explanation.present_version:
        return f". The present version is {explanation.present_version}"
    return ". The code of the checks has changed since" if explanation.other_rules else ""


def _again(explanation: Explanation) -> str:
    if explanation.recomputed is None:
        return "the objects of the publication do not give the finding"
    if explanation.recomputed.is_same_as(explanation.finding):
        return "the objects of the publication give the same finding"
    return f"the objects of the publication give other details: {_listed(explanation.recomputed.details)}"


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_text(value)}" for name, value in values.items()) or "none"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    if isinstance(value, float):
        return f"{value:f}".rstrip("0").rstrip(".")
    return "unknown" if value is None else str(value)


def _values(explanation: Explanation) -> Table:
    """Returns the table of the intervals, with the columns that a reading has."""
    names = list(dict.fromkeys(name for row in explanation.values for name in row if name != "interval_start"))
    headings = [_HEADINGS.get(name, name) for name in names] or ["reading"]
    table = new_table("start (UTC)", *headings, right=tuple(headings))
    for row in explanation.values:
        table.add_row(row["interval_start"], *(str(row.get(name, "none")) for name in names or headings))
    return table
