"""Writes the report of a month out of the newest summary of each day. The same summaries give the same bytes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.days import parse_instant
from domain.summaries import ALARM_POINTS, WORST, Numbers, badness
from lambdas.reporter import sections
from lambdas.reporter.charts import Caption, Column, Gap, LineChart, Series, duration_curve, line_chart, stacked_columns
from lambdas.reporter.pages import (
    Cell,
    Markup,
    Number,
    block,
    cards,
    figure,
    html,
    isolated,
    joined,
    numbers_of,
    page,
    table,
)
from lambdas.reporter.written import axis, count, counted, energy, local, month_in_words, percent, unit_of

type Summaries = Mapping[date, Mapping[str, Any]]
"""The newest summary of each day that has one."""


def days_of(month: date) -> list[date]:
    """Returns the days of the month that begins at `month`."""
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return [month + timedelta(days=index) for index in range((following - month).days)]


def month_report(month: date, summaries: Summaries) -> str:
    """Returns the page. There must be a summary. Raises `KeyError` and `InvalidSummaryError`."""
    numbers = {day: Numbers.of_json(summary) for day, summary in sorted(summaries.items())}
    total = Numbers()
    for each in numbers.values():
        total.merge(Numbers(each.total, [], each.types, each.counties, each.findings, each.with_alarm, each.estimated))
    days = days_of(month)
    return page(
        f"Report of {month_in_words(month)}",
        html("h1", f"Report of {month_in_words(month)}"),
        html("p", *_about(days, summaries), class_="quiet"),
        *_warnings(days, summaries),
        cards(
            [
                ("Coverage", percent(total.total.received, total.total.expected),
                 f"{count(total.total.received)} of {counted(total.total.expected, 'interval')}"),
                ("Complete days", percent(total.total.complete, total.total.metering_points),
                 f"{count(total.total.complete)} of {count(total.total.metering_points)} days of metering points"),
                ("Energy to use", energy(total.total.validated_kwh), f"{energy(total.total.kwh)} were reported"),
                ("Findings", count(sum(each.get("alarm", 0) for each in total.findings.values())),
                 "of severity alarm, each on one day"),
            ]
        ),
        html("h2", "Coverage"),
        _missing(days, numbers),
        sections.coverage(total),
        html("h2", "Energy"),
        _energy(days, numbers),
        _load(days, numbers),
        _duration(numbers),
        html("h2", "Findings"),
        sections.findings(total),
        html("h2", "Worst metering points"),
        _worst(numbers),
        html("h2", "Corrections"),
        _corrections(summaries),
    )  # fmt: skip


def _about(days: Sequence[date], summaries: Summaries) -> Iterator[str]:
    newest = max(summaries)
    zone = ZoneInfo(summaries[newest]["time_zone"])
    made = local(max(parse_instant(each["published_at"]) for each in summaries.values()), zone)
    yield (
        f"{len(summaries)} of {len(days)} days have a summary. It is the one of the day's newest publication."
        f" The last of them was made {made}. Times are of {zone.key}."
    )


def _warnings(days: Sequence[date], summaries: Summaries) -> Iterator[Markup]:
    missing = [day.isoformat() for day in days if day < max(summaries) and day not in summaries]
    if missing:
        yield html("p", f"These days have no summary: {', '.join(missing)}.", class_="warning")
    partial = [day.isoformat() for day, each in sorted(summaries.items()) if each["shards_without_numbers"]]
    if partial:
        yield html("p", f"An older version published a part of these days, without numbers: {', '.join(partial)}.",
                   class_="warning")  # fmt: skip


def _missing(days: Sequence[date], numbers: Mapping[date, Numbers]) -> Markup:
    columns = []
    for day in days:
        amount = _missing_of(numbers[day]) if day in numbers else 0
        text = f"{day}: {counted(amount, 'missing interval')}" if day in numbers else f"{day}: no summary"
        columns.append(Column(str(day.day), [amount], text))
    rows: list[list[Cell]] = [
        [
            day.isoformat(),
            Number(count(each.total.expected)),
            Number(count(each.total.received)),
            Number(percent(each.total.received, each.total.expected)),
            Number(count(each.total.complete)),
        ]
        for day, each in numbers.items()
    ]
    return block(
        html("h3", "Missing intervals by day"),
        figure(_drawn(columns, "intervals", 1), "missing-days", "Missing intervals by day",
               f"{count(sum(int(column.parts[0]) for column in columns))} due intervals of the month are missing"),
        numbers_of(table("Intervals by day", ["Day", "Due", "Received", "Coverage", "Complete metering points"], rows)),
    )  # fmt: skip


def _missing_of(numbers: Numbers) -> int:
    return numbers.total.expected - numbers.total.received


def _energy(days: Sequence[date], numbers: Mapping[date, Numbers]) -> Markup:
    values = {day: numbers[day].total.validated_kwh for day in days if day in numbers}
    unit, factor = unit_of(list(map(float, values.values())))
    columns = [
        Column(
            str(day.day),
            [float(values.get(day, 0))],
            f"{day}: {energy(values[day])}" if day in values else f"{day}: no summary",
        )
        for day in days
    ]
    rows: list[list[Cell]] = [
        [day.isoformat(), Number(f"{numbers[day].total.kwh:,f}"), Number(f"{value:,f}")]
        for day, value in values.items()
    ]
    low, high = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
    return block(
        html("h3", "Energy to use by day"),
        figure(_drawn(columns, unit, factor), "energy-days", "Energy to use by day",
               f"Lowest on {low} with {energy(values[low])}, highest on {high} with {energy(values[high])}"),
        numbers_of(table("Energy by day in kWh", ["Day", "Reported", "To use"], rows)),
    )  # fmt: skip


def _load(days: Sequence[date], numbers: Mapping[date, Numbers]) -> Markup:
    values: list[float | None] = []
    labels, gaps = [], []
    for day in days:
        labels.append((float(len(values)), str(day.day)))
        if day in numbers:
            values += [float(hour.validated_kwh) for hour in numbers[day].hours]
        else:
            gaps.append(Gap(len(values), len(values) + 24, f"{day}: no summary"))
            values += [None] * 24
    unit, factor = unit_of([value for value in values if value is not None], is_power=True)
    chart = LineChart(
        [Series("Mean power of each hour", values)],
        labels,
        unit,
        lambda value: axis(value / factor),
        gaps=gaps,
        gap_name="No summary",
    )
    return block(
        html("h3", "Load curve"),
        figure(lambda caption, width: line_chart(chart, caption, width), "load", "Load curve: mean power of each hour",
               "The energy to use of each hour of the month"),
    )  # fmt: skip


def _duration(numbers: Mapping[date, Numbers]) -> Markup:
    values = [float(hour.validated_kwh) for each in numbers.values() for hour in each.hours]
    unit, factor = unit_of(values, is_power=True)
    labels = [(share / 4, f"{round(share / 4 * len(values))} h") for share in range(5)]

    def draw(caption: Caption, width: float) -> str:
        return duration_curve(
            values,
            caption,
            name="Power",
            unit=unit,
            write=lambda value: axis(value / factor),
            labels=labels,
            width=width,
        )

    return block(
        html("h3", "Duration curve"),
        html("p", "For how many hours of the month the mean power of an hour was at least so high."),
        figure(draw, "duration", "Duration curve of the mean power of each hour",
               f"From {max(values, default=0) / factor:,.2f} down to {min(values, default=0) / factor:,.2f} {unit}"),
    )  # fmt: skip


def _worst(numbers: Mapping[date, Numbers]) -> Markup:
    points: dict[str, dict[str, Any]] = {}
    for each in numbers.values():
        for point in each.worst:
            sums = {"number": point["number"], "expected": 0, "received": 0, "alarms": 0, "days": 0, "codes": {}}
            mine = points.setdefault(point["number"], sums)
            mine["days"] += 1
            mine |= {name: mine[name] + int(point[name]) for name in ("expected", "received", "alarms")}
            mine["where"] = ", ".join(dict.fromkeys(place for place in (point["city"], point["county"]) if place))
            for reason in point["reasons"]:
                mine["codes"][reason["code"]] = mine["codes"].get(reason["code"], 0) + 1
    ordered = sorted(points.values(), key=lambda point: (-point["days"], *badness(point)))[:WORST]
    if not ordered:
        return html("p", "No metering point has a missing interval or an alarm.")
    rows: list[list[Cell]] = [
        [
            isolated(point["number"]),
            isolated(point["where"]),
            Number(count(point["days"])),
            Number(count(point["expected"] - point["received"])),
            ", ".join(f"{code} on {counted(n, 'day')}" for code, n in sorted(point["codes"].items())),
        ]
        for point in ordered
    ]
    caption = (
        f"Those that were most often among the worst {WORST} of a day: the percent of missing intervals,"
        f" and {ALARM_POINTS} for each alarm"
    )
    return table(caption, ["Metering point", "Where", "Days", "Missing", "Reasons"], rows)


def _corrections(summaries: Summaries) -> Markup:
    rows: list[list[Cell]] = [
        [
            day.isoformat(),
            Number(count(summary["number"])),
            Number(count(summary["change"]["intervals"]) if summary["change"]["intervals"] is not None else "all"),
            Number(f"{summary['change']['kwh_before']} kWh"),
            Number(f"{summary['change']['kwh_after']} kWh"),
        ]
        for day, summary in sorted(summaries.items())
        if summary["change"]
    ]
    if not rows:
        return html("p", "No day of the month has a second publication.")
    head = ["Day", "Publications", "Changed intervals", "Before", "After"]
    return joined(
        html("p", "The last correction of each day that was published more than once."),
        table("Newest publication against the one before it", head, rows),
    )


def _drawn(columns: Sequence[Column], unit: str, factor: float) -> Any:
    def draw(caption: Caption, width: float) -> str:
        return stacked_columns(
            columns, caption, names=[unit], unit=unit, write=lambda value: axis(value / factor), width=width, height=200
        )  # fmt: skip

    return draw
