"""Draws a bar for each label, with the number beside it. A bar can have 2 parts, the second one hatched."""

from collections.abc import Sequence
from dataclasses import dataclass

from lambdas.reporter.charts.axes import Entry, legend
from lambdas.reporter.charts.scales import Scale
from lambdas.reporter.charts.styles import drawn, painted, patterns
from lambdas.reporter.charts.svg import FONT, Caption, element, label, number, picture, shortened, tip, width_of

_ROW = 24
_LABELS = 0.4
"""The most share of the width that the labels take."""


@dataclass(frozen=True)
class Bar:
    """A label with its parts, and the text of its number in the reader's format."""

    label: str
    parts: Sequence[float]
    written: str
    tip: str = ""


def bar_chart(
    bars: Sequence[Bar], caption: Caption, *, names: Sequence[str] = (), most: float | None = None, width: float = 720
) -> str:
    """Draws the bars in their order. `names` are the names of the parts, for the legend. `most` is a full bar."""
    key, top = legend([Entry(name, _sample(caption.ident, index)) for index, name in enumerate(names)], width)
    left = min(max((width_of(bar.label) for bar in bars), default=0) + 8, width * _LABELS)
    right = max((width_of(bar.written) for bar in bars), default=0) + 8
    full = most if most is not None else max((sum(bar.parts) for bar in bars), default=0)
    scale = Scale(0, full or 1, left, max(width - right, left + 1))
    axis = element(
        "path", d=f"M{number(left)} {number(top)}V{number(top + _ROW * len(bars))}", stroke_width=1, **drawn("grid")
    )
    rows = [_row(bar, top + index * _ROW, scale, caption.ident) for index, bar in enumerate(bars)]
    height = top + _ROW * max(len(bars), 1)
    hatching = patterns(caption.ident, max((len(bar.parts) for bar in bars), default=1))
    return picture(caption, width, height, hatching, key, axis, *rows)


def _row(bar: Bar, top: float, scale: Scale, ident: str) -> str:
    middle, start, drawings, done = top + _ROW / 2 + FONT / 3, scale.start, [], 0.0
    for index, part in enumerate(bar.parts):
        done += part
        end = scale.at(done)
        if part > 0:
            length = max(end - start, 1)
            drawings.append(element("rect", x=start, y=top + 4, width=length, height=_ROW - 8, **painted(ident, index)))
        start = end
    return element(
        "g",
        tip(bar.tip or f"{bar.label}: {bar.written}"),
        label(shortened(bar.label, scale.start - 8), scale.start - 6, middle, text_anchor="end"),
        *drawings,
        label(bar.written, start + 6, middle),
    )


def _sample(ident: str, index: int) -> str:
    return element("rect", width=24, height=12, **painted(ident, index))
