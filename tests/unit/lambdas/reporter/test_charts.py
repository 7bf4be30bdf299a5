"""The charts are SVG that a screen reader, a strict browser and a colour-blind person can read."""

import math
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET  # the text is made by the charts themselves

import pytest

from lambdas.reporter import charts
from lambdas.reporter.charts import (
    Band,
    Bar,
    Caption,
    Column,
    Gap,
    HeatMap,
    Level,
    LineChart,
    Rule,
    Series,
    bar_chart,
    duration_curve,
    heat_map,
    line_chart,
    stacked_columns,
)
from lambdas.reporter.charts.scales import ticks
from lambdas.reporter.charts.svg import number, text_of

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '<script>alert("1")</script>&\u202e\x00\ud800'


def write(value: float) -> str:
    return f"{value:g}".replace(".", ",")


def load(name: str = "Reported") -> str:
    chart = LineChart(
        [Series(name, [1.0, 2.5, None, 4.0], is_area=True), Series("Estimated", [None, None, 3.0, None])],
        [(0, "00:00"), (2, "12:00"), (4, "24:00")],
        "kWh",
        write,
        bands=[Band("Like days", [0.5, None, 2, 3], [1.5, None, 4, 5])],
        gaps=[Gap(2, 3, "one interval")],
        gap_name="No reading",
        rules=[Rule("Contracted", 4.5)],
        tips=["a", "b", "c", "d"],
    )
    return line_chart(chart, Caption("load", f"Load of {name}", f"By hour, {name}"))


def duration(name: str = "Power") -> str:
    caption = Caption("duration", name, name)
    return duration_curve([3.0, None, 1.0, 2.0], caption, name=name, unit="kW", write=write, labels=[(0, "0 %")])


def bars(name: str = "MCD") -> str:
    return bar_chart([Bar(name, [3, 1], "4"), Bar("ICD", [0, 0], "0")], Caption("bars", name, name), names=["a", "b"])


def stacks(name: str = "1. 11.") -> str:
    columns = [Column(name, [90, 5, 1], name), Column("2. 11.", [96, 0, 0], "all")]
    names = ["measured", "estimated", "missing"]
    return stacked_columns(columns, Caption("days", name, name), names=names, unit="intervals", write=write)


def heat(name: str = "1000000001") -> str:
    chart = HeatMap(
        [name, "2"], ["1. 11.", "2. 11."], [[0, 4], [None, 1]], [Level(0, "all"), Level(4, "none")], "not supplied",
        [[name, "b"], ["c", "d"]],
    )  # fmt: skip
    return heat_map(chart, Caption("heat", name, name))


EVERY = pytest.mark.parametrize("draw", [load, duration, bars, stacks, heat])
type Draw = Callable[..., str]


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314


@EVERY
def test_the_same_numbers_give_the_same_bytes(draw: Draw) -> None:
    assert draw() == draw()
    assert draw() != draw("other")


@EVERY
def test_a_screen_reader_hears_the_title_and_the_description(draw: Draw) -> None:
    root = parsed(draw())
    texts = {each.get("id"): each.text for each in root if each.tag in (f"{SVG}title", f"{SVG}desc")}
    assert root.get("role") == "img"
    assert texts[root.get("aria-labelledby")]
    assert texts[root.get("aria-describedby")]


@EVERY
def test_a_strict_content_security_policy_allows_it(draw: Draw) -> None:
    for each in parsed(draw()).iter():
        assert each.tag not in (f"{SVG}script", f"{SVG}style", f"{SVG}foreignObject", f"{SVG}image")
        for name, value in each.items():
            assert name != "style"
            assert not name.startswith("on")
            assert "url(" not in value or value.startswith("url(#")


@EVERY
def test_a_hostile_name_stays_a_text(draw: Draw) -> None:
    root = parsed(draw(HOSTILE))
    assert not [each for each in root.iter() if "script" in each.tag]
    assert '<script>alert("1")</script>&\ufffd\ufffd\ufffd' in "".join(root.itertext())


