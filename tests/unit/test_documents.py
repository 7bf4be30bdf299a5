"""The documents agree with the repository: their links lead to files, and the index of decisions is complete."""

import re
import subprocess
from pathlib import Path

import pytest

from service.readings.fields import FIELDS

REPOSITORY = Path(__file__).resolve().parents[2]
DECISIONS = REPOSITORY / "docs" / "decisions"
PACKAGE = REPOSITORY / "packages" / "localstack-dockerless" / "src" / "localstack_dockerless"
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
ANCHOR = re.compile(r"\]\(([^)#\s]*)#([^)\s]+)\)")


def _documents() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return [REPOSITORY / line for line in listed.stdout.splitlines()]


@pytest.mark.parametrize("document", _documents(), ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_relative_link_leads_to_a_file(document: Path):
    targets = [target for target in LINK.findall(document.read_text()) if "://" not in target]
    assert [target for target in targets if not (document.parent / target).exists()] == []


@pytest.mark.parametrize("document", _documents(), ids=lambda path: str(path.relative_to(REPOSITORY)))
def test_every_relative_anchor_leads_to_a_heading(document: Path):
    anchors = [(target, anchor) for target, anchor in ANCHOR.findall(document.read_text()) if "://" not in target]
    missing = [
        (target, anchor)
        for target, anchor in anchors
        if anchor not in _anchors(document.parent / target if target else document)
    ]
    assert missing == []


def _anchors(document: Path) -> set[str]:
    """Returns the anchors that GitHub gives to a document's headings."""
    text = re.sub(r"^```.*?^```", "", document.read_text(), flags=re.MULTILINE | re.DOTALL)
    headings = re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", ["CONTRIBUTING.md", "docs/map.md", "docs/glossary.md", "service/README.md"])
def test_every_file_that_a_guide_names_is_there(document: str):
    """A path with a placeholder such as `<step>` is checked up to its last folder without one."""
    text = re.sub(r"^```.*?^```", "", (REPOSITORY / document).read_text(), flags=re.MULTILINE | re.DOTALL)
    named = re.findall(r"`([\w.-]+/[\w./<>-]+)`", text)
    paths = [name.partition("<")[0].rpartition("/")[0] if "<" in name else name for name in named]
    assert named
    bases = (REPOSITORY, PACKAGE, REPOSITORY / "terraform", REPOSITORY / "service")
    assert [path for path in paths if not any((base / path).exists() for base in bases)] == []


def test_every_document_is_in_the_index():
    """docs/README.md links each document of its folder, and the README links the index."""
    linked = set(LINK.findall((REPOSITORY / "docs" / "README.md").read_text()))
    assert {path.name for path in (REPOSITORY / "docs").glob("*.md")} - {"README.md"} - linked == set()
    assert "docs/README.md" in LINK.findall((REPOSITORY / "README.md").read_text())


def test_the_index_of_decisions_has_each_record_under_its_title():
    rows = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \|$", (DECISIONS / "README.md").read_text(), re.MULTILINE)
    records = sorted(DECISIONS.glob("[0-9]*.md"))
    assert rows == [(*_heading(record), record.name) for record in records]


def _heading(record: Path) -> tuple[str, str]:
    number, title = record.read_text().splitlines()[0].removeprefix("# ").split(". ", 1)
    return number, title


def test_the_api_document_has_every_field_of_a_reading():
    section = (REPOSITORY / "docs" / "api.md").read_text().partition("\n## A reading\n")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == set(FIELDS)
