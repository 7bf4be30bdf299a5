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
from lambdas.reporter.written import ENGLISH, Writer, local, unit_of

type Summaries = Mapping[date, Mapping[str, Any]]
"""The newest summary of each day that has one."""


def days_of(month: date) -> list[date]:
    """Returns the days of the month that begins at `month`."""
    following = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return [month + timedelta(days=index) for index in range((following - month).days)]


def month_report(month: date, summaries: Summaries, w: Writer = ENGLISH) -> str:
    """Returns the page. There must be a summary. Raises `KeyError` and `InvalidSummaryError`."""
    numbers = {day: Numbers.of_json(summary) for day, summary in sorted(summaries.items())}
    total = Numbers()
    for each in numbers.values():
        total.merge(Numbers(each.total, [], each.types, each.counties, each.findings, each.with_alarm, each.estimated))
    days = days_of(month)
    title = w.t("month_title", month=w.month(month))
    return page(
        title,
        html("h1", title),
        html("p", _about(w, days, summaries), class_="quiet"),
        *_warnings(w, days, summaries),
        _figures(w, total),
        html("h2", w.t("coverage")),
        _missing(w, days, numbers),
        sections.coverage(w, total),
        html("h2", w.t("energy")),
        _energy(w, days, numbers),
        _load(w, days, numbers),
        _duration(w, numbers),
        html("h2", w.t("findings")),
        sections.findings(w, total),
        html("h2", w.t("worst_points")),
        _worst(w, numbers),
        html("h2", w.t("corrections")),
        _corrections(w, summaries),
        language=w.language,
    )


def _about(w: Writer, days: Sequence[date], summaries: Summaries) -> str:
    newest = max(summaries)
    zone = ZoneInfo(summaries[newest]["time_zone"])
    made = local(max(parse_instant(each["published_at"]) for each in summaries.values()), zone)
    return w.t("month_about", n=len(summaries), days=len(days), made=made, zone=zone.key)


def _warnings(w: Writer, days: Sequence[date], summaries: Summaries) -> Iterator[Markup]:
    missing = [day.isoformat() for day in days if day < max(summaries) and day not in summaries]
    if missing:
        yield html("p", w.t("days_without", days=", ".join(missing)), class_="warning")
    partial = [day.isoformat() for day, each in sorted(summaries.items()) if each["shards_without_numbers"]]
    if partial:
        yield html("p", w.t("partial_days", days=", ".join(partial)), class_="warning")


def _figures(w: Writer, numbers: Numbers) -> Markup:
    total = numbers.total
    alarms = sum(each.get("alarm", 0) for each in numbers.findings.values())
    return cards(
        [
            (w.t("coverage"), w.percent(total.received, total.expected),
             w.t("of", part=w.count(total.received), whole=w.counted(total.expected, "of_interval"))),
            (w.t("complete_days"), w.percent(total.complete, total.metering_points),
             w.t("complete_days_note", part=w.count(total.complete), whole=w.count(total.metering_points))),
            (w.t("energy_to_use"), w.energy(total.validated_kwh), w.t("were_reported", energy=w.energy(total.kwh))),
            (w.t("findings"), w.count(alarms), w.t("findings_note")),
        ]
    )  # fmt: skip


def _missing(w: Writer, days: Sequence[date], numbers: Mapping[date, Numbers]) -> Markup:
    columns = []
    for day in days:
        amount = _missing_of(numbers[day]) if day in numbers else 0
        tip = w.t("day_tip", day=day, what=w.counted(amount, "missing_interval"))
        columns.append(Column(str(day.day), [amount], tip if day in numbers else w.t("no_summary", day=day)))
    rows: list[list[Cell]] = [
        [
            day.isoformat(),
            Number(w.count(each.total.expected)),
            Number(w.count(each.total.received)),
            Number(w.percent(each.total.received, each.total.expected)),
            Number(w.count(each.total.complete)),
        ]
        for day, each in numbers.items()
    ]
    head = list(map(w.t, ("day_head", "due", "received", "coverage", "complete_points")))
    said = w.t("missing_of_month", n=w.count(sum(int(column.parts[0]) for column in columns)))
    return block(
        html("h3", w.t("missing_by_day")),
        figure(_drawn(w, columns, w.t("intervals_unit"), 1), "missing-days", w.t("missing_by_day"), said),
        numbers_of(w.t("the_numbers"), table(w.t("intervals_by_day"), head, rows)),
    )


def _missing_of(numbers: Numbers) -> int:
    return numbers.total.expected - numbers.total.received


