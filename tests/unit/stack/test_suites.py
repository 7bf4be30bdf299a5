"""The steps of `make test` run in lanes, with whole outputs and a summary that names the failed steps."""

import dataclasses
import sys
from pathlib import Path

import pytest

from local.commands.suites import Run, Step


def _step(name: str, code: str, *, needed: bool = False) -> Step:
    return Step(name, [sys.executable, "-c", code], {}, needed)


def test_a_failed_step_fails_the_run_and_the_others_go_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    run = Run(tmp_path)
    run.lanes([_step("bad", "print('its reason'); exit(3)"), _step("after", "print('went on')")], [])
    assert run.summary() == 1
    said = capsys.readouterr().out
    assert said.index("bad: FAILED") < said.index("its reason") < said.index("after: passed") < said.index("went on")
    assert run.results["bad"].code == 3


def test_what_a_lane_needs_and_lacks_ends_the_lane_alone(tmp_path: Path):
    run = Run(tmp_path)
    run.lanes([_step("up", "exit(1)", needed=True), _step("on it", "")], [_step("beside", "")])
    assert set(run.results) == {"up", "beside"}
    assert run.summary() == 1


def test_two_lanes_run_side_by_side(tmp_path: Path):
    """Each lane waits for a file that the other lane makes."""
    wait = "import pathlib, sys, time\nmine, other = map(pathlib.Path, {!r})\nmine.touch()\n"
    wait += "while not other.exists(): time.sleep(0.01)"
    first, second = str(tmp_path / "first"), str(tmp_path / "second")
    run = Run(tmp_path / "reports")
    run.lanes([_step("one", wait.format((first, second)))], [_step("two", wait.format((second, first)))])
    assert run.summary() == 0


def test_a_lane_that_is_over_takes_the_shared_steps(tmp_path: Path):
    """The first lane is busy until the shared steps are over."""
    over = tmp_path / "over"
    wait = f"import pathlib, time\nwhile not pathlib.Path({str(over)!r}).exists(): time.sleep(0.01)"
    shared = [_step("first", ""), _step("last", f"import pathlib; pathlib.Path({str(over)!r}).touch()")]
    run = Run(tmp_path / "reports")
    run.lanes([_step("busy", wait)], [], shared=shared)
    assert set(run.results) == {"first", "last", "busy"}
    assert run.summary() == 0


def test_a_failed_lane_takes_shared_steps_too(tmp_path: Path):
    run = Run(tmp_path)
    run.lanes([_step("up", "exit(1)", needed=True), _step("on it", "")], shared=[_step("beside", "")])
    assert list(run.results) == ["up", "beside"]


def test_the_work_of_the_stack_is_shown_beside_the_step_s_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    seen = iter([5.0, 47.0])
    run = Run(tmp_path)
    run.lanes([dataclasses.replace(_step("end-to-end", ""), stack_processors=lambda: next(seen)), _step("unit", "")])
    assert run.summary() == 0
    said = capsys.readouterr().out.partition("=== summary")[2]
    assert said.count("and 42 s of the stack") == 1


def test_the_slowest_tests_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    run = Run(tmp_path)
    cases = "".join(f'<testcase classname="suite" name="test_{n}" time="{n}.5"/>' for n in range(12))
    run.report_of("unit tests").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    assert run.summary() == 0
    said = capsys.readouterr().out
    assert "11.5 s  suite.test_11" in said
    assert "suite.test_1\n" not in said


def test_an_interrupted_run_ends_its_steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    run = Run(tmp_path)

    def interrupt(_lane: object) -> None:
        raise KeyboardInterrupt

    lane = run._lane
    monkeypatch.setattr(run, "_lane", lambda steps, shared: interrupt(steps) if not steps else lane(steps, shared))
    with pytest.raises(KeyboardInterrupt):
        run.lanes([], [_step("endless", "import time; time.sleep(600)"), _step("never", "")])
    assert set(run.results) <= {"endless"}
