"""Holds the colours and patterns of the charts. `STYLES` is the style sheet for a page with charts.

Each mark has a colour as an attribute, for a reader without the style sheet. A class of the style sheet comes before
the attribute. A page can set the variables `--chart-...` to other colours. The colours have a contrast of at least 3:1
to white, and in the dark to #14181d. https://www.w3.org/WAI/WCAG22/Understanding/non-text-contrast
"""

from types import MappingProxyType

from lambdas.reporter.charts.svg import element

LIGHT = MappingProxyType(
    {
        "1": "#0b62a4",
        "2": "#a64400",
        "3": "#00724f",
        "4": "#7b4b94",
        "bad": "#b3261e",
        "grid": "#d5dae0",
        "band": "#9aa5b1",
        "level-1": "#d9a514",
        "level-2": "#cf7a12",
        "level-3": "#c04a17",
        "level-4": "#8c1c13",
    }
)
"""The colours by name. The page around a chart has a white ground in print."""

_DARK = {
    "1": "#6cb6ff",
    "2": "#ffa566",
    "3": "#5ec9a0",
    "4": "#cda2e8",
    "bad": "#ff8a80",
    "grid": "#39424d",
    "band": "#77828f",
    "level-1": "#8a7420",
    "level-2": "#c98a2b",
    "level-3": "#f08a4b",
    "level-4": "#ffb0a0",
}

DASHES = ("none", "6 3", "2 3", "9 3 2 3")
"""The dashes of the first, second, third and fourth series."""

PATTERNS = 4
"""The number of patterns: full, slanting lines, dots, and crossed lines."""


def _variables(colours: MappingProxyType[str, str] | dict[str, str]) -> str:
    return "".join(f"--chart-{name}:{colour};" for name, colour in colours.items())


STYLES = (
    f":root{{{_variables(LIGHT)}}}\n"
    f'@media screen and (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{_variables(_DARK)}}}}}\n'
    f'@media screen{{:root[data-theme="dark"]{{{_variables(_DARK)}}}}}\n'
    ".chart{display:block;max-width:100%;height:auto;overflow:visible}\n"
    ".chart-text{unicode-bidi:isolate;font-variant-numeric:tabular-nums}\n"
    + "".join(
        f".chart-fill-{name}{{fill:var(--chart-{name},{colour})}}\n"
        f".chart-line-{name}{{stroke:var(--chart-{name},{colour})}}\n"
        for name, colour in LIGHT.items()
    )
    + "@media (forced-colors:active){.chart{forced-color-adjust:none}}\n"
)
"""The style sheet. It follows the reader's choice of dark or light, and `data-theme` on the root element."""


def filled(name: str) -> dict[str, str]:
    """Returns the attributes of an element that is filled with a colour."""
    return {"class_": f"chart-fill-{name}", "fill": LIGHT[name]}


def drawn(name: str) -> dict[str, str]:
    """Returns the attributes of a line of a colour."""
    return {"class_": f"chart-line-{name}", "stroke": LIGHT[name], "fill": "none"}


def pattern_id(ident: str, index: int) -> str:
    """Returns the id of a pattern in the picture with this `ident`."""
    return f"{ident}-pattern-{index}"


def painted(ident: str, index: int) -> dict[str, str]:
    """Returns the attributes of an area with the pattern of this index, from 0. The first one is full."""
    if index == 0:
        return filled("1")
    return {"fill": f"url(#{pattern_id(ident, index)})", **_outline(str(index + 1))}


def patterns(ident: str, count: int) -> str:
    """Returns the definitions of the patterns 1 to `count` - 1, whose lines have the colours of their index."""
    marks = {
        1: element("path", d="M-2 2L2 -2M0 8L8 0M6 10L10 6", stroke_width=1.6, **drawn("2")),
        2: element("circle", cx=4, cy=4, r=1.6, **filled("3")),
        3: element("path", d="M0 4L8 4M4 0L4 8", stroke_width=1, **drawn("4")),
    }
    return element(
        "defs",
        *(
            element(
                "pattern", marks[index], id=pattern_id(ident, index), width=8, height=8, patternUnits="userSpaceOnUse"
            )
            for index in range(1, count)
        ),
    )


def _outline(name: str) -> dict[str, str]:
    return {"class_": f"chart-line-{name}", "stroke": LIGHT[name]}
