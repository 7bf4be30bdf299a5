"""Writes SVG elements. Texts are escaped, and numbers have at most 2 decimals, so equal input gives equal bytes."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

FONT = 12
"""The size of text in the units of a picture, which are pixels where the picture is not scaled."""

_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML does not allow: https://www.w3.org/TR/xml/#charsets"""

_BIDI_CONTROLS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""The characters that change the direction of the text after them: https://www.unicode.org/reports/tr9/"""


@dataclass(frozen=True)
class Caption:
    """The words of a picture. `ident` is unique in the page. A screen reader reads the other two."""

    ident: str
    title: str
    description: str


def text_of(value: str) -> str:
    """Escapes a text for an element's content and for an attribute. A character that XML does not allow becomes U+FFFD.

    A control of the text's direction is shown as U+FFFD too. So a hostile name cannot turn the text after it.
    """
    clean = _BIDI_CONTROLS.sub("\ufffd", _NO_XML.sub("\ufffd", value))
    return clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def number(value: float) -> str:
    """Writes a coordinate with at most 2 decimals, for example `12.5`."""
    written = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if written in ("-0", "") else written


def element(name: str, *content: str, **attributes: str | float | None) -> str:
    """Writes an element. The content is SVG already. An attribute that is None is left out.

    An underscore in an attribute's name stands for a hyphen, and one at its end for nothing: `class_`.
    """
    written = "".join(
        f' {key.removesuffix("_").replace("_", "-")}="{text_of(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(content)}</{name}>" if content else f"<{name}{written}/>"


def label(text: str, x: float, y: float, **attributes: str | float | None) -> str:
    """Writes a text at a point. It is isolated, so a right-to-left name changes no other text."""
    look: dict[str, str | float | None] = {"font_size": FONT, "fill": "currentColor", "class_": "chart-text"}
    return element("text", text_of(text), x=x, y=y, **look | attributes)


def tip(text: str) -> str:
    """Writes the text that a browser shows where the mouse is over the element around it."""
    return element("title", text_of(text))


def path(points: Iterable[tuple[float, float]], *, is_closed: bool = False) -> str:
    """Returns the data of a path through the points."""
    data = "L".join(f"{number(x)} {number(y)}" for x, y in points)
    return f"M{data}{'Z' if is_closed else ''}" if data else ""


def width_of(text: str, size: float = FONT) -> float:
    """Estimates the width of a text. The fonts of readers differ, so it is generous."""
    return len(text) * size * 0.6


def shortened(text: str, most: float) -> str:
    """Cuts a text that is wider than `most`, with an ellipsis at its end."""
    letters = int(most / (FONT * 0.6))
    return text if len(text) <= letters else f"{text[: max(letters - 1, 1)]}…"


def picture(caption: Caption, width: float, height: float, *content: str, **attributes: str | float | None) -> str:
    """Writes a picture with its title and description. It takes the width of the page around it, at most its own."""
    title, description = f"{caption.ident}-title", f"{caption.ident}-description"
    return element(
        "svg",
        element("title", text_of(caption.title), id=title),
        element("desc", text_of(caption.description), id=description),
        *content,
        xmlns="http://www.w3.org/2000/svg",
        class_="chart",
        id=caption.ident,
        role="img",
        aria_labelledby=title,
        aria_describedby=description,
        viewBox=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        font_family="system-ui, sans-serif",
        **attributes,
    )
