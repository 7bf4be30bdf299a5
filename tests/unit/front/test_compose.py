"""The service `deploy` runs the `make` commands that need no host, and refuses all others."""

import pytest

from artifacts import environments
from local.front import commands, compose
from local.front.values import SettingsError


def test_the_refused_commands_are_commands() -> None:
    assert compose.REFUSED.keys() <= commands.COMMANDS.keys()


@pytest.mark.parametrize("command", compose.REFUSED)
def test_a_refused_command_says_what_to_do(command: str) -> None:
    with pytest.raises(SettingsError, match="this command does not run in this container: "):
        compose.refuse(command)


@pytest.mark.parametrize(
    "command",
    [
        *("up", "deploy", "plan", "status", "logs", "demo", "pipeline", "alarms", "redrive", "seed", "customer-key"),
        *("psql", "iam-report", "shell", "env", "test-e2e", "package", "audit", "lock"),
    ],
)
def test_every_other_command_runs_here_with_the_launcher_s_environments(command: str) -> None:
    compose.refuse(command)
    needed = compose.environments(commands.COMMANDS[command].environments)
    assert "project" in needed
    assert not {"localstack", "lambda", "service"}.intersection(needed)


def test_a_refused_command_starts_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("MODE", "compose")
    monkeypatch.setattr(environments, "main", lambda _: pytest.fail("an environment was made"))
    assert commands.main(["down"]) == 1
    assert "docker compose down --volumes" in capsys.readouterr().err
