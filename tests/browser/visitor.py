"""A person with a browser in front of a console."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Response, Route

from local.launcher.settings import LOCAL
from tests.browser.consoles import Console

SCREENSHOTS = LOCAL / "screenshots"
"""CI keeps this folder."""

DESKTOP: Any = {"width": 1280, "height": 900}
PHONE: Any = {"width": 360, "height": 740}

_AXE = Axe()


class Visitor:
    """Opens pages of one console. It notes what no page may do: load foreign things, or have an error of a script."""

    def __init__(self, page: Page, console: Console) -> None:
        self.page, self.console = page, console
        self.faults: list[str] = []
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("console", lambda said: self.faults.append(said.text) if _is_refusal(said.text) else None)
        page.route("**/*", self._only_own)

    def open(self, path: str, status: int = 200) -> Response:
        """Opens a page, which must have this status."""
        answer = self.page.goto(self.console.url + path)
        # The page of a day loads its run's steps after itself.
        self.page.wait_for_load_state("networkidle")
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status} {self.said()[:400]}"
        return answer

    def said(self) -> str:
        """Returns the page's text. Spaces that do not break are spaces."""
        text = self.page.locator("body").inner_text()
        return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")

    def violations(self) -> list[str]:
        """Returns what axe-core finds on the page, each with the elements."""
        found = _AXE.run(self.page).response["violations"]
        return [f"{self.page.url}: {each['id']}, {each['help']}: {_elements(each['nodes'])}" for each in found]

    def is_too_wide(self) -> int:
        """Returns by how many pixels the page is wider than its window."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    def keep(self, name: str) -> Path:
        """Keeps a screenshot of the whole page."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        self.page.screenshot(path=path, full_page=True)
        return path

    def _only_own(self, route: Route) -> None:
        if route.request.url.startswith((self.console.url, "data:")):
            route.continue_()
        else:
            self.faults.append(f"foreign: {route.request.url}")
            route.abort()


@contextmanager
def visitor(browser: Browser, console: Console, *, to: str = "/", **options: Any) -> Iterator[Visitor]:
    """Opens the console's link in a new window with these options. In the end no fault may be there."""
    context = browser.new_context(**{"viewport": DESKTOP, "locale": "en-GB", "reduced_motion": "reduce"} | options)
    found = Visitor(context.new_page(), console)
    found.page.goto(console.link(to))
    found.page.wait_for_url(f"{console.url}{to}")
    try:
        yield found
        assert found.faults == []
    finally:
        context.close()


def _is_refusal(text: str) -> bool:
    """Returns whether the browser says that the content security policy refused something."""
    return "Content Security Policy" in text or "Refused to" in text


def _elements(nodes: list[Any]) -> str:
    return " ".join(f"{node['html'][:160]} ({node['failureSummary'][:300]})" for node in nodes[:4])
