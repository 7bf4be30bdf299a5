"""Draws the frame of a chart: horizontal lines with the numbers of the vertical axis, the labels below, the legend."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from lambdas.reporter.charts.scales import Scale
from lambdas.reporter.charts.styles import drawn
from lambdas.reporter.charts.svg import FONT, element, label, number, width_of

LINE = 18
"""The height of a line of text."""

_GAP = 8


@dataclass(frozen=True)
class Frame:
    """The scales of a chart between its margins, and the elements of its frame."""

    x: Scale
    y: Scale
    drawing: str


@dataclass(frozen=True)
class Entry:
    """A line of the legend: a small drawing in a field of 24 by 12 with the corner at (0, 0), and its name."""

    name: str
    drawing: str


def framed(
    size: tuple[float, float],
    *,
    top: float,
    horizontal: tuple[float, float],
    labels: Sequence[tuple[float, str]],
    marks: Sequence[float],
    write: Callable[[float], str],
    unit: str,
) -> Frame:
    """Draws a frame below `top`. `horizontal` are the ends of the horizontal axis, and `labels` its texts by position.

    `marks` are the ticks of the vertical axis, whose first and last one are its ends.
    """
    width, height = size
    numbers = [write(mark) for mark in marks]
    left = max(width_of(each) for each in numbers) + _GAP
    x = Scale(*horizontal, left, width - 4)
    y = Scale(marks[0], marks[-1], height - LINE - 4, top + LINE + 6)
    lines = [
        element("path", d=f"M{number(left)} {number(y.at(mark))}H{number(x.end)}", stroke_width=1, **drawn("grid"))
        for mark in marks
    ]
    texts = [
        label(written, left - _GAP / 2, y.at(mark) + FONT / 3, text_anchor="end")
        for mark, written in zip(marks, numbers, strict=True)
    ]
    below = list(_below(x, y.start + LINE, labels))
    return Frame(x, y, "".join([*lines, *texts, label(unit, 0, top + FONT - 2), *below]))


def legend(entries: Sequence[Entry], width: float) -> tuple[str, float]:
    """Draws a legend at the top. Returns it with its height, which is 0 without entries."""
    x, y, drawings = 0.0, 0.0, []
    for entry in entries:
        needed = 30 + width_of(entry.name) + 2 * _GAP
        if x and x + needed > width:
            x, y = 0.0, y + LINE
        place = f"translate({number(x)} {number(y)})"
        drawings.append(element("g", entry.drawing, label(entry.name, 30, 10), transform=place))
        x += needed
    return "".join(drawings), y + LINE + 4 if entries else 0


def _below(x: Scale, y: float, labels: Sequence[tuple[float, str]]) -> Iterator[str]:
    """Yields the labels of the horizontal axis. A label that would touch the one before is left out.

    A step without a label has an empty text, which takes no place.
    """
    free = -_GAP * 1.0
    for position, text in labels:
        half = width_of(text) / 2
        middle = min(max(x.at(position), half), x.end + 4 - half)
        if not text or middle - half < free + _GAP:
            continue
        free = middle + half
        yield label(text, middle, y, text_anchor="middle")
