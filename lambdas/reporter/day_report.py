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
from lambdas.reporter.written import ENGLISH, Writer, hours_of, local, unit_of


def day_report(summary: Mapping[str, Any], w: Writer = ENGLISH) -> str:
    """Returns the page. Raises `KeyError` and `InvalidSummaryError` for a value that is no summary."""
    numbers = Numbers.of_json(summary)
    day = date.fromisoformat(summary["date"])
    zone = ZoneInfo(summary["time_zone"])
    hours = hours_of(parse_instant(summary["day_start"]), len(numbers.hours), zone)
    before = summary["before"]
    made, known = (local(parse_instant(summary[name]), zone) for name in ("published_at", "as_known_at"))
    return page(
        w.t("day_title", day=day, number=summary["number"]),
        html("h1", w.t("day_heading", day=w.day(day))),
        html("p", w.t("day_about", number=summary["number"], made=made, known=known, zone=zone.key), class_="quiet"),
        *_warnings(w, summary),
        _figures(w, summary, numbers),
        html("h2", w.t("changes_title")),
        _changes(w, summary, numbers),
        html("h2", w.t("coverage")),
        _missing_by_hour(w, numbers.hours, hours),
        sections.coverage(w, numbers),
        html("h2", w.t("energy")),
        _load(w, numbers.hours, hours, summary["week_before"]),
        _duration(w, numbers.hours),
        html("h2", w.t("findings")),
        sections.findings(w, numbers, before["findings"] if before else None),
        html("h2", w.t("alarms")),
        sections.alarms(w, summary["alarms"]["changes"], summary["alarms"]["open"]),
        html("h2", w.t("worst_points")),
        sections.worst(w, numbers.worst, w.t("worst_caption", n=len(numbers.worst), points=ALARM_POINTS)),
        html("h2", w.t("about_title")),
        _about(w, summary, numbers),
        language=w.language,
    )


def _warnings(w: Writer, summary: Mapping[str, Any]) -> Iterator[Markup]:
    if missing := summary["shards_without_numbers"]:
        shards = w.counted(summary["shards"], "of_shard")
        yield html("p", w.t("without_numbers", n=missing, shards=shards), class_="warning")
    if rows := summary["rows_without_customer"]:
        yield html("p", w.t("without_customer", readings=w.counted(rows, "reading")), class_="warning")


def _figures(w: Writer, summary: Mapping[str, Any], numbers: Numbers) -> Markup:
    total = numbers.total
    opened = sum(sum(states.values()) for states in summary["alarms"]["open"].values())
    changes = summary["alarms"]["changes"].values()
    new, cleared = (w.count(sum(each[kind] for each in changes)) for kind in ("raised", "cleared"))
    return cards(
        [
            (w.t("coverage"), w.percent(total.received, total.expected),
             w.t("of", part=w.count(total.received), whole=w.counted(total.expected, "of_interval"))),
            (w.t("complete_points"), w.percent(total.complete, total.metering_points),
             w.t("of", part=w.count(total.complete), whole=w.count(total.metering_points))),
            (w.t("energy_to_use"), w.energy(total.validated_kwh), w.t("were_reported", energy=w.energy(total.kwh))),
            (w.t("open_alarms"), w.count(opened), w.t("open_alarms_note", new=new, cleared=cleared)),
        ]
    )  # fmt: skip


def _changes(w: Writer, summary: Mapping[str, Any], numbers: Numbers) -> Markup:
    change, before = summary["change"], summary["before"]
    if change is None:
        return html("p", w.t("first_publication"))
    what = w.t("differ", shards=w.counted(change["parts"], "shard"), number=change["against"])
    if change["intervals"] is None:
        text = html("p", w.t("differ_boundaries", what=what))
    else:
        points = w.counted(change["metering_points"], "metering_point")
        text = html(
            "p", w.t("differ_by", what=what, points=points, intervals=w.counted(change["intervals"], "interval"))
        )
    if before is None:
        return text
    old, new = Group.of_json(before["total"]), numbers.total
    rows: list[list[Cell]] = [
        [w.t("with_reading"), *_compared(w, old.received, new.received)],
        [w.t("due_intervals"), *_compared(w, old.expected, new.expected)],
        [w.t("complete_points"), *_compared(w, old.complete, new.complete)],
        [w.t("with_alarm"), *_compared(w, before["with_alarm"], numbers.with_alarm)],
        [w.t("reported_energy"), *_compared_energy(w, old.kwh, new.kwh)],
        [w.t("energy_to_use"), *_compared_energy(w, old.validated_kwh, new.validated_kwh)],
    ]
    both = [w.t("publication", number=each["number"]) for each in (before, summary)]
    return joined(text, table(w.t("both_publications"), [w.t("count"), *both, w.t("change")], rows))


def _compared(w: Writer, old: int, new: int) -> list[Number]:
    return [Number(w.count(old)), Number(w.count(new)), Number(w.signed(new - old))]


def _compared_energy(w: Writer, old: Decimal, new: Decimal) -> list[Number]:
    mark = "+" if new > old else ""
    difference = f"{mark}{w.exact(new - old)} kWh".replace("-", "\N{MINUS SIGN}") if new != old else "0 kWh"
    return [Number(w.energy(old)), Number(w.energy(new)), Number(difference)]


