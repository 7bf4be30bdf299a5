"""The report of a day is made of its summary alone: the same summary gives the same bytes."""

import hashlib
import json
import os
import re
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable
from copy import deepcopy
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest

from domain.summaries import InvalidSummaryError
from lambdas.reporter.day_report import day_report
from tests.unit.lambdas.reporter.golden import DAY, SUMMARY, made, without_hash

GOLDEN: dict[str, Any] = json.loads(SUMMARY.read_text(encoding="utf-8"))


class Page(HTMLParser):
    """Collects the elements, and holds that each one is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def changed(**values: Any) -> dict[str, Any]:
    return deepcopy(GOLDEN) | values


def test_it_has_the_golden_bytes() -> None:
    assert without_hash(made()) == DAY.read_text(encoding="utf-8"), (
        "look at `python -m tests.unit.lambdas.reporter.golden`"
    )


def test_another_process_writes_the_same_bytes() -> None:
    """Another seed of hashes gives sets another order."""
    program = (
        "import sys; from tests.unit.lambdas.reporter.golden import made; sys.stdout.buffer.write(made().encode())"
    )
    for seed in ("1", "2"):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": "Asia/Tokyo"}
        done = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True)
        assert done.stdout == made().encode()


def test_it_asks_for_nothing_and_runs_nothing() -> None:
    page = Page(made())
    for tag, attributes in page.elements:
        assert tag not in ("script", "link", "img", "iframe", "object", "embed", "form", "base"), tag
        assert not {name for name in attributes if name.startswith("on") or name in ("style", "src", "href")}, tag
    assert re.findall(r"url\((?!#)", made()) == []
    policies = [each["content"] for tag, each in page.elements if each.get("http-equiv") == "Content-Security-Policy"]
    assert len(policies) == 1
    (style,) = re.findall("<style>(.*?)</style>", made(), re.DOTALL)
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert str(policies[0]).startswith(f"default-src 'none'; style-src 'sha256-{digest}';")


def test_a_screen_reader_finds_one_title_and_ordered_headings() -> None:
    headings = [int(tag[1]) for tag, _ in Page(made()).elements if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))


def test_ids_are_unique_and_every_reference_is_there() -> None:
    elements = Page(made()).elements
    ids = [attributes["id"] for _, attributes in elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    named = {each.get(name) for _, each in elements for name in ("aria-labelledby", "aria-describedby") if name in each}
    assert named <= set(ids)


def test_every_text_of_a_customer_is_escaped() -> None:
    hostile = "</title><script>alert('&\"')</script>\u202e\x00"
    summary = changed()
    summary["counties"] = {hostile: next(iter(summary["counties"].values()))}
    summary["types"] = {hostile: next(iter(summary["types"].values()))}
    for point in summary["worst"]:
        point |= {"number": hostile, "city": hostile, "county": hostile}
        point["reasons"] = [{"code": hostile, "severity": "alarm", "words": hostile}]
    page = day_report(summary)
    assert "<script" not in page
    assert "\u202e" not in page
    assert "\x00" not in page
    assert "script" not in {tag for tag, _ in Page(page).elements}


def test_a_first_publication_has_nothing_to_compare_with() -> None:
    page = day_report(changed(change=None, before=None, week_before=None))
    assert "This is the first publication of the day." in page
    assert "A week before" not in page


def test_other_boundaries_are_not_compared_interval_by_interval() -> None:
    change = GOLDEN["change"] | {"intervals": None, "metering_points": None}
    assert "other boundaries" in day_report(changed(change=change))


def test_the_hours_of_a_day_with_a_change_of_the_clocks_show_the_offset() -> None:
    hour = GOLDEN["hours"][0]
    page = day_report(changed(date="2026-10-25", day_start="2026-10-24T22:00:00Z", hours=[hour] * 25, week_before=None))
    assert "02:00 +02:00 to 02:00 +01:00" in page
    assert "23:00 +01:00 to 24:00 +01:00" in page


@pytest.mark.parametrize(
    "empty",
    [
        lambda summary: (
            summary | {"hours": [], "types": {}, "counties": {}, "findings": {}, "worst": [], "estimated": {}}
        ),
        lambda summary: summary | {"total": dict.fromkeys(summary["total"], 0), "shards_without_numbers": 4},
    ],
)
def test_a_day_without_numbers_has_a_report(empty: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    page = day_report(empty(changed(week_before=None, before=None)))
    assert "nan" not in page.casefold().replace("nanum", "")
    Page(page)


def test_no_summary_is_no_report() -> None:
    with pytest.raises(InvalidSummaryError):
        day_report(changed(total={"kwh": "many"}))