@EVERY
def test_every_reference_leads_to_an_element_of_the_picture(draw: Draw) -> None:
    root = parsed(draw())
    ids = [each.get("id") for each in root.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    assert all(str(each).startswith(str(root.get("id"))) for each in ids)
    assert set(re.findall(r"url\(#([^)]+)\)", draw())) <= set(ids)


@EVERY
def test_each_class_is_in_the_style_sheet(draw: Draw) -> None:
    names = {each.get("class") for each in parsed(draw()).iter()} - {None}
    assert {name for name in names if f".{name}{{" not in charts.STYLES} == set()


def test_a_missing_value_breaks_the_line() -> None:
    lines = [each.get("d") for each in parsed(load()).iter() if each.get("stroke-width") == "2" and each.get("d")]
    first = [line for line in lines if line and line != "M0 6H24"][:2]
    assert len(first) == 2  # the first series has 2 runs


def test_series_differ_by_their_dashes_and_parts_by_their_patterns() -> None:
    dashes = {each.get("stroke-dasharray") for each in parsed(load()).iter() if each.get("d") == "M0 6H24"}
    assert len(dashes) == 2
    samples = [each.get("fill") for each in parsed(stacks()).iter() if each.get("width") == "24"]
    assert len(set(samples)) == 3
    assert sum("url(" in str(each) for each in samples) == 2


def test_a_higher_level_has_a_higher_mark() -> None:
    names = [Level(level, str(level)) for level in range(1, 5)]
    root = parsed(heat_map(HeatMap([], ["d"], [[level] for level in range(1, 5)], names), Caption("h", "t", "d")))
    marks = [each.get("d", "") for each in root.iter(f"{SVG}path") if "level" in each.get("class", "")]
    heights = [float(re.findall(r"v([0-9.]+)", mark)[0]) for mark in marks]
    assert heights == sorted(set(heights))
    assert len(heights) == 4


def test_ten_thousand_rows_have_few_elements() -> None:
    levels = [[(row + column) % 5 for column in range(30)] for row in range(10_000)]
    svg = heat_map(HeatMap([], [str(day) for day in range(30)], levels, []), Caption("h", "t", "d"), row_height=1)
    assert svg.count("<path") == 4
    assert len(list(parsed(svg).iter())) < 100


def test_the_duration_curve_begins_at_the_highest_value() -> None:
    line = next(each.get("d", "") for each in parsed(duration()).iter() if each.get("stroke-width") == "2")
    heights = [float(y) for y in re.findall(r" ([0-9.]+)", line)]
    assert heights == sorted(heights)  # a picture's vertical axis points down


@pytest.mark.parametrize(
    "svg",
    [
        line_chart(LineChart([], [], "kWh", write), Caption("a", "t", "d")),
        line_chart(LineChart([Series("s", [None, None])], [], "kWh", write), Caption("a", "t", "d")),
        line_chart(LineChart([Series("s", [0, 0])], [], "kWh", write), Caption("a", "t", "d")),
        duration_curve([], Caption("a", "t", "d"), name="", unit="", write=write, labels=[]),
        bar_chart([], Caption("a", "t", "d")),
        stacked_columns([], Caption("a", "t", "d"), names=["x"], unit="", write=write),
        heat_map(HeatMap([], [], [], []), Caption("a", "t", "d")),
    ],
)
def test_nothing_to_show_is_an_empty_chart(svg: str) -> None:
    assert parsed(svg).get("role") == "img"
    assert "nan" not in svg


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 10, [0, 2, 4, 6, 8, 10]),
        (0, 0, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0, 0.037, [0, 0.01, 0.02, 0.03, 0.04]),
        (228.2, 233.9, [228, 230, 232, 234]),
        (-3, 7, [-4, -2, 0, 2, 4, 6, 8]),
        (0, 1_234_567, [0, 250_000, 500_000, 750_000, 1_000_000, 1_250_000]),
    ],
)
def test_the_ticks_are_round_and_reach_around_the_values(low: float, high: float, expected: list[float]) -> None:
    found = ticks(low, high)
    assert found == pytest.approx(expected)
    assert found[0] <= low
    assert found[-1] >= high or math.isclose(found[-1], high)


def test_numbers_and_texts_are_written_the_same_way_everywhere() -> None:
    assert [number(value) for value in (1.0, -0.001, 0.125, 12.5, 100)] == ["1", "0", "0.12", "12.5", "100"]
    assert text_of('a<b>&"\u2066\x07') == "a&lt;b&gt;&amp;&quot;\ufffd\ufffd"
