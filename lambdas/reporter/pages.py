"""Writes HTML. Each text goes through one function that escapes it, and no other way leads into a page.

A page is one file. It has no script and asks for nothing: its content security policy allows its own style sheet alone.
"""

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from lambdas.reporter.charts.svg import Caption, text_of
from lambdas.reporter.page_styles import PAGE_STYLES

WIDE, NARROW = 720, 340
"""The widths of a chart in a wide and in a narrow window."""


class Markup(str):
    """HTML that is escaped already."""

    __slots__ = ()


@dataclass(frozen=True)
class Number:
    """A cell with a number, which is at the right."""

    text: str


type Content = str | Markup
"""A text, which is escaped, or HTML."""

type Cell = Content | Number


def html(name: str, *content: Content, **attributes: str) -> Markup:
    """Writes an element. In an attribute's name an underscore is a hyphen, and nothing at the end: `class_`."""
    written = "".join(
        f' {key.removesuffix("_").replace("_", "-")}="{text_of(value)}"' for key, value in attributes.items()
    )
    return Markup(f"<{name}{written}>{''.join(map(_escaped, content))}</{name}>")


def joined(*parts: Content) -> Markup:
    """Puts parts one after the other."""
    return Markup("".join(map(_escaped, parts)))


def block(*parts: Content) -> Markup:
    """Puts a heading and its chart together. A printed page keeps them on one sheet."""
    return html("section", *parts)


def isolated(name: str) -> Markup:
    """Writes a name of a customer. A right-to-left name changes no other text."""
    return html("bdi", name)


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Markup:
    """Writes a table. The first cell of a row is its heading. A column of numbers is at the right.

    A phone shows each row as a list of labelled cells. The roles keep the table a table for a screen reader there.
    """
    lines = list(rows)
    numeric = [bool(lines) and isinstance(lines[0][index], Number) for index in range(len(head))]
    titles = [
        html("th", title, scope="col", role="columnheader", **_look(is_number))
        for title, is_number in zip(head, numeric, strict=True)
    ]
    body = [html("tr", *map(_cell, line, head, range(len(head))), role="row") for line in lines]
    return html(
        "table",
        html("caption", caption),
        html("thead", html("tr", *titles, role="row"), role="rowgroup"),
        html("tbody", *body, role="rowgroup"),
        role="table",
    )


def figure(draw: Callable[[Caption, float], str], ident: str, title: str, description: str) -> Markup:
    """Writes a chart in 2 widths. The style sheet shows the one that fits, so its text keeps its size."""
    wide = draw(Caption(ident, title, description), WIDE)
    narrow = draw(Caption(f"{ident}-narrow", title, description), NARROW)
    return html(
        "figure", html("div", Markup(wide), class_="wide"), html("div", Markup(narrow), class_="narrow")
    )  # fmt: skip


def numbers_of(title: str, rows: Markup) -> Markup:
    """Writes the table of a chart's numbers, which a reader can open."""
    return html("details", html("summary", title), rows)


def cards(entries: Iterable[tuple[str, str, str]]) -> Markup:
    """Writes the most important numbers: the name, the number, and a note."""
    return html(
        "dl",
        *(
            html("div", html("dt", name), html("dd", number), html("dd", note, class_="note"), class_="card")
            for name, number, note in entries
        ),
        class_="cards",
    )


def page(title: str, *body: Content, language: str) -> str:
    """Writes the page around a report."""
    digest = b64encode(hashlib.sha256(PAGE_STYLES.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = (
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{text_of(title)}</title>\n<style>{PAGE_STYLES}</style>"
    )
    content = "\n".join(map(_escaped, body))
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n{head}\n</head>\n'
        f"<body>\n<main>\n{content}\n</main>\n</body>\n</html>\n"
    )


def _escaped(content: Content) -> str:
    return content if isinstance(content, Markup) else text_of(content)


def _look(is_number: bool) -> dict[str, str]:
    return {"class_": "number"} if is_number else {}


def _cell(cell: Cell, title: str, index: int) -> Markup:
    if isinstance(cell, Number):
        return html("td", html("span", cell.text), class_="number", role="cell", data_label=title)
    if index:
        return html("td", html("div", cell), role="cell", data_label=title)
    return html("th", cell, scope="row", role="rowheader")
