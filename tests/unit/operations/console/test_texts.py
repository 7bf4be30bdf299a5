"""Each text is there in both languages, and each check says its findings in both."""

import re
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest

from domain.findings import BY_CODE, CHECKS
from lambdas.reporter.texts import REPORT
from operations.console import errors, texts
from operations.console.app import page_modules
from operations.console.formats import Formats
from operations.console.texts import FOLDER, LANGUAGES, Texts, plural
from operations.console.words import Words
from tests.unit.lambdas.examples import ZAGREB

FILES = sorted(FOLDER.glob("*.toml"))
CATALOGUES = [*FILES, REPORT]
TEMPLATES = FOLDER.parent / "templates"

DETAILS: dict[str, dict[str, Any]] = {
    "MCD": {"expected_intervals": 96, "days": 3},
    "ICD": {"missing_intervals": 7, "expected_intervals": 96, "first_missing_intervals": ["2026-03-29T01:00:00Z"]},
    "MNP": {"readings": 96, "readings_without_parameters": 4, "missing_parameters": ["voltage_drops"]},
    "SPK": {"highest_kwh": 6.0, "third_highest_kwh": 0.5512},
    "HIL": {"kwh": 310.0, "like_days_mean_kwh": 80.54},
    "CAP": {"highest_kw": 12.8, "limit_kw": 12.1},
    "OVF": {"constants_kwh": [16777.215]},
    "REG": {"first_kwh": 12345.7, "last_kwh": 12354.1},
    "UNI": {"factor": 967.04},
    "ZER": {"days": 2},
    "FLT": {"kwh": 0.123, "intervals": 56},
    "OUT": {"kwh": 0.4, "intervals": 1},
    "VOL": {"outside": 40, "of": 672, "least_v": 190.0, "most_v": 236.2},
    "FRQ": {"outside": 8, "of": 672, "least_hz": 49.3, "most_hz": 50.02},
    "SHF": {"minutes": -60},
    "EST": {"days": 4},
}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_each_text_has_both_languages_with_the_same_values(path: Path):
    def values(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    catalogue = tomllib.loads(path.read_text(encoding="utf-8"))
    for name, versions in catalogue.items():
        assert set(versions) == set(LANGUAGES), name
        assert values(versions["en"]) == values(versions["hr"]), name
        if name.endswith("_many"):
            stem = name.removesuffix("_many")
            assert {f"{stem}_one", f"{stem}_few"} <= catalogue.keys()


@pytest.mark.parametrize("path", sorted(TEMPLATES.glob("[a-z]*.html")), ids=lambda path: path.stem)
def test_each_text_that_a_template_names_is_there(path: Path):
    """A template whose page has a file of another name finds its texts in one of the files."""
    own = [path.stem] if texts.read(path.stem) else [each.stem for each in FILES]
    known = {name for stem in (*own, texts.COMMON) for name in texts.read(stem)}
    template = path.read_text(encoding="utf-8")
    names = set(re.findall(r"\bt\(['\"](\w+)['\"]\s*[,)]", template))
    counts = {f"{name}_many" for name in re.findall(r"\bt\.count\(['\"](\w+)['\"]\s*,", template)}
    assert (names | counts) - known == set()


def test_each_page_of_the_navigation_has_its_name():
    for module in page_modules():
        if module.PAGE.order:
            assert Texts("hr", module.PAGE.name)("nav")


def test_each_fault_says_what_to_do():
    source = Path(errors.__file__).read_text(encoding="utf-8")
    named = set(re.findall(r'Fault\("(\w+)"', source))
    for folder in ("pages", "data"):
        for path in (FOLDER.parent / folder).glob("*.py"):
            named |= set(re.findall(r'(?:NotFoundError|RefusedError)\("(\w+)"', path.read_text(encoding="utf-8")))
    known = texts.read("error")
    assert {name for name in named if name not in known or f"{name}_do" not in known} == set()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_check_has_its_name_and_words_in_both_languages(check, language: str):
    words = Words(Texts(language, "checks"), Formats(language, ZAGREB))
    title, said = str(words.title(check.code)), str(words(check.code, DETAILS[check.code]))
    if language == "en":
        assert title == check.title
    assert "{" not in said
    assert said
    if language == "hr":
        assert said != check.in_words(DETAILS[check.code])


def test_a_finding_of_an_older_form_is_said_by_its_check():
    words = Words(Texts("hr", "checks"), Formats("hr", ZAGREB))
    assert words("XYZ", {"some_count": 3}) == "some count 3"
    assert words.title("XYZ") == "XYZ"
    assert BY_CODE["ZER"].in_words({"days": 1}) == "no consumption for 1 day"


def test_times_in_words_are_local_with_their_offset_where_the_clocks_change():
    words = Words(Texts("en", "checks"), Formats("en", ZAGREB))
    assert "03:00\N{NO-BREAK SPACE}UTC+2" in words("ICD", DETAILS["ICD"])


@pytest.mark.parametrize(
    ("count", "form"),
    [
        (1, "one"),
        (2, "few"),
        (4, "few"),
        (5, "many"),
        (11, "many"),
        (12, "many"),
        (21, "one"),
        (22, "few"),
        (112, "many"),
    ],
)
def test_croatian_has_three_plurals(count: int, form: str):
    assert plural("hr", count) == form
    assert plural("en", count) == ("one" if count == 1 else "many")
