"""The chart of a metering point's day with its like days: one picture for wide pages and one for narrow ones."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from markupsafe import Markup

from domain.days import format_instant
from lambdas.reporter.charts import Band, Caption, Gap, LineChart, Series, line_chart
from operations.console.data.metering_days import DaySummary, Interval, MeteringDay
from operations.console.view import View

_WIDTHS = (("wide", 960), ("narrow", 420))


def day_charts(view: View, day: MeteringDay, like: Sequence[DaySummary], named: Collection[str]) -> list[Markup]:
    """Draws the day's consumption in both widths. Missing and named intervals are hatched."""
    if not day.intervals:
        return []
    chart = _chart(view, day, like, named)
    t = view.text("alarm")
    number = len(day.missing)
    about = t("chart_about", received=day.expected - number, expected=day.expected, missing=number, like=len(like))
    pictures = []
    for name, width in _WIDTHS:
        caption = Caption(
            f"day-{name}", str(t("chart_title", day=view.formats.plain_day(day.publication.date))), str(about)
        )
        picture = line_chart(chart, caption, width=width, height=280)
        pictures.append(Markup('<div class="chart-{}">{}</div>').format(name, Markup(picture)))  # noqa: S704  it is escaped
    return pictures


def _chart(view: View, day: MeteringDay, like: Sequence[DaySummary], named: Collection[str]) -> LineChart:
    t, intervals = view.text("alarm"), day.intervals
    values = [interval.kwh for interval in intervals]
    series = [Series(str(t("reported")), values)]
    if any(interval.kwh is None and interval.validated is not None for interval in intervals):
        estimates = [interval.validated if interval.kwh is None else None for interval in intervals]
        series.append(Series(str(t("estimated")), estimates))
    bands = []
    same = [each.kwh_values for each in like if len(each.kwh_values) == len(intervals)]
    if same:
        columns = list(zip(*same, strict=True))
        bands.append(
            Band(str(t("like_band")), [min(column) for column in columns], [max(column) for column in columns])
        )
    return LineChart(
        series=series,
        labels=_labels(view, day),
        unit="kWh",
        write=lambda value: view.formats.number(f"{value:.6g}"),
        bands=bands,
        gaps=list(_gaps(intervals, named)),
        gap_name=str(t("named_intervals")),
        tips=[_tip(view, interval) for interval in intervals],
    )


def _gaps(intervals: Sequence[Interval], named: Collection[str]) -> list[Gap]:
    def is_marked(pair: tuple[int, Interval]) -> bool:
        return pair[1].is_missing or format_instant(pair[1].start) in named

    gaps = []
    for marked, group in groupby(enumerate(intervals), key=is_marked):
        if marked:
            run = list(group)
            gaps.append(Gap(run[0][0], run[-1][0] + 1))
    return gaps


def _labels(view: View, day: MeteringDay) -> list[tuple[float, str]]:
    """Returns a label each 3 hours of local time, at the place of the interval that begins then."""
    found = []
    for index, interval in enumerate(day.intervals):
        local = view.formats.local(interval.start)
        if local.minute == 0 and local.hour % 3 == 0:
            found.append((float(index), f"{local:%H:%M}"))
    return found


def _tip(view: View, interval: Interval) -> str:
    t = view.text("alarm")
    start = interval.start
    until = start + timedelta(minutes=interval.minutes)
    when = f"{_clock(view, start)}–{_clock(view, until)}"  # noqa: RUF001  a range
    if interval.kwh is None:
        return f"{when}: {t('missing')}"
    return f"{when}: {view.formats.kwh(interval.kwh)}"


def _clock(view: View, instant: datetime) -> str:
    return f"{view.formats.local(instant):%H:%M}"
