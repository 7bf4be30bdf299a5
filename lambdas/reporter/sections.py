"""Writes the parts of a report that a day and a month share: coverage, findings, and the worst metering points."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domain.findings import BY_CODE, CODES
from domain.summaries import OTHERS, Group, Numbers
from lambdas.reporter.charts import Bar, Caption, bar_chart
from lambdas.reporter.pages import Cell, Markup, Number, block, figure, html, isolated, joined, numbers_of, table
from lambdas.reporter.written import NONE, count, counted, energy, percent, share

TYPES = {
    "HH": "Household",
    "HHP": "Household with network parameters",
    "I": "Industrial",
    "C": "Commercial",
    "P": "Public",
    "": "Without a customer",
}
"""The customers' types in words. The empty text stands for readings without a customer."""

_BARS = 20
_GROUP_HEAD = ("Metering points", "Complete", "Coverage", "Reported", "To use")


def type_in_words(name: str) -> str:
    """Returns the words of a customer's type."""
    return TYPES.get(name, name)


def code_in_words(code: str) -> str:
    """Returns a check's code and title."""
    return f"{code} {BY_CODE[code].title}" if code in BY_CODE else code


def county_in_words(name: str) -> str:
    """Returns the name of a county."""
    return {"": "No county", OTHERS: "All other counties"}.get(name, name)


def order_of(code: str) -> tuple[int, str]:
    """Orders codes as the checks are."""
    return (CODES.index(code) if code in CODES else len(CODES), code)


def coverage(numbers: Numbers) -> Markup:
    """Writes the coverage by the customers' type and by county."""
    order = [*(name for name in TYPES if name in numbers.types), *sorted(numbers.types.keys() - TYPES.keys())]
    types = {type_in_words(name): numbers.types[name] for name in order}
    counties = {county_in_words(name): group for name, group in numbers.counties.items()}
    return joined(
        block(
            html("h3", "By type of customer"),
            html("p", "The bars show the share of the due intervals that is missing, with the coverage beside it."),
            figure(_missing_bars(types), "coverage-types", "Missing intervals by type of customer", _described(types)),
            numbers_of(_groups("Type", types)),
        ),
        block(
            html("h3", "By county"),
            _note_of_many(counties),
            figure(_missing_bars(counties), "coverage-counties", "Missing intervals by county", _described(counties)),
            numbers_of(_groups("County", counties)),
        ),
    )


def findings(numbers: Numbers, before: Mapping[str, Mapping[str, int]] | None = None) -> Markup:
    """Writes the findings by check. `before` has the counts of the publication before."""
    codes = sorted({*numbers.findings, *(before or {})}, key=order_of)
    if not codes:
        return html("p", "No check found anything.")
    bars = [_finding_bar(code, numbers.findings.get(code, {})) for code in codes]
    description = "; ".join(f"{bar.label}: {bar.written}" for bar in bars)

    def draw(caption: Caption, width: float) -> str:
        return bar_chart(bars, caption, names=["Alarms", "Notes"], width=width)

    rows: list[list[Cell]] = [
        [
            code_in_words(code),
            *(Number(count(numbers.findings.get(code, {}).get(kind, 0))) for kind in ("alarm", "note")),
            *([Number(count(sum(before.get(code, {}).values())))] if before is not None else []),
        ]
        for code in codes
    ]
    head = ["Check", "Alarms", "Notes", *(["Publication before"] if before is not None else [])]
    return joined(
        figure(draw, "findings", "Findings by check", description),
        numbers_of(table("Findings by check", head, rows)),
    )


def worst(points: Sequence[Mapping[str, Any]], caption: str) -> Markup:
    """Writes the worst metering points with their reasons."""
    if not points:
        return html("p", "No metering point has a missing interval or an alarm.")
    rows: list[list[Cell]] = [
        [
            isolated(point["number"]),
            isolated(_where(point)),
            Number(percent(int(point["received"]), int(point["expected"]))),
            html("ul", *(html("li", _reason(reason)) for reason in point["reasons"])),
        ]
        for point in points
    ]
    return table(caption, ["Metering point", "Where", "Coverage", "Reasons"], rows)


def alarms(changes: Mapping[str, Mapping[str, int]], opened: Mapping[str, Mapping[str, int]]) -> Markup:
    """Writes the changes of the alarms and the open ones, by check."""
    kinds = ("raised", "updated", "escalated", "cleared")
    codes = [
        code
        for code in sorted({*changes, *opened}, key=order_of)
        if opened.get(code) or any(changes.get(code, {}).get(kind) for kind in kinds)
    ]
    if not codes:
        return html("p", "No alarm is open, and this run changed none.")
    rows: list[list[Cell]] = [
        [
            code_in_words(code),
            *(Number(count(changes.get(code, {}).get(kind, 0))) for kind in kinds),
            *(Number(count(opened.get(code, {}).get(state, 0))) for state in ("open", "acknowledged")),
        ]
        for code in codes
    ]
    head = ["Check", "New", "Updated", "Escalated", "Cleared", "Open", "Acknowledged"]
    return table("Changes of this run, and the open alarms of all days after it", head, rows)


def _missing_bars(groups: Mapping[str, Group]) -> Any:
    """Returns the function that draws the missing share, because a coverage near 100 % looks the same everywhere."""
    bars = [
        Bar(
            name,
            [share(group.expected - group.received, group.expected)],
            f"{percent(group.received, group.expected)}, {count(group.expected - group.received)} missing",
            f"{name}: {count(group.received)} of {counted(group.expected, 'interval')}",
        )
        for name, group in _due(groups)
    ]
    return lambda caption, width: bar_chart(bars, caption, width=width)


def _described(groups: Mapping[str, Group]) -> str:
    return "; ".join(f"{name}: coverage {percent(group.received, group.expected)}" for name, group in _due(groups))


def _due(groups: Mapping[str, Group]) -> list[tuple[str, Group]]:
    return [(name, group) for name, group in groups.items() if group.expected][:_BARS]


def _note_of_many(groups: Mapping[str, Group]) -> Markup:
    due = sum(1 for group in groups.values() if group.expected)
    return html("p", f"The {_BARS} counties with the most metering points.") if due > _BARS else joined()


def _groups(kind: str, groups: Mapping[str, Group]) -> Markup:
    rows: list[list[Cell]] = [
        [
            isolated(name),
            Number(count(group.metering_points)),
            Number(count(group.complete)),
            Number(percent(group.received, group.expected)),
            Number(energy(group.kwh)),
            Number(energy(group.validated_kwh)),
        ]
        for name, group in groups.items()
    ]
    return table(f"{kind}, metering points and energy", [kind, *_GROUP_HEAD], rows)


def _finding_bar(code: str, counts: Mapping[str, int]) -> Bar:
    alarms_found, notes = counts.get("alarm", 0), counts.get("note", 0)
    return Bar(code_in_words(code), [alarms_found, notes], count(alarms_found + notes),
               f"{code_in_words(code)}: {counted(alarms_found, 'alarm')}, {counted(notes, 'note')}")  # fmt: skip


def _where(point: Mapping[str, Any]) -> str:
    places: Iterable[str | None] = dict.fromkeys((point.get("city"), point.get("county")))
    return ", ".join(place for place in places if place) or NONE


def _reason(reason: Mapping[str, str]) -> str:
    return f"{reason['code']}: {reason['words']}" + (" (note)" if reason["severity"] == "note" else "")
