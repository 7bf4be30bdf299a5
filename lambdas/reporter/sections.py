"""Writes the parts of a report that a day and a month share: coverage, findings, and the worst metering points."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from domain.findings import CODES
from domain.summaries import Group, Numbers
from lambdas.reporter.charts import Bar, Caption, bar_chart
from lambdas.reporter.pages import (
    Cell,
    Content,
    Markup,
    Number,
    block,
    figure,
    html,
    isolated,
    joined,
    numbers_of,
    table,
)
from lambdas.reporter.written import NONE, Writer, share

_TYPES = ("HH", "HHP", "I", "C", "P", "")
"""The customers' types in their order. The empty text stands for readings without a customer."""

_BARS = 20


def order_of(code: str) -> tuple[int, str]:
    """Orders codes as the checks are."""
    return (CODES.index(code) if code in CODES else len(CODES), code)


def coverage(w: Writer, numbers: Numbers) -> Markup:
    """Writes the coverage by the customers' type and by county."""
    order = [*(name for name in _TYPES if name in numbers.types), *sorted(numbers.types.keys() - set(_TYPES))]
    types = {w.type(name): numbers.types[name] for name in order}
    counties = {w.county(name): group for name, group in numbers.counties.items()}
    return joined(
        block(
            html("h3", w.t("by_type")),
            html("p", w.t("bars")),
            figure(_missing_bars(w, types), "coverage-types", w.t("missing_by_type"), _described(w, types)),
            numbers_of(w.t("the_numbers"), _groups(w, w.t("type"), types)),
        ),
        block(
            html("h3", w.t("by_county")),
            _note_of_many(w, counties),
            figure(_missing_bars(w, counties), "coverage-counties", w.t("missing_by_county"), _described(w, counties)),
            numbers_of(w.t("the_numbers"), _groups(w, w.t("county"), counties)),
        ),
    )


def findings(w: Writer, numbers: Numbers, before: Mapping[str, Mapping[str, int]] | None = None) -> Markup:
    """Writes the findings by check. `before` has the counts of the publication before."""
    codes = sorted({*numbers.findings, *(before or {})}, key=order_of)
    if not codes:
        return html("p", w.t("no_findings"))
    bars = [_finding_bar(w, code, numbers.findings.get(code, {})) for code in codes]
    description = "; ".join(f"{bar.label}: {bar.written}" for bar in bars)

    def draw(caption: Caption, width: float) -> str:
        return bar_chart(bars, caption, names=[w.t("alarms"), w.t("notes")], width=width)

    rows: list[list[Cell]] = [
        [
            w.check(code),
            *(Number(w.count(numbers.findings.get(code, {}).get(kind, 0))) for kind in ("alarm", "note")),
            *([Number(w.count(sum(before.get(code, {}).values())))] if before is not None else []),
        ]
        for code in codes
    ]
    names = ["check", "alarms", "notes", *(["publication_before"] if before is not None else [])]
    return joined(
        figure(draw, "findings", w.t("findings_by_check"), description),
        numbers_of(w.t("the_numbers"), table(w.t("findings_by_check"), list(map(w.t, names)), rows)),
    )


def worst(w: Writer, points: Sequence[Mapping[str, Any]], caption: str) -> Markup:
    """Writes the worst metering points with their reasons."""
    if not points:
        return html("p", w.t("no_worst"))
    rows: list[list[Cell]] = [
        [
            isolated(point["number"]),
            isolated(_where(point)),
            Number(w.percent(int(point["received"]), int(point["expected"]))),
            html("ul", *(html("li", *_reason(w, reason)) for reason in point["reasons"])),
        ]
        for point in points
    ]
    return table(caption, list(map(w.t, ("metering_point", "where", "coverage", "reasons"))), rows)


def alarms(
    w: Writer, changes: Mapping[str, Mapping[str, int]], opened: Mapping[str, Mapping[str, int]]
) -> Markup:  # fmt: skip
    """Writes the changes of the alarms and the open ones, by check."""
    kinds, states = ("raised", "updated", "escalated", "cleared"), ("open", "acknowledged")
    codes = [
        code
        for code in sorted({*changes, *opened}, key=order_of)
        if opened.get(code) or any(changes.get(code, {}).get(kind) for kind in kinds)
    ]
    if not codes:
        return html("p", w.t("no_alarms"))
    rows: list[list[Cell]] = [
        [
            w.check(code),
            *(Number(w.count(changes.get(code, {}).get(kind, 0))) for kind in kinds),
            *(Number(w.count(opened.get(code, {}).get(state, 0))) for state in states),
        ]
        for code in codes
    ]
    return table(w.t("alarms_caption"), list(map(w.t, ("check", "new", *kinds[1:], *states))), rows)


def _missing_bars(w: Writer, groups: Mapping[str, Group]) -> Any:
    """Returns the function that draws the missing share, because a coverage near 100 % looks the same everywhere."""
    bars = [
        Bar(
            name,
            [share(group.expected - group.received, group.expected)],
            w.t("bar", percent=w.percent(group.received, group.expected),
                missing=w.count(group.expected - group.received)),
            w.t("bar_tip", name=name, received=w.count(group.received),
                intervals=w.counted(group.expected, "of_interval")),
        )
        for name, group in _due(groups)
    ]  # fmt: skip
    return lambda caption, width: bar_chart(bars, caption, width=width)


def _described(w: Writer, groups: Mapping[str, Group]) -> str:
    return "; ".join(
        w.t("coverage_of", name=name, percent=w.percent(group.received, group.expected)) for name, group in _due(groups)
    )


def _due(groups: Mapping[str, Group]) -> list[tuple[str, Group]]:
    return [(name, group) for name, group in groups.items() if group.expected][:_BARS]


def _note_of_many(w: Writer, groups: Mapping[str, Group]) -> Markup:
    due = sum(1 for group in groups.values() if group.expected)
    return html("p", w.t("many_counties", n=_BARS)) if due > _BARS else joined()


def _groups(w: Writer, kind: str, groups: Mapping[str, Group]) -> Markup:
    rows: list[list[Cell]] = [
        [
            isolated(name),
            Number(w.count(group.metering_points)),
            Number(w.count(group.complete)),
            Number(w.percent(group.received, group.expected)),
            Number(w.energy(group.kwh)),
            Number(w.energy(group.validated_kwh)),
        ]
        for name, group in groups.items()
    ]
    names = ("metering_points", "complete", "coverage", "reported", "to_use")
    return table(w.t("groups_caption", kind=kind), [kind, *map(w.t, names)], rows)


def _finding_bar(w: Writer, code: str, counts: Mapping[str, int]) -> Bar:
    found, notes = counts.get("alarm", 0), counts.get("note", 0)
    tip = w.t("finding_tip", check=w.check(code), alarms=w.counted(found, "alarm"), notes=w.counted(notes, "note"))
    return Bar(w.check(code), [found, notes], w.count(found + notes), tip)


def _where(point: Mapping[str, Any]) -> str:
    places: Iterable[str | None] = dict.fromkeys((point.get("city"), point.get("county")))
    return ", ".join(place for place in places if place) or NONE


def _reason(w: Writer, reason: Mapping[str, Any]) -> tuple[Content, ...]:
    note = w.t("is_note") if reason["severity"] == "note" else ""
    return f"{reason['code']}: ", w.words(reason), note
