"""Writes the report of a day out of its summary alone. So the same summary gives the same bytes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from domain.days import parse_instant
from domain.summaries import ALARM_POINTS, Group, Numbers
from lambdas.reporter import sections
from lambdas.reporter.charts import (
    Caption,
    Column,
    Gap,
    LineChart,
    Series,
    duration_curve,
    line_chart,
    stacked_columns,
)
from lambdas.reporter.pages import (
    Cell,
    Content,
    Markup,
    Number,
    block,
    cards,
    figure,
    html,
    joined,
    numbers_of,
    page,
    table,
)
from lambdas.reporter.written import (
    axis,
    count,
    counted,
    day_in_words,
    energy,
    hours_of,
    local,
    percent,
    signed,
    unit_of,
)


def day_report(summary: Mapping[str, Any]) -> str:
    """Returns the page. Raises `KeyError` and `InvalidSummaryError` for a value that is no summary."""
    numbers = Numbers.of_json(summary)
    day = date.fromisoformat(summary["date"])
    zone = ZoneInfo(summary["time_zone"])
    hours = hours_of(parse_instant(summary["day_start"]), len(numbers.hours), zone)
    before = summary["before"]
    return page(
        f"Report of {day}, publication {summary['number']}",
        html("h1", f"Report of {day_in_words(day)}"),
        html(
            "p",
            f"Publication {summary['number']}, made {local(parse_instant(summary['published_at']), zone)}. It has the"
            f" readings as known at {local(parse_instant(summary['as_known_at']), zone)}. Times are of {zone.key}.",
            class_="quiet",
        ),
        *_warnings(summary),
        _figures(summary, numbers),
        html("h2", "Changes since the last publication"),
        _changes(summary, numbers),
        html("h2", "Coverage"),
        _missing_by_hour(numbers.hours, hours),
        sections.coverage(numbers),
        html("h2", "Energy"),
        _load(numbers.hours, hours, summary["week_before"]),
        _duration(numbers.hours),
        html("h2", "Findings"),
        sections.findings(numbers, before["findings"] if before else None),
        html("h2", "Alarms"),
        sections.alarms(summary["alarms"]["changes"], summary["alarms"]["open"]),
        html("h2", "Worst metering points"),
        sections.worst(
            numbers.worst,
            f"The worst {len(numbers.worst)}: the percent of missing intervals, and {ALARM_POINTS} for each alarm.",
        ),
        html("h2", "About this report"),
        _about(summary, numbers),
    )


def _warnings(summary: Mapping[str, Any]) -> Iterator[Markup]:
    if summary["shards_without_numbers"]:
        yield html(
            "p",
            f"{summary['shards_without_numbers']} of {counted(summary['shards'], 'shard')} have no numbers. An older"
            " version of the system published them. Run the whole day again to get them.",
            class_="warning",
        )
    if summary["rows_without_customer"]:
        yield html(
            "p", f"{counted(summary['rows_without_customer'], 'reading')} of this day have no customer.",
            class_="warning",
        )  # fmt: skip


def _figures(summary: Mapping[str, Any], numbers: Numbers) -> Markup:
    total = numbers.total
    opened = sum(sum(states.values()) for states in summary["alarms"]["open"].values())
    changes = summary["alarms"]["changes"].values()
    new, cleared = (sum(each[kind] for each in changes) for kind in ("raised", "cleared"))
    return cards(
        [
            ("Coverage", percent(total.received, total.expected),
             f"{count(total.received)} of {counted(total.expected, 'interval')}"),
            ("Complete metering points", percent(total.complete, total.metering_points),
             f"{count(total.complete)} of {count(total.metering_points)}"),
            ("Energy to use", energy(total.validated_kwh), f"{energy(total.kwh)} were reported"),
            ("Open alarms", count(opened), f"of all days; this run: {count(new)} new, {count(cleared)} cleared"),
        ]
    )  # fmt: skip


def _changes(summary: Mapping[str, Any], numbers: Numbers) -> Markup:
    change, before = summary["change"], summary["before"]
    if change is None:
        return html("p", "This is the first publication of the day.")
    what = f"{counted(change['parts'], 'shard')} differ from publication {change['against']}"
    if change["intervals"] is None:
        text = html("p", f"{what}. The shards have other boundaries, so single intervals are not compared.")
    else:
        points, intervals = (
            counted(change["metering_points"], "metering point"),
            counted(change["intervals"], "interval"),
        )
        text = html("p", f"{what}, by {points} with {intervals}.")
    if before is None:
        return text
    old, new = Group.of_json(before["total"]), numbers.total
    rows: list[list[Cell]] = [
        ["Intervals with a reading", *_compared(old.received, new.received)],
        ["Due intervals", *_compared(old.expected, new.expected)],
        ["Complete metering points", *_compared(old.complete, new.complete)],
        ["Metering points with an alarm", *_compared(before["with_alarm"], numbers.with_alarm)],
        ["Reported energy", *_compared_energy(old.kwh, new.kwh)],
        ["Energy to use", *_compared_energy(old.validated_kwh, new.validated_kwh)],
    ]
    head = ["Count", f"Publication {before['number']}", f"Publication {summary['number']}", "Change"]
    return joined(text, table("Numbers of both publications", head, rows))


def _compared(old: int, new: int) -> list[Number]:
    return [Number(count(old)), Number(count(new)), Number(signed(new - old))]


def _compared_energy(old: Decimal, new: Decimal) -> list[Number]:
    mark = "+" if new > old else ""
    difference = f"{mark}{new - old:,f} kWh".replace("-", "\N{MINUS SIGN}") if new != old else "0 kWh"
    return [Number(energy(old)), Number(energy(new)), Number(difference)]


def _missing_by_hour(hours: Sequence[Group], texts: Sequence[str]) -> Markup:
    missing = [hour.expected - hour.received for hour in hours]
    if not any(missing):
        return html("p", "No due interval is missing.")
    columns = [
        Column(texts[index], [amount], f"{texts[index]} to {texts[index + 1]}: {counted(amount, 'missing interval')}")
        for index, amount in enumerate(missing)
    ]
    most = max(range(len(missing)), key=missing.__getitem__)

    def draw(caption: Caption, width: float) -> str:
        return stacked_columns(
            columns, caption, names=["Missing intervals"], unit="intervals", write=axis, width=width, height=200
        )  # fmt: skip

    rows: list[list[Cell]] = [
        [
            _from_to(texts, index),
            Number(count(hour.expected)),
            Number(count(hour.received)),
            Number(count(missing[index])),
        ]
        for index, hour in enumerate(hours)
    ]
    return block(
        html("h3", "Missing intervals by hour"),
        figure(draw, "missing", "Missing intervals by hour",
               f"{counted(sum(missing), 'interval')} are missing, most of them from {_from_to(texts, most)}"),
        numbers_of(table("Intervals by hour", ["Hour", "Due", "Received", "Missing"], rows)),
    )  # fmt: skip


def _load(hours: Sequence[Group], texts: Sequence[str], week_before: Mapping[str, Any] | None) -> Markup:
    to_use, reported = ([float(getattr(hour, name)) for hour in hours] for name in ("validated_kwh", "kwh"))
    series = [Series("To use", to_use, is_area=True)]
    if to_use != reported:
        series.append(Series("Reported", reported))
    if week_before and len(week_before["validated_kwh"]) == len(hours):
        series.append(Series(f"A week before, {week_before['date']}", list(map(float, week_before["validated_kwh"]))))
    unit, factor = unit_of([value for each in series for value in each.values if value is not None])
    silent = [index for index, hour in enumerate(hours) if hour.expected and not hour.received]
    chart = LineChart(
        series,
        [(index, text) for index, text in enumerate(texts) if index % 3 == 0],
        unit,
        lambda value: axis(value / factor),
        gaps=[Gap(index, index + 1, f"{_from_to(texts, index)}: no reading") for index in silent],
        gap_name="No reading",
        tips=[f"{_from_to(texts, index)}: {energy(hour.validated_kwh)}" for index, hour in enumerate(hours)],
    )
    rows: list[list[Cell]] = [
        [_from_to(texts, index), Number(f"{hour.kwh:,f}"), Number(f"{hour.validated_kwh:,f}")]
        for index, hour in enumerate(hours)
    ]
    return block(
        html("h3", "Load curve"),
        figure(lambda caption, width: line_chart(chart, caption, width), "load", "Load curve: energy by hour",
               _extremes(to_use, texts)),
        numbers_of(table("Energy by hour in kWh", ["Hour", "Reported", "To use"], rows)),
    )  # fmt: skip


def _duration(hours: Sequence[Group]) -> Markup:
    values = [float(hour.validated_kwh) for hour in hours]
    unit, factor = unit_of(values, is_power=True)
    labels = [(index / len(hours), f"{index} h") for index in range(0, len(hours) + 1, 3)] if hours else []

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

    lowest = f"The power was at least {min(values) / factor:,.2f} {unit} all day" if values else "No readings"
    highest = f", and at most {max(values) / factor:,.2f} {unit}." if values else "."
    return block(
        html("h3", "Duration curve"),
        html("p", "For how many hours the mean power of an hour was at least so high."),
        figure(draw, "duration", "Duration curve of the mean power of each hour", lowest + highest),
    )


def _extremes(values: Sequence[float], texts: Sequence[str]) -> str:
    if not values:
        return "No readings"
    low, high = (pick(range(len(values)), key=values.__getitem__) for pick in (min, max))
    return f"Lowest from {_from_to(texts, low)}, highest from {_from_to(texts, high)}"


def _from_to(texts: Sequence[str], index: int) -> str:
    return f"{texts[index]} to {texts[index + 1]}"


def _about(summary: Mapping[str, Any], numbers: Numbers) -> Markup:
    estimated = ", ".join(f"{count(n)} by {method.replace('_', ' ')}" for method, n in numbers.estimated.items())
    lines: list[Content] = [
        "An interval is due where a customer is active and supplied. A reading counts for the hour in which it starts.",
        "The energy to use has estimates in the place of missing and wrong values"
        + (f": {estimated}." if estimated else ". This day needed none."),
        f"Exactly: {numbers.total.kwh:f} kWh were reported, {numbers.total.validated_kwh:f} kWh are to be used.",
        "Other readings than due ones count as reported energy too, and not as coverage.",
        joined("Run ", html("code", summary["run"]), f", code {summary['code']}, rules {summary['rules']}, "
               f"{counted(summary['customers'], 'customer')} in {counted(summary['shards'], 'shard')}."),
    ]  # fmt: skip
    return html("ul", *(html("li", line) for line in lines))