def _missing_by_hour(w: Writer, hours: Sequence[Group], texts: Sequence[str]) -> Markup:
    missing = [hour.expected - hour.received for hour in hours]
    if not any(missing):
        return html("p", w.t("none_missing"))
    columns = [
        Column(
            texts[index],
            [amount],
            w.t("hour_tip", hour=_from_to(w, texts, index), what=w.counted(amount, "missing_interval")),
        )
        for index, amount in enumerate(missing)
    ]
    most = max(range(len(missing)), key=missing.__getitem__)
    names, unit = [w.t("missing_intervals")], w.t("intervals_unit")

    def draw(caption: Caption, width: float) -> str:
        return stacked_columns(columns, caption, names=names, unit=unit, write=w.axis, width=width, height=200)

    rows: list[list[Cell]] = [
        [
            _from_to(w, texts, index),
            Number(w.count(hour.expected)),
            Number(w.count(hour.received)),
            Number(w.count(missing[index])),
        ]
        for index, hour in enumerate(hours)
    ]
    head = list(map(w.t, ("hour", "due", "received", "missing")))
    said = w.t("most_missing", intervals=w.counted(sum(missing), "interval"), hour=_from_to(w, texts, most))
    return block(
        html("h3", w.t("missing_by_hour")),
        figure(draw, "missing", w.t("missing_by_hour"), said),
        numbers_of(w.t("the_numbers"), table(w.t("intervals_by_hour"), head, rows)),
    )


def _load(w: Writer, hours: Sequence[Group], texts: Sequence[str], week_before: Mapping[str, Any] | None) -> Markup:
    to_use, reported = ([float(getattr(hour, name)) for hour in hours] for name in ("validated_kwh", "kwh"))
    series = [Series(w.t("to_use"), to_use, is_area=True)]
    if to_use != reported:
        series.append(Series(w.t("reported"), reported))
    if week_before and len(week_before["validated_kwh"]) == len(hours):
        name = w.t("week_before", day=week_before["date"])
        series.append(Series(name, list(map(float, week_before["validated_kwh"]))))
    unit, factor = unit_of([value for each in series for value in each.values if value is not None])
    silent = [index for index, hour in enumerate(hours) if hour.expected and not hour.received]
    chart = LineChart(
        series,
        [(index, text) for index, text in enumerate(texts) if index % 3 == 0],
        unit,
        lambda value: w.axis(value / factor),
        gaps=[Gap(index, index + 1, w.t("no_reading_at", hour=_from_to(w, texts, index))) for index in silent],
        gap_name=w.t("no_reading"),
        tips=[
            w.t("hour_tip", hour=_from_to(w, texts, index), what=w.energy(hour.validated_kwh))
            for index, hour in enumerate(hours)
        ],
    )
    rows: list[list[Cell]] = [
        [_from_to(w, texts, index), Number(w.exact(hour.kwh)), Number(w.exact(hour.validated_kwh))]
        for index, hour in enumerate(hours)
    ]

    def draw(caption: Caption, width: float) -> str:
        return line_chart(chart, caption, width)

    head = list(map(w.t, ("hour", "reported", "to_use")))
    return block(
        html("h3", w.t("load_curve")),
        figure(draw, "load", w.t("load_by_hour"), _extremes(w, to_use, texts)),
        numbers_of(w.t("the_numbers"), table(w.t("energy_by_hour"), head, rows)),
    )


def _duration(w: Writer, hours: Sequence[Group]) -> Markup:
    values = [float(hour.validated_kwh) for hour in hours]
    unit, factor = unit_of(values, is_power=True)
    labels = [(index / len(hours), f"{index} h") for index in range(0, len(hours) + 1, 3)] if hours else []

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

    said = w.t("no_readings") + "."
    if values:
        low, high = (w.number(f"{pick(values) / factor:,.2f}") for pick in (min, max))
        said = w.t("lowest_power", power=low, unit=unit) + w.t("highest_power", power=high, unit=unit)
    return block(
        html("h3", w.t("duration_curve")),
        html("p", w.t("day_duration")),
        figure(draw, "duration", w.t("duration_title"), said),
    )


def _extremes(w: Writer, values: Sequence[float], texts: Sequence[str]) -> str:
    if not values:
        return w.t("no_readings")
    low, high = (_from_to(w, texts, pick(range(len(values)), key=values.__getitem__)) for pick in (min, max))
    return w.t("extremes", low=low, high=high)


def _from_to(w: Writer, texts: Sequence[str], index: int) -> str:
    return w.t("from_to", start=texts[index], end=texts[index + 1])


def _about(w: Writer, summary: Mapping[str, Any], numbers: Numbers) -> Markup:
    estimated = ", ".join(
        w.t("estimated_by", n=w.count(n), method=w.method(method)) for method, n in numbers.estimated.items()
    )
    kwh, validated = (w.number(f"{value:f}") for value in (numbers.total.kwh, numbers.total.validated_kwh))
    about_run = w.t(
        "about_code",
        code=summary["code"],
        rules=summary["rules"],
        customers=w.counted(summary["customers"], "customer"),
        shards=w.counted(summary["shards"], "in_shard"),
    )
    lines: list[Content] = [
        w.t("about_due"),
        w.t("about_estimates") + (f": {estimated}." if estimated else w.t("no_estimates")),
        w.t("about_exact", kwh=kwh, validated=validated),
        w.t("about_others"),
        joined(w.t("about_run"), html("code", summary["run"]), about_run),
    ]
    return html("ul", *(html("li", line) for line in lines))
