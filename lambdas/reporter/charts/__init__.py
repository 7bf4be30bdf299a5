"""This folder draws charts as SVG from plain numbers. The same numbers give the same bytes.

| file | holds |
|---|---|
| `svg.py` | the elements, their escaping, and the picture with its title and description for screen readers |
| `styles.py` | the colours and patterns, and `STYLES`, the style sheet for a page with charts |
| `scales.py` | round ticks of an axis, and positions |
| `axes.py` | the frame of a chart: the lines and labels of its 2 axes, and its legend |
| `lines.py` | the line chart with areas, bands and gaps, and the duration curve |
| `bars.py` | the bar chart with one row for each label |
| `stacks.py` | the stacked chart with one column for each day |
| `heat.py` | the heat map |

The caller gives each text in the reader's language, and a function that writes numbers in the reader's format. So the
charts know no language. `ident` is unique in a page. No chart has a `style` attribute or a script, so a strict content
security policy allows them. A series differs from another one by its dashes or its pattern, not by its colour alone.
A page shows a chart in 2 widths and hides one of them, because text in a scaled chart is too small for a phone.
"""

from lambdas.reporter.charts.bars import Bar, bar_chart
from lambdas.reporter.charts.heat import HeatMap, Level, heat_map
from lambdas.reporter.charts.lines import Band, Gap, LineChart, Rule, Series, duration_curve, line_chart
from lambdas.reporter.charts.stacks import Column, stacked_columns
from lambdas.reporter.charts.styles import STYLES
from lambdas.reporter.charts.svg import Caption

__all__ = [
    "STYLES",
    "Band",
    "Bar",
    "Caption",
    "Column",
    "Gap",
    "HeatMap",
    "Level",
    "LineChart",
    "Rule",
    "Series",
    "bar_chart",
    "duration_curve",
    "heat_map",
    "line_chart",
    "stacked_columns",
]
