"""The engine of the service `deploy` waits for the containers that Docker Compose starts and ends."""

import platform
from collections.abc import Callable
from dataclasses import replace

import pytest

from local.launcher import engines
from local.launcher.engines import compose
from local.launcher.engines.compose import Compose
from local.launcher.engines.interface import EngineError, State
from local.launcher.hints import make
from local.launcher.settings import Settings

STACK = Settings(mode="compose")


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets the containers' names and addresses, and the addresses and names that answer."""

    def known(names: dict[str, list[str]], answering: set[tuple[str, int]] = frozenset()) -> None:  # type: ignore[assignment]
        monkeypatch.setattr(compose, "_addresses", lambda name: names.get(name, [name] if name[0].isdigit() else []))
        monkeypatch.setattr(compose, "_answers", lambda host, port: (host, port) in answering)

    return known


def test_it_is_refused_outside_of_its_service(network: Callable[..., None]) -> None:
    network({})
    with pytest.raises(EngineError, match=r"MODE=compose: only the service `deploy`"):
        engines.resolve(replace(STACK, name="elsewhere"))


def test_it_is_taken_where_the_containers_are_known(network: Callable[..., None]) -> None:
    network({"localstack": ["10.0.0.2"], "postgres": ["10.0.0.3"]})
    assert engines.resolve(replace(STACK, name="elsewhere")).mode == "compose"
    assert isinstance(engines.engine_of(replace(STACK, name="elsewhere")), Compose)


def test_a_container_runs_while_its_name_resolves_and_is_well_while_it_answers(network: Callable[..., None]) -> None:
    network(
        {"postgres": ["10.0.0.3"], "ingestion": ["10.0.0.4", "10.0.0.5"], "migrations": ["10.0.0.6"]},
        {("postgres", 5432), ("10.0.0.4", 8000)},
    )
    states = Compose(STACK).states()
    assert {name: (state.running, state.well) for name, state in states.items()} == {
        "postgres": (True, True),
        "localstack": (False, False),
        "ingestion-1": (True, True),
        "ingestion-2": (True, False),
        "migrations": (True, True),
    }
    assert states["ingestion-1"] == State(True, True, "ANSWERS", "at 10.0.0.4:8000")


@pytest.mark.parametrize(
    ("action", "command"),
    [
        (Compose.stop_emulator, "docker compose stop localstack"),
        (Compose.forget_emulator, "docker compose down --volumes"),
        (Compose.stop, "docker compose stop"),
        (Compose.stop_all, "docker compose down --volumes"),
    ],
)
def test_what_only_the_host_can_do_is_refused_with_the_command(
    action: Callable[[Compose], object], command: str
) -> None:
    with pytest.raises(EngineError, match=command):
        action(Compose(STACK))


def test_edited_images_are_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    engine = Compose(STACK)
    engine.renew_emulator()
    assert list(engine.renew_agents()) == []
    said = capsys.readouterr().out
    assert "`docker compose up -d --build localstack`" in said
    assert "`docker compose up -d --build migrations ingestion`" in said


def test_make_down_on_the_host_never_asks_it() -> None:
    assert not any(isinstance(engine, Compose) for engine in engines.all_engines(STACK))


@pytest.mark.parametrize(
    ("command", "typed"),
    [
        (make, "docker compose up"),
        (lambda *_: make("down", "dev"), "docker compose down --volumes"),
        (lambda *_: make("alarms", "dev"), "docker compose run --rm deploy make alarms"),
        (
            lambda *_: make("pipeline", "dev", DATE="2026-11-01"),
            "docker compose run --rm deploy make pipeline DATE=2026-11-01",
        ),
    ],
)
def test_hints_are_commands_of_the_host(
    monkeypatch: pytest.MonkeyPatch, command: Callable[[str, str], str], typed: str
) -> None:
    monkeypatch.setenv("MODE", "compose")
    assert command("up", "dev") == typed


def test_embedded_mode_elsewhere_than_on_linux_names_docker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    with pytest.raises(EngineError, match=r"needs Linux, and this is Darwin.*`docker compose up`"):
        engines.resolve(Settings(name="elsewhere", mode="embedded"))
