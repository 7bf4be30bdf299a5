"""docs/what-if.md shows what the commands print: its file is read, its days are replayed, and its outputs are compared.

Where an output changed on purpose, copy it from the failure into the document.
"""

import re
from io import StringIO
from pathlib import Path
from typing import cast

import pytest
from rich.console import Console

from operations import explanation, whatif_report
from operations.candidate_checks import read_candidate
from operations.explain import AlarmName, Explainer
from operations.whatif import replay
from tests.unit.operations.replay_world import MONDAY, ReplayWorld, after

DOCUMENT = (Path(__file__).parents[3] / "docs" / "what-if.md").read_text(encoding="utf-8")
DAYS = [after(MONDAY, number) for number in range(3)]


def block(command: str) -> str:
    """Returns the text after the line with the command, in the document's block that begins with it."""
    (found,) = re.findall(rf"^```\n\$ {re.escape(command)}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    return str(found)


@pytest.fixture
def world(tmp_path: Path) -> ReplayWorld:
    """On Monday customer 1 is silent. On Tuesday 2 and 3 have a spike of 1,736 %. On Wednesday 4 has one of 359 %."""
    made = ReplayWorld(tmp_path)
    made.run(DAYS[0], silent=(1,))
    made.run(DAYS[1], 2, 3)
    made.run(DAYS[2], 4, kwh=1.5)
    return made


@pytest.fixture
def console(monkeypatch: pytest.MonkeyPatch) -> Console:
    return Console(width=100, highlight=False, file=StringIO())


def printed(console: Console) -> str:
    """Returns what was printed, without the blanks at the ends of the lines."""
    lines = cast("StringIO", console.file).getvalue().splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines)


def test_the_replay_of_the_document(world: ReplayWorld, console: Console, tmp_path: Path) -> None:
    (text,) = re.findall(r"^```toml\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    path = tmp_path / "candidate.toml"
    path.write_text(text, encoding="utf-8")
    with world.published() as published:
        report = replay(published, DAYS, read_candidate(path))
    whatif_report.show(report, console, as_json=False)
    assert printed(console) == block("make whatif CHECKS=candidate.toml FROM=2026-03-23 TO=2026-03-25")


def test_the_explanation_of_the_document(world: ReplayWorld, console: Console) -> None:
    with world.published() as published:
        explained = Explainer(published).explain(AlarmName.parse("2/2026-03-24/SPK"))
    explanation.show([explained], console, as_json=False)
    found = re.sub(r"as known at \S+", "as known at 2026-03-25T03:00:00Z", printed(console))
    assert found == block("make explain ALARM=2/2026-03-24/SPK")
