"""Draws the charts of a metering point. Each is drawn in 2 widths, and the style sheet shows the one that fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from domain.days import LocalDay
from domain.readings import CONSUMPTION, PRODUCTION
from lambdas.reporter.charts import Band, Caption, Column, Gap, LineChart, Rule, Series, line_chart, stacked_columns
from operations.console.data.metering_points import Interval, PointDay
from operations.console.formats import NO_BREAK, Formats, offset
from operations.console.points.figures import ESTIMATES
from operations.console.points.periods import Period
from operations.console.points.series import (
    HIGH_V,
    LOW_V,
    PROFILE_MINUTES,
    Grid,
    Missing,
    Profile,
    Values,
    finest,
)
from operations.console.texts import Texts

WIDE, NARROW = 960, 360
MOST_TIPS = 700
"""With more steps, the chart has no text for the mouse: the page would be too large."""


@dataclass(frozen=True)
class Draughtsman:
    """Draws in the reader's language and format."""

    t: Texts
    f: Formats

    def load(
        self, period: Period, intervals: Sequence[Interval], gaps: Sequence[Missing], contracted: float | None
    ) -> Markup:
        """Draws the load curve: consumption, production, estimates, and the intervals without a reading."""
        grid = Grid.of(period, self.f.zone, _step_minutes(period, intervals))
        used = grid.values(intervals, lambda each: each.kw(CONSUMPTION.column))
        produced = grid.values(intervals, lambda each: each.kw(PRODUCTION.column))
        estimated = grid.values(intervals, _estimate)
        series = [Series(str(self.t("consumption")), used, is_area=True)]
        if any(value is not None for value in produced):
            series.append(Series(str(self.t("production")), produced))
        if any(value is not None for value in estimated):
            series.append(Series(str(self.t("estimate")), estimated))
        chart = LineChart(
            series,
            (),
            "kW",
            self._write,
            gaps=[self._gap(grid, each) for each in gaps],
            gap_name=str(self.t("no_reading")) if gaps else "",
            rules=[Rule(str(self.t("contracted")), contracted)] if contracted and _near(contracted, used) else [],
            tips=self._tips(grid, series, "kW"),
        )
        return self._timed(chart, grid, period, "load")

    def voltage(self, period: Period, intervals: Sequence[Interval]) -> Markup:
        """Draws the mean voltage with the band of EN 50160."""
        grid = Grid.of(period, self.f.zone, _step_minutes(period, intervals))
        values = grid.values(intervals, _voltage)
        series = [Series(str(self.t("voltage")), values)]
        band = Band(str(self.t("voltage_band")), [LOW_V] * grid.count, [HIGH_V] * grid.count)
        chart = LineChart(
            series, (), "V", self._write, bands=[band], from_zero=False, tips=self._tips(grid, series, "V")
        )  # fmt: skip
        return self._timed(chart, grid, period, "voltage")

    def profile(self, found: Profile) -> Markup:
        """Draws the mean day."""
        series = [
            Series(str(self.t(name)), values)
            for name, values in (("working_days", found.working), ("weekend", found.weekend))
            if any(value is not None for value in values)
        ]
        steps = 24 * 60 // PROFILE_MINUTES

        def labels(every: int) -> list[tuple[float, str]]:
            return [(hour * steps / 24, f"{hour:02}:00") for hour in range(0, 25, every)]

        tips = [
            f"{step * PROFILE_MINUTES // 60:02}:{step * PROFILE_MINUTES % 60:02} "
            + ", ".join(f"{each.name} {self._unit(each.values[step], 'kW')}" for each in series)
            for step in range(steps)
        ]
        chart = LineChart(series, (), "kW", self._write, tips=tips)
        return self._both(chart, "profile", (labels(3), labels(6)))

    def days(self, period: Period, days: Sequence[PointDay]) -> Markup:
        """Draws the energy of each day of a period. A day without due readings has no column."""
        by_day = {each.date: each for each in days}

        def columns(every: int) -> list[Column]:
            found = []
            for day in period.days():
                each = by_day.get(day)
                label = self._day_label(period, day, every)
                tip = f"{self.f.plain_day(day)}: {self.f.kwh(each.kwh) if each else self.t('no_reading')}"
                found.append(Column(label, [float(each.kwh)] if each else [], tip))
            return found

        def drawn(ident: str, width: float, every: int) -> str:
            return stacked_columns(
                columns(every), self._caption("days", ident), names=[str(self.t("consumption"))], unit="kWh",
                write=self._write, width=width,
            )  # fmt: skip

        return fitting(drawn("days-wide", WIDE, 1), drawn("days-narrow", NARROW, 2))

    def _timed(self, chart: LineChart, grid: Grid, period: Period, name: str) -> Markup:
        return self._both(chart, name, (self._labels(grid, period, 3, 1), self._labels(grid, period, 6, 2)))

    def _both(self, chart: LineChart, name: str, labels: tuple[Sequence[tuple[float, str]], ...]) -> Markup:
        wide, narrow = (replace(chart, labels=each) for each in labels)
        return fitting(
            line_chart(wide, self._caption(name, f"{name}-wide"), WIDE),
            line_chart(replace(narrow, tips=()), self._caption(name, f"{name}-narrow"), NARROW),
        )

    def _caption(self, name: str, ident: str) -> Caption:
        return Caption(ident, str(self.t(f"{name}_title")), str(self.t(f"{name}_description")))

    def _labels(self, grid: Grid, period: Period, hours: int, every: int) -> list[tuple[float, str]]:
        """Returns the hours of a day, or the days of a longer period. A day of clock change has offsets."""
        if period.view != "day":
            days = list(period.days())
            step = every if len(days) <= 7 else 2 * every + (every > 1)
            return [(grid.position(_noon(day, self.f.zone)), self._day_label(period, day, 1)) for day in days[::step]]
        found, instant = [], grid.start
        while instant <= grid.end:
            local = self.f.local(instant)
            if local.hour % hours == 0 and local.minute == 0:
                shown = f" {offset(local)}" if self.f.changes_clock(period.first) and hours > 3 else ""
                found.append((grid.position(instant), f"{local:%H:%M}{shown}"))
            instant += timedelta(minutes=30)
        return found

    def _day_label(self, period: Period, day: date, every: int) -> str:
        match period.view:
            case "week":
                return f"{self.f.weekday(day)} {self.f.short_day(day)}" if every == 1 else self.f.weekday(day)
            case "month":
                return str(day.day) if (day.day - 1) % every == 0 else ""
            case "year":
                return self.f.short_day(day) if day.day == 1 and (day.month - 1) % (every * 2 - 1) == 0 else ""
        return self.f.short_day(day)

    def _gap(self, grid: Grid, missing: Missing) -> Gap:
        start, end = self.f.local(missing.start), self.f.local(missing.end)
        text = self.t.count("missing_from_to", missing.count, start=f"{start:%H:%M}", end=f"{end:%H:%M}")
        return Gap(grid.position(missing.start), grid.position(missing.end), str(text))

    def _tips(self, grid: Grid, series: Sequence[Series], unit: str) -> list[str]:
        if grid.count > MOST_TIPS:
            return []
        tips = []
        for step in range(grid.count):
            local = self.f.local(grid.start + step * timedelta(minutes=grid.minutes))
            values = [
                f"{each.name} {self._unit(each.values[step], unit)}" for each in series if each.values[step] is not None
            ]
            shown = f"{self.f.plain_day(local.date())} {local:%H:%M}"
            if self.f.changes_clock(local.date()):
                shown += f" {offset(local)}"
            tips.append(f"{shown}: {', '.join(values) or self.t('no_reading')}")
        return tips

    def _unit(self, value: float | None, unit: str) -> str:
        return f"{self.f.number(value, 3 if unit == 'kW' else 1)}{NO_BREAK}{unit}"

    def _write(self, value: float) -> str:
        return self.f.number(f"{value:g}" if abs(value) < 1e15 else value)


