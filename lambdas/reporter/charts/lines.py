"""Draws values over time: lines and areas with bands and gaps. The duration curve is one of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from lambdas.reporter.charts.axes import Entry, Frame, framed, legend
from lambdas.reporter.charts.scales import known, ticks
from lambdas.reporter.charts.styles import DASHES, drawn, filled, pattern_id
from lambdas.reporter.charts.svg import Caption, element, label, number, path, picture, tip


@dataclass(frozen=True)
class Series:
    """A value for each interval. None is a missing one: the line has a gap there."""

    name: str
    values: Sequence[float | None]
    is_area: bool = False


@dataclass(frozen=True)
class Band:
    """A range for each interval, such as the values of like days or the voltages that a standard allows."""

    name: str
    low: Sequence[float | None]
    high: Sequence[float | None]


@dataclass(frozen=True)
class Gap:
    """The intervals from `start` to before `end` have a fault: they are hatched over the whole height."""

    start: float
    end: float
    tip: str = ""


@dataclass(frozen=True)
class Rule:
    """A horizontal line at a value, such as a contracted power."""

    name: str
    value: float


@dataclass(frozen=True)
class LineChart:
    """The numbers and words of a line chart. At most 4 series.

    `labels` are texts below the axis, by position: interval 0 lies between the positions 0 and 1. `tips` has a text
    for each interval. `write` writes a number in the reader's format. The axis begins at 0, or near the lowest value.
    """

    series: Sequence[Series]
    labels: Sequence[tuple[float, str]]
    unit: str
    write: Callable[[float], str]
    bands: Sequence[Band] = ()
    gaps: Sequence[Gap] = ()
    gap_name: str = ""
    rules: Sequence[Rule] = ()
    tips: Sequence[str] = ()
    from_zero: bool = True
    is_stepped: bool = True
    """Whether a value counts for its whole interval. Else the line joins the middles of the intervals."""


def line_chart(chart: LineChart, caption: Caption, width: float = 720, height: float = 260) -> str:
    """Draws a line chart."""
    count = max([len(each.values) for each in chart.series] + [len(each.high) for each in chart.bands] + [1])
    key, top = legend(list(_entries(chart, caption.ident)), width)
    values = _all_values(chart)
    low = 0.0 if chart.from_zero else min(values, default=0)
    frame = framed(
        (width, height),
        top=top,
        horizontal=(0, count),
        labels=chart.labels,
        marks=ticks(min(low, min(values, default=0)), max(values, default=1)),
        write=chart.write,
        unit=chart.unit,
    )
    return picture(
        caption,
        width,
        height,
        _hatching(caption.ident),
        key,
        frame.drawing,
        *(_gap(gap, frame, caption.ident) for gap in chart.gaps),
        *(_band(band, frame) for band in chart.bands),
        *(_rule(rule, frame) for rule in chart.rules),
        *(_series(each, index, frame, chart.is_stepped) for index, each in enumerate(chart.series)),
        *(_tips(chart.tips, frame)),
    )


def duration_curve(
    values: Sequence[float | None],
    caption: Caption,
    *,
    name: str,
    unit: str,
    write: Callable[[float], str],
    labels: Sequence[tuple[float, str]],
    width: float = 720,
    height: float = 260,
) -> str:
    """Draws the values from the highest on: how long at least which value was reached.

    `labels` are texts by the share of the time, from 0 to 1. Missing values are left out.
    """
    ordered = sorted(known(values), reverse=True)
    places = [(share * max(len(ordered), 1), text) for share, text in labels]
    chart = LineChart([Series(name, ordered, is_area=True)], places, unit, write)
    return line_chart(chart, caption, width, height)


def _all_values(chart: LineChart) -> list[float]:
    return known(
        [
            *(value for series in chart.series for value in series.values),
            *(value for band in chart.bands for value in (*band.low, *band.high)),
            *(rule.value for rule in chart.rules),
        ]
    )


def _runs(series: Sequence[Sequence[float | None]]) -> Iterator[tuple[int, int]]:
    """Yields the ranges of intervals in which all sequences have a value."""
    there = [all(value is not None for value in values) for values in zip(*series, strict=True)]
    edges = [index for index, (a, b) in enumerate(pairwise([False, *there, False])) if a != b]
    yield from zip(edges[::2], edges[1::2], strict=True)


def _points(
    values: Sequence[float | None], run: tuple[int, int], frame: Frame, is_stepped: bool
) -> list[tuple[float, float]]:
    points = []
    for index in range(*run):
        value = values[index]
        y = frame.y.at(value if value is not None else 0)
        places = (index, index + 1) if is_stepped else (index + 0.5,)
        points += [(frame.x.at(place), y) for place in places]
    return points


def _series(series: Series, index: int, frame: Frame, is_stepped: bool) -> str:
    colour, drawings = str(index + 1), []
    for run in _runs([series.values]):
        points = _points(series.values, run, frame, is_stepped)
        if series.is_area:
            base = frame.y.at(0)
            around = [(points[0][0], base), *points, (points[-1][0], base)]
            drawings.append(element("path", d=path(around, is_closed=True), fill_opacity=0.18, **filled(colour)))
        if len(points) == 1:
            (x, y) = points[0]
            drawings.append(element("circle", cx=x, cy=y, r=2.5, **filled(colour)))
        look = {"stroke_linejoin": "round", "stroke_dasharray": DASHES[index] if index else None, **drawn(colour)}
        drawings.append(element("path", d=path(points), stroke_width=2, **look))
    return "".join(drawings)


def _band(band: Band, frame: Frame) -> str:
    drawings = []
    for run in _runs([band.low, band.high]):
        above = _points(band.high, run, frame, is_stepped=True)
        below = _points(band.low, run, frame, is_stepped=True)
        outline = path([*above, *reversed(below)], is_closed=True)
        drawings.append(element("path", d=outline, fill_opacity=0.3, **filled("band")))
    return "".join(drawings)


def _gap(gap: Gap, frame: Frame, ident: str) -> str:
    start, end = frame.x.at(gap.start), frame.x.at(gap.end)
    return element(
        "rect",
        *([tip(gap.tip)] if gap.tip else []),
        x=start,
        y=frame.y.end,
        width=max(end - start, 1),
        height=frame.y.start - frame.y.end,
        fill=f"url(#{pattern_id(ident, 9)})",
    )


def _rule(rule: Rule, frame: Frame) -> str:
    y = frame.y.at(rule.value)
    line = f"M{number(frame.x.start)} {number(y)}H{number(frame.x.end)}"
    return element("path", d=line, stroke_width=1.5, stroke_dasharray="1 3", **drawn("bad")) + label(
        rule.name, frame.x.end, y - 4, text_anchor="end"
    )


def _tips(texts: Sequence[str], frame: Frame) -> Iterator[str]:
    for index, text in enumerate(texts):
        start, end = frame.x.at(index), frame.x.at(index + 1)
        yield element(
            "rect", tip(text), x=start, y=frame.y.end, width=end - start, height=frame.y.start - frame.y.end,
            fill="transparent",
        )  # fmt: skip


def _entries(chart: LineChart, ident: str) -> Iterator[Entry]:
    """Yields the legend. A single series without anything else needs none: the title says what it is."""
    has_more = chart.bands or chart.gaps
    for index, series in enumerate(chart.series if len(chart.series) > 1 or has_more else ()):
        dashes = DASHES[index] if index else None
        yield Entry(
            series.name,
            element("path", d="M0 6H24", stroke_width=2, stroke_dasharray=dashes, **drawn(str(index + 1))),
        )
    for band in chart.bands:
        yield Entry(band.name, element("rect", width=24, height=12, fill_opacity=0.3, **filled("band")))
    if chart.gaps and chart.gap_name:
        yield Entry(chart.gap_name, element("rect", width=24, height=12, fill=f"url(#{pattern_id(ident, 9)})"))


def _hatching(ident: str) -> str:
    lines = element("path", d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5", stroke_width=1.2, **drawn("bad"))
    return element(
        "defs",
        element("pattern", lines, id=pattern_id(ident, 9), width=6, height=6, patternUnits="userSpaceOnUse"),
    )
