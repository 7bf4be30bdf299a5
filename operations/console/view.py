"""What a template sees: the texts, the formats and the reader's choices. Each request has one `View`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from domain.days import parse_instant
from operations.console.formats import NOTHING, Formats, separators
from operations.console.needs import Needs
from operations.console.security import FIELD, Guard
from operations.console.texts import LANGUAGES, Texts
from operations.console.words import Words

FOLDER = Path(__file__).parent
THEMES = ("auto", "light", "dark")
LANGUAGE_COOKIE, THEME_COOKIE = "console-language", "console-theme"


@dataclass(frozen=True)
class Page:
    """A page of the console. A page with an `order` is in the navigation, under the text `nav_<name>`."""

    name: str
    path: str
    order: int = 0


def new_environment() -> Environment:
    """Makes the environment of the templates. Everything is escaped, and a missing value is an error."""
    return Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class View:
    """The reader of a request, and the pages for this reader."""

    def __init__(self, request: Request) -> None:
        self.request = request

    @cached_property
    def tags(self) -> list[str]:
        """The languages of the browser, the best one first."""
        return accepted(self.request.headers.get("accept-language", ""))

    @cached_property
    def language(self) -> str:
        """The chosen language, or the first one of the browser that the console has."""
        chosen = self.request.cookies.get(LANGUAGE_COOKIE, "")
        if chosen in LANGUAGES:
            return chosen
        return next((tag.split("-")[0] for tag in self.tags if tag.split("-")[0] in LANGUAGES), "en")

    @property
    def theme(self) -> str:
        """The chosen theme. `auto` is the one of the system."""
        chosen = self.request.cookies.get(THEME_COOKIE, "")
        return chosen if chosen in THEMES else "auto"

    @cached_property
    def formats(self) -> Formats:
        """The reader's formats. A chosen language has its own, else the browser's first language decides."""
        chosen = self.request.cookies.get(LANGUAGE_COOKIE, "") in LANGUAGES
        thousands, decimal = separators([self.language] if chosen else [*self.tags, self.language])
        return Formats(self.language, self.needs.zone, thousands, decimal)

    @cached_property
    def words(self) -> Words:
        """Says findings in the reader's language."""
        return Words(self.text("checks"), self.formats)

    @property
    def needs(self) -> Needs:
        """What the console has from outside."""
        needs: Needs = self.request.app.state.needs
        return needs

    @property
    def is_fragment(self) -> bool:
        """Whether htmx asks for a part of a page. To go back in the history, it asks for the whole page."""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"

    def detail(self, value: object) -> str:
        """Writes a detail or a parameter: numbers as the reader writes them, and instants in local time."""
        match value:
            case bool() | None:
                return str(value).lower() if value is not None else NOTHING
            case int() | float():
                return self.words.exact(value)
            case list() | tuple():
                return "; ".join(map(self.detail, value))
        try:
            return self.formats.plain_instant(parse_instant(value))
        except ValueError:
            return str(value)

    @staticmethod
    def shifted(day: date, days: int) -> date:
        """Returns the date so many days later."""
        return day + timedelta(days=days)

    def command(self, name: str, **values: object) -> str:
        """Returns a command for the terminal: of `make` on a local stack, else the module that does it on AWS."""
        if self.needs.stack:
            given = {"STACK": self.needs.stack} if self.needs.stack != "dev" else {}
            return " ".join(["make", name, *(f"{key}={value}" for key, value in (given | values).items())])
        module = {"pipeline": "run_day"}.get(name, name.replace("-", "_"))
        options = [f"--{key.lower()} {value}" for key, value in values.items()]
        return " ".join(["python -m", f"operations.{module}", "--outputs outputs.json", *options])

    def text(self, page: str) -> Texts:
        """Returns the texts of a page."""
        return Texts(self.language, page)

    def page(self, template: str, /, *, status: int = 200, texts: str = "", **values: Any) -> HTMLResponse:
        """Renders a template, such as `alarms.html` or the fragment `_alarms.html`, with the texts of that name."""
        state = self.request.app.state
        guard: Guard = state.guard
        pages: Sequence[Page] = state.navigation
        name = texts or template.removeprefix("_").removesuffix(".html")
        found = state.environment.get_template(template).render(
            **{"t": self.text(name), "f": self.formats, "view": self, "navigation": pages, "current": name}
            | {"csrf": guard.form_token(), "csrf_field": FIELD, "themes": THEMES, "languages": LANGUAGES}
            | {"here": _path(self.request), "paths": state.paths, "words": self.words}
            | values
        )
        return HTMLResponse(found, status)


def accepted(header: str) -> list[str]:
    """Returns the language tags of an `Accept-Language`, in lower case, the best one first."""
    found = []
    for position, entry in enumerate(header.split(",")):
        tag, _, quality = entry.strip().partition(";")
        try:
            weight = float(quality.strip().removeprefix("q=") or 1)
        except ValueError:
            weight = 0.0
        if tag and tag != "*" and weight > 0:
            found.append((-weight, position, tag.strip().lower()))
    return [tag for _, _, tag in sorted(found)]


def _path(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _view(request: Request) -> View:
    return View(request)


ViewDep = Annotated[View, Depends(_view)]
