"""Every page in light and dark, at 200 % and on a phone: readable, and without a violation of axe-core."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from operations.console.app import page_modules
from tests.browser.consoles import Console
from tests.browser.paths import PATHS, STATUS
from tests.browser.visitor import DESKTOP, PHONE, Visitor, visitor
from tests.browser.world import World


@pytest.fixture(scope="module")
def reader(browser: Browser, console: Console) -> Iterator[Visitor]:
    """One person for all pages, because a window takes a second."""
    with visitor(browser, console) as found:
        yield found


@pytest.fixture(scope="module")
def croatian(browser: Browser, console: Console) -> Iterator[Visitor]:
    """A Croatian with a phone."""
    with visitor(browser, console, viewport=PHONE, locale="hr-HR", has_touch=True) as found:
        yield found


def test_every_page_of_the_console_is_here() -> None:
    named = {path.__name__.rpartition(".")[2] for path in page_modules()}
    assert named - PATHS.keys() == set()


@pytest.mark.parametrize("name", PATHS)
def test_a_page_reads_well_in_light_and_dark_and_at_200_percent(name: str, reader: Visitor, world: World) -> None:
    page = reader.page
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    reader.open(PATHS[name](world), STATUS.get(name, 200))
    assert page.locator("h1").count() == 1
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme)
        reader.keep(f"{name}-{theme}")
        assert (theme, reader.violations()) == (theme, [])
    # A browser at 200 % has half of the window's pixels for a page.
    page.set_viewport_size({"width": DESKTOP["width"] // 2, "height": DESKTOP["height"] // 2})
    assert reader.is_too_wide() <= 0
    assert reader.faults == []


@pytest.mark.parametrize("name", PATHS)
def test_a_page_fits_a_phone_in_croatian(name: str, croatian: Visitor, world: World) -> None:
    croatian.open(PATHS[name](world), STATUS.get(name, 200))
    croatian.keep(f"{name}-phone")
    assert croatian.page.locator("html").get_attribute("lang") == "hr"
    assert croatian.is_too_wide() <= 0
    assert croatian.faults == []
