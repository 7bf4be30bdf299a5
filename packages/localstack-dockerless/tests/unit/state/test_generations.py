"""A generation counts once it is whole, and a bad one is refused."""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from localstack_dockerless.state.generations import Generation, Generations, StateRefusedError

VERSIONS = {"Python": "3.13", "moto-ext": "5.1.25"}
KILLS = 100
SOURCE = Path(__file__).resolve().parents[3] / "src"
SAVE_FOR_EVER = """
import sys
sys.path.insert(0, sys.argv[2])
from pathlib import Path
from localstack_dockerless.state.generations import Generations

states = Generations(Path(sys.argv[1]), {"Python": "3.13", "moto-ext": "5.1.25"})
last = states.read()
number = last.facts["number"] if last else 0
print("saving", flush=True)
while True:
    number += 1
    content = str(number).encode() * 10_000
    states.write({"one": content, "two": content}, {"number": number})
    print(number, flush=True)
"""


@pytest.fixture
def states(tmp_path: Path) -> Generations:
    return Generations(tmp_path / "state", VERSIONS)


def saved(states: Generations, content: bytes = b"content") -> Generation:
    states.prepare()
    return states.write({"a": content, "b": b"other"}, {"number": 1})


def test_what_was_written_is_read(states):
    written = saved(states)
    read = Generations(states.folder, VERSIONS).read()
    assert read is not None
    assert read == written
    assert read.files == {"a": b"content", "b": b"other"}
    assert read.size == len(b"contentother")


def test_there_may_be_no_state(states):
    states.prepare()
    assert states.read() is None


def test_only_the_newest_generation_stays(states):
    saved(states)
    newest = saved(states, b"newer")
    assert states.read() == newest
    assert sorted(path.name for path in states.folder.iterdir()) == ["CURRENT", newest.name]


def test_an_unfinished_generation_is_not_read(states):
    whole = saved(states)
    (states.folder / "generation-000009.unfinished").mkdir()
    assert states.read() == whole
    assert saved(states).name == "generation-000010"


def test_nobody_else_can_read_the_files(states):
    saved(states)
    modes = {path.stat().st_mode & 0o077 for path in [states.folder, *states.folder.rglob("*")]}
    assert modes == {0}


def test_killed_at_any_moment_it_leaves_the_last_whole_state(tmp_path):
    """The test kills each of 100 endlessly saving processes at a random moment."""
    chance, least = random.Random(20261126), 0  # noqa: S311 -- moments, no secret
    for _ in range(KILLS):
        command = [sys.executable, "-S", "-c", SAVE_FOR_EVER, str(tmp_path), str(SOURCE)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "saving\n"
            time.sleep(chance.uniform(0, 0.1))
            process.kill()
            reported = process.stdout.read().split("\n")[:-1]
        least = max([least, *map(int, reported)])
        read = Generations(tmp_path, VERSIONS).read()
        number = read.facts["number"] if read else 0
        assert number >= least, "a state that was reported as saved is lost"
        assert not read or set(read.files.values()) == {str(number).encode() * 10_000}
        least = number
    assert least > KILLS / 10  # else hardly one of them has saved anything


@pytest.mark.parametrize(
    ("versions", "reason"),
    [
        ({**VERSIONS, "moto-ext": "5.1.26"}, r"saved by moto-ext 5.1.25 \(now 5.1.26\)"),
        ({**VERSIONS, "other": "1"}, r"saved by other None \(now 1\)"),
    ],
)
def test_a_state_of_another_version_is_refused(states, versions, reason):
    saved(states)
    with pytest.raises(StateRefusedError, match=reason):
        Generations(states.folder, versions).read()


def test_a_state_of_another_format_is_refused(states):
    manifest = states.folder / saved(states).name / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 0}))
    with pytest.raises(StateRefusedError, match=r"saved by format 0 \(now 1\)"):
        states.read()


def test_a_changed_file_is_refused(states):
    file = states.folder / saved(states).name / "a"
    file.write_bytes(b"cOntent")
    with pytest.raises(StateRefusedError, match="its checksum differs"):
        states.read()


def test_a_missing_file_is_refused(states):
    (states.folder / saved(states).name / "a").unlink()
    with pytest.raises(StateRefusedError, match="cannot be read"):
        states.read()


def test_a_broken_manifest_is_refused(states):
    (states.folder / saved(states).name / "manifest.json").write_text("{")
    with pytest.raises(StateRefusedError, match="is not a manifest"):
        states.read()


@pytest.mark.parametrize("what", [".", "CURRENT", "generation-000001", "generation-000001/a"])
def test_what_other_users_can_write_is_refused(states, what):
    saved(states)
    path = states.folder / what
    path.chmod(path.stat().st_mode | 0o020)
    with pytest.raises(StateRefusedError, match="can be written by other users"):
        states.read()


def test_another_users_folder_is_refused(states, monkeypatch):
    saved(states)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    with pytest.raises(StateRefusedError, match="belongs to another user"):
        states.read()
    with pytest.raises(StateRefusedError, match="belongs to another user"):
        states.prepare()
