"""Draws a stacked column for each day, such as measured, estimated and missing intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lambdas.reporter.charts.axes import Entry, Frame, framed, legend
from lambdas.reporter.charts.scales import ticks
from lambdas.reporter.charts.styles import PATTERNS, painted, patterns
from lambdas.reporter.charts.svg import Caption, element, picture, tip


@dataclass(frozen=True)
class Column:
    """A day: its label below the axis, its parts from the bottom on, and the text for the mouse."""

    label: str
    parts: Sequence[float]
    tip: str


def stacked_columns(
    columns: Sequence[Column],
    caption: Caption,
    *,
    names: Sequence[str],
    unit: str,
    write: Callable[[float], str],
    width: float = 720,
    height: float = 260,
) -> str:
    """Draws the columns in their order. `names` are the names of the parts, at most 4. One part needs no legend."""
    assert len(names) <= PATTERNS  # noqa: S101  the caller's number of parts is fixed
    key, top = legend(
        [Entry(name, element("rect", width=24, height=12, **painted(caption.ident, index)))
         for index, name in enumerate(names) if len(names) > 1], width)  # fmt: skip
    marks = ticks(0, max((sum(column.parts) for column in columns), default=0))
    labels = [(index + 0.5, column.label) for index, column in enumerate(columns)]
    frame = framed(
        (width, height),
        top=top,
        horizontal=(0, max(len(columns), 1)),
        labels=labels,
        marks=marks,
        write=write,
        unit=unit,
    )
    drawings = [_column(column, index, frame, caption.ident) for index, column in enumerate(columns)]
    return picture(caption, width, height, patterns(caption.ident, len(names)), key, frame.drawing, *drawings)


def _column(column: Column, index: int, frame: Frame, ident: str) -> str:
    start, end = frame.x.at(index + 0.12), frame.x.at(index + 0.88)
    done, drawings = 0.0, [tip(column.tip)]
    for place, part in enumerate(column.parts):
        bottom, done = frame.y.at(done), done + part
        if part > 0:
            height = max(bottom - frame.y.at(done), 0.5)
            drawings.append(
                element("rect", x=start, y=bottom - height, width=end - start, height=height, **painted(ident, place))
            )
    return element("g", *drawings)