def fitting(wide: str, narrow: str) -> Markup:
    """Returns both pictures. The style sheet hides one of them from everybody, also from a screen reader."""
    return Markup('<div class="chart-wide">{}</div><div class="chart-narrow">{}</div>').format(
        Markup(wide),  # noqa: S704  the charts escape their texts
        Markup(narrow),  # noqa: S704
    )


def _step_minutes(period: Period, intervals: Sequence[Interval]) -> int:
    """Returns the length of a chart's steps. A month has one for each hour: others are narrower than a pixel."""
    return max(finest(intervals), 60) if period.view == "month" else finest(intervals)


def _estimate(interval: Interval) -> float | None:
    if interval.validated_by not in ESTIMATES or interval.validated_kwh is None:
        return None
    return float(interval.validated_kwh) * 60 / interval.minutes


def _voltage(interval: Interval) -> float | None:
    value = interval.values["average_voltage_v"]
    return None if value is None else float(value)


def _near(limit: float, values: Values) -> bool:
    """Returns whether a limit is worth its place: a curve far below it would be flat."""
    return limit <= 2 * max((value for value in values if value is not None), default=0)


def _noon(day: date, zone: ZoneInfo) -> datetime:
    found = LocalDay(day, zone)
    return found.start + (found.end - found.start) / 2
