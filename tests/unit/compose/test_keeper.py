"""The keeper of the service `deploy` sets the stack up when needed, and decides when the container is healthy."""

import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from local.compose import keeper
from local.launcher import identity
from local.launcher.settings import Settings

STACK = Settings(mode="compose")
Tell = Callable[[list[int], list[str | None]], tuple["Story", int]]


class Story:
    """Holds the exit code of each `make up`, and the session of LocalStack at each question."""

    def __init__(self, ups: list[int], sessions: list[str | None], complete: Path) -> None:
        self.ups, self.sessions, self.complete = iter(ups), iter(sessions), complete
        self.healthy_at_up: list[bool] = []
        self.healthy_at_last = False

    def up(self) -> int:
        self.healthy_at_up.append(self.complete.exists())
        return next(self.ups)

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


def test_localstack_that_ended_during_the_set_up_is_set_up_again(tell: Tell) -> None:
    story, code = tell([0, 1], [None])
    assert (code, story.healthy_at_up) == (1, [False, False])


def test_the_health_check_looks_at_the_file_that_it_makes() -> None:
    dockerfile = (Path(keeper.__file__).parent / "Dockerfile").read_text()
    assert f'"test", "-e", "{keeper.COMPLETE}"' in dockerfile


def test_it_is_stopped_with_success(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_: Settings) -> int:
        raise keeper.Stopped

    monkeypatch.setattr(keeper, "keep", stopped)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert keeper.main() == 0
