"""docs/security.md names an existing test for every threat, and its links lead to files."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
DOCUMENT = (REPOSITORY / "docs" / "security.md").read_text()
REFERENCES = re.findall(r"`((?:packages/[\w-]+/)?tests/[\w/]+\.py)::(\w+)`", DOCUMENT)


@pytest.mark.parametrize(("file", "test"), REFERENCES)
def test_a_test_that_is_named_exists(file: str, test: str) -> None:
    assert f"def {test}(" in (REPOSITORY / file).read_text()


def test_every_threat_has_a_test() -> None:
    sections = DOCUMENT.partition("## Threats")[2].partition("## Not covered")[0]
    rows = [line for line in sections.splitlines() if line.startswith("| ") and "shown by" not in line]
    assert len(rows) > 20
    assert [row for row in rows if not re.search(r"[`/]tests/[\w/]+\.py::\w+`", row)] == []


def test_every_link_leads_somewhere() -> None:
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)]+)\)", DOCUMENT)]
    assert targets
    assert [target for target in targets if not (REPOSITORY / "docs" / target).exists()] == []
