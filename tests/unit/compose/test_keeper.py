"""The keeper of the service `deploy` sets the stack up when needed, and decides when the container is healthy."""

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from dockerless_testing.waiting import wait_until
from local.compose import keeper
from local.launcher import identity
from local.launcher.settings import Settings

STACK = Settings(mode="compose")
Tell = Callable[[list[int], list[str | None]], tuple["Story", int]]


class Story:
    """Holds the exit code of each `make up`, the session of LocalStack at each question, and what the console did."""

    def __init__(self, ups: list[int], sessions: list[str | None], complete: Path) -> None:
        self.ups, self.sessions, self.complete = iter(ups), iter(sessions), complete
        self.healthy_at_up: list[bool] = []
        self.healthy_at_last = False
        self.console: list[str] = []

    def up(self) -> int:
        self.healthy_at_up.append(self.complete.exists())
        return next(self.ups)

    @contextmanager
    def run_console(self) -> Iterator[None]:
        self.console.append("started")
        yield
        self.console.append("ended")

    def ask(self, _: Settings) -> identity.Answer | None:
        self.healthy_at_last = self.complete.exists()
        session = next(self.sessions)
        return identity.Answer("the stack's", session) if session else None


@pytest.fixture
def tell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tell:
    monkeypatch.setattr(keeper, "COMPLETE", tmp_path / "complete")
    monkeypatch.setattr(keeper, "LOOK_SECONDS", 0)

    def start(ups: list[int], sessions: list[str | None]) -> tuple[Story, int]:
        story = Story(ups, sessions, keeper.COMPLETE)
        monkeypatch.setattr(keeper, "_up", story.up)
        monkeypatch.setattr(keeper, "_console", story.run_console)
        monkeypatch.setattr(identity, "ask", story.ask)
        return story, keeper.keep(STACK)

    return start


def test_a_stack_that_cannot_be_set_up_ends_it_with_that_code(tell: Tell) -> None:
    story, code = tell([3], [])
    assert (code, story.healthy_at_up) == (3, [False])


def test_it_is_healthy_while_the_session_lasts_and_sets_up_the_next_one(tell: Tell) -> None:
    story, code = tell([0, 1], ["first", "first", None, "first", None, "second"])
    assert code == 1
    assert story.healthy_at_last, "while it only looks"
    assert story.healthy_at_up == [False, False], "not while it sets up"
    assert story.console == ["started", "ended"], "the next session has other outputs"


def test_localstack_that_ended_during_the_set_up_is_set_up_again(tell: Tell) -> None:
    story, code = tell([0, 1], [None])
    assert (code, story.healthy_at_up) == (1, [False, False])


def test_the_console_ends_with_its_session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module of this name waits, as the gate does, and tells of its end."""
    package = tmp_path / "local" / "compose"
    package.mkdir(parents=True)
    (package / "console.py").write_text(
        "import pathlib, signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (pathlib.Path('ended').touch(), sys.exit(0)))\n"
        "pathlib.Path('started').touch()\n"
        "time.sleep(600)\n"
    )
    monkeypatch.setattr(keeper, "REPOSITORY", tmp_path)
    monkeypatch.setattr(keeper, "python_of", lambda name: Path(sys.executable))
    with keeper._console():
        wait_until((tmp_path / "started").exists, 10, "the start of the console")
        assert not (tmp_path / "ended").exists()
    assert (tmp_path / "ended").exists()


def test_the_health_check_looks_at_the_file_that_it_makes() -> None:
    dockerfile = (Path(keeper.__file__).parent / "Dockerfile").read_text()
    assert f'"test", "-e", "{keeper.COMPLETE}"' in dockerfile


def test_it_is_stopped_with_success(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_: Settings) -> int:
        raise keeper.Stopped

    monkeypatch.setattr(keeper, "keep", stopped)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert keeper.main() == 0
