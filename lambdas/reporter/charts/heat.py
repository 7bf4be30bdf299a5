"""Draws a heat map: a row for each metering point, a column for each day, and a level in each cell.

A cell's mark is higher and darker the higher its level is, so that it can be read without colours. Neighbours of a
level in a row are one piece of one path. So a map of 10,000 rows and 30 columns has one element for each level.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from lambdas.reporter.charts.axes import Entry, legend
from lambdas.reporter.charts.styles import drawn, filled
from lambdas.reporter.charts.svg import FONT, Caption, element, label, number, picture, shortened, tip, width_of

LEVELS = 4
"""The highest level. 0 is a cell without a mark, and None a cell outside the metering point's supply."""

MOST_TIPS = 2_000
"""With more cells, the cells have no text for the mouse: the page would be too large."""

_HEIGHTS = (0.25, 0.5, 0.75, 1.0)
_LABELS = 0.4


@dataclass(frozen=True)
class Level:
    """A level for the legend: from 0 to `LEVELS`."""

    level: int
    name: str


@dataclass(frozen=True)
class HeatMap:
    """The numbers and words of a heat map. `levels` has a list for each row, with a level for each column.

    `rows` has the labels, and `tips` a text for each cell. Each of both can be empty.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    levels: Sequence[Sequence[int | None]]
    names: Sequence[Level]
    none_name: str = ""
    tips: Sequence[Sequence[str]] = ()


def heat_map(chart: HeatMap, caption: Caption, width: float = 720, row_height: float = 16) -> str:
    """Draws a heat map. Its attributes `data-...` say where the cells are, for a script that follows the mouse.

    They are `data-left`, `data-top`, `data-column` (the width) and `data-row` (the height), in the picture's units.
    """
    key, top = legend(list(_entries(chart)), width)
    left = min(max((width_of(name) for name in chart.rows), default=0) + 8, width * _LABELS)
    top += FONT + 6
    cell = (width - left) / max(len(chart.columns), 1)
    grid = _Grid(left, top, cell, row_height)
    height = top + row_height * len(chart.levels) + 2
    return picture(
        caption,
        width,
        height,
        key,
        *_labels(chart, grid),
        element("rect", x=left, y=top, width=width - left, height=row_height * len(chart.levels), stroke_width=1,
                **drawn("grid")),
        *_marks(chart, grid),
        *_tips(chart, grid),
        data_left=left,
        data_top=top,
        data_column=cell,
        data_row=row_height,
    )  # fmt: skip


@dataclass(frozen=True)
class _Grid:
    left: float
    top: float
    cell: float
    row: float

    def x(self, column: int) -> float:
        return self.left + column * self.cell

    def y(self, row: int) -> float:
        return self.top + row * self.row


def _marks(chart: HeatMap, grid: _Grid) -> Iterator[str]:
    pieces: dict[int | None, list[str]] = {}
    air = min(1.0, grid.row / 8)
    for row, levels in enumerate(chart.levels):
        column = 0
        for level, same in groupby(levels):
            count = len(list(same))
            if level != 0:
                share = 0.12 if level is None else _HEIGHTS[level - 1]
                height = (grid.row - air) * share
                bottom = grid.y(row) + (grid.row - air if level is not None else (grid.row + height) / 2)
                pieces.setdefault(level, []).append(
                    f"M{number(grid.x(column))} {number(bottom - height)}h{number(count * grid.cell)}"
                    f"v{number(height)}h{number(-count * grid.cell)}z"
                )
            column += count
    for level in (None, *range(1, LEVELS + 1)):
        if level in pieces:
            name = "grid" if level is None else f"level-{level}"
            yield element("path", d="".join(pieces[level]), **filled(name))


def _labels(chart: HeatMap, grid: _Grid) -> Iterator[str]:
    for row, name in enumerate(chart.rows):
        y = grid.y(row) + grid.row / 2 + FONT / 3
        yield label(shortened(name, grid.left - 8), grid.left - 6, y, text_anchor="end")
    free = grid.left
    for column, name in enumerate(chart.columns):
        x = grid.x(column)
        if x >= free and x + width_of(name) <= grid.x(len(chart.columns)) + 4:
            yield label(name, x, grid.top - 5)
            free = x + width_of(name) + 6


def _tips(chart: HeatMap, grid: _Grid) -> Iterator[str]:
    if sum(map(len, chart.tips)) > MOST_TIPS:
        return
    for row, texts in enumerate(chart.tips):
        for column, text in enumerate(texts):
            yield element(
                "rect", tip(text), x=grid.x(column), y=grid.y(row), width=grid.cell, height=grid.row, fill="transparent"
            )


def _entries(chart: HeatMap) -> Iterator[Entry]:
    for each in chart.names:
        drawing = element("rect", width=24, height=12, stroke_width=1, **drawn("grid"))
        if each.level:
            height = 12 * _HEIGHTS[each.level - 1]
            drawing += element("rect", y=12 - height, width=24, height=height, **filled(f"level-{each.level}"))
        yield Entry(each.name, drawing)
    if chart.none_name:
        yield Entry(chart.none_name, element("rect", y=5, width=24, height=2, **filled("grid")))