def _energy(w: Writer, days: Sequence[date], numbers: Mapping[date, Numbers]) -> Markup:
    values = {day: numbers[day].total.validated_kwh for day in days if day in numbers}
    unit, factor = unit_of(list(map(float, values.values())))
    columns = [
        Column(
            str(day.day),
            [float(values.get(day, 0))],
            w.t("day_tip", day=day, what=w.energy(values[day])) if day in values else w.t("no_summary", day=day),
        )
        for day in days
    ]
    rows: list[list[Cell]] = [
        [day.isoformat(), Number(w.exact(numbers[day].total.kwh)), Number(w.exact(value))]
        for day, value in values.items()
    ]
    low, high = min(values, key=values.__getitem__), max(values, key=values.__getitem__)
    least, most = w.energy(values[low]), w.energy(values[high])
    said = w.t("energy_extremes", low=low, least=least, high=high, most=most)
    head = list(map(w.t, ("day_head", "reported", "to_use")))
    return block(
        html("h3", w.t("energy_by_day")),
        figure(_drawn(w, columns, unit, factor), "energy-days", w.t("energy_by_day"), said),
        numbers_of(w.t("the_numbers"), table(w.t("energy_by_day_kwh"), head, rows)),
    )


def _load(w: Writer, days: Sequence[date], numbers: Mapping[date, Numbers]) -> Markup:
    values: list[float | None] = []
    labels, gaps = [], []
    for day in days:
        labels.append((float(len(values)), str(day.day)))
        if day in numbers:
            values += [float(hour.validated_kwh) for hour in numbers[day].hours]
        else:
            gaps.append(Gap(len(values), len(values) + 24, w.t("no_summary", day=day)))
            values += [None] * 24
    unit, factor = unit_of([value for value in values if value is not None], is_power=True)
    chart = LineChart(
        [Series(w.t("mean_power"), values)],
        labels,
        unit,
        lambda value: w.axis(value / factor),
        gaps=gaps,
        gap_name=w.t("no_summary_name"),
    )

    def draw(caption: Caption, width: float) -> str:
        return line_chart(chart, caption, width)

    return block(
        html("h3", w.t("load_curve")), figure(draw, "load", w.t("load_mean_power"), w.t("load_of_month"))
    )  # fmt: skip


def _duration(w: Writer, numbers: Mapping[date, Numbers]) -> Markup:
    values = [float(hour.validated_kwh) for each in numbers.values() for hour in each.hours]
    unit, factor = unit_of(values, is_power=True)
    labels = [(share / 4, f"{round(share / 4 * len(values))} h") for share in range(5)]

    def draw(caption: Caption, width: float) -> str:
        return duration_curve(
            values,
            caption,
            name=w.t("power"),
            unit=unit,
            write=lambda value: w.axis(value / factor),
            labels=labels,
            width=width,
        )

    high, low = (w.number(f"{pick(values, default=0) / factor:,.2f}") for pick in (max, min))
    return block(
        html("h3", w.t("duration_curve")),
        html("p", w.t("month_duration")),
        figure(draw, "duration", w.t("duration_title"), w.t("power_range", high=high, low=low, unit=unit)),
    )


def _worst(w: Writer, numbers: Mapping[date, Numbers]) -> Markup:
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
        return html("p", w.t("no_worst"))
    rows: list[list[Cell]] = [
        [
            isolated(point["number"]),
            isolated(point["where"]),
            Number(w.count(point["days"])),
            Number(w.count(point["expected"] - point["received"])),
            ", ".join(
                w.t("code_on_days", code=code, days=w.counted(n, "on_day"))
                for code, n in sorted(point["codes"].items())
            ),
        ]
        for point in ordered
    ]
    head = list(map(w.t, ("metering_point", "where", "days", "missing", "reasons")))
    return table(w.t("month_worst_caption", n=WORST, points=ALARM_POINTS), head, rows)


def _corrections(w: Writer, summaries: Summaries) -> Markup:
    rows: list[list[Cell]] = [
        [
            day.isoformat(),
            Number(w.count(summary["number"])),
            Number(
                w.count(summary["change"]["intervals"]) if summary["change"]["intervals"] is not None else w.t("all")
            ),
            Number(f"{w.number(summary['change']['kwh_before'])} kWh"),
            Number(f"{w.number(summary['change']['kwh_after'])} kWh"),
        ]
        for day, summary in sorted(summaries.items())
        if summary["change"]
    ]
    if not rows:
        return html("p", w.t("no_corrections"))
    head = list(map(w.t, ("day_head", "publications", "changed_intervals", "before", "after")))
    return joined(html("p", w.t("last_corrections")), table(w.t("newest_against"), head, rows))


def _drawn(w: Writer, columns: Sequence[Column], unit: str, factor: float) -> Any:
    def draw(caption: Caption, width: float) -> str:
        return stacked_columns(
            columns, caption, names=[unit], unit=unit, write=lambda value: w.axis(value / factor), width=width,
            height=200,
        )  # fmt: skip

    return draw
