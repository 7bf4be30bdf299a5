"""Draws the result of a query: a curve over days or instants, or a bar for each row."""

from collections.abc import Callable, Sequence

from markupsafe import Markup

from lambdas.reporter.charts import Bar, Caption, LineChart, Series, bar_chart, line_chart
from operations.console.data.athena import ResultPage
from operations.console.points.drawings import NARROW, WIDE, fitting
from operations.console.view import View

MOST_BARS = 40
MOST_SERIES = 4
LEAST_POINTS = 3
_LABELS = 6
_TIMES = ("date", "timestamp")


def chart_of(view: View, page: ResultPage) -> Markup | None:
    """Draws the page of a result, where its first column names the rows and another one has numbers."""
    numbers = [index for index, column in enumerate(page.columns) if index and column.is_number]
    if not numbers or len(page.rows) < 2:
        return None
    if page.columns[0].kind in _TIMES and len(page.rows) >= LEAST_POINTS:
        return _curve(view, page, numbers[:MOST_SERIES])
    if len(page.rows) <= MOST_BARS:
        return _bars(view, page, numbers[0])
    return None


def _curve(view: View, page: ResultPage, numbers: Sequence[int]) -> Markup:
    rows = sorted(page.rows, key=lambda row: row[0] or "")
    series = [Series(page.columns[index].name, [_number(row[index]) for row in rows]) for index in numbers]

    def drawn(name: str, width: float, most: int) -> str:
        step = max(-(-len(rows) // most), 1)
        labels = [(index + 0.5, rows[index][0] or "") for index in range(0, len(rows), step)]
        chart = LineChart(series, labels, "", _write(view), is_stepped=False)
        return line_chart(chart, _caption(view, name), width=width)

    return fitting(drawn("wide", WIDE, _LABELS), drawn("narrow", NARROW, _LABELS // 2))


def _bars(view: View, page: ResultPage, index: int) -> Markup | None:
    found = [(row[0] or view.formats.number(None), row[index], _number(row[index])) for row in page.rows]
    if any(number is not None and number < 0 for _, _, number in found):
        return None
    bars = [Bar(label, [number or 0], view.formats.number(text)) for label, text, number in found]

    def drawn(name: str, width: float) -> str:
        return bar_chart(bars, _caption(view, name), names=[page.columns[index].name], width=width)

    return fitting(drawn("wide", WIDE), drawn("narrow", NARROW))


def _caption(view: View, name: str) -> Caption:
    t = view.text("sql")
    return Caption(f"result-{name}", str(t("chart_title")), str(t("chart_description")))


def _write(view: View) -> Callable[[float], str]:
    return lambda value: view.formats.number(f"{value:g}" if abs(value) < 1e6 else f"{value:.0f}")


def _number(text: str | None) -> float | None:
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
