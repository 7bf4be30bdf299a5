"""`make env` and `make shell` give the stack's address and region, dummy credentials, and no address elsewhere."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from local.commands import awslocal
from local.commands.aws_environment import PROGRAMS, client_environment, lines
from local.launcher.settings import Settings
from local.observe.running import RunningStack

STACK = RunningStack("two", "http://127.0.0.1:4666", {}, Path("/nowhere"), Settings(name="two", port=4666))
BAD = {
    "AWS_PROFILE": "production",
    "AWS_SESSION_TOKEN": "token",
    "AWS_ROLE_ARN": "arn:aws:iam::1:role/x",
    "AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9",
    "AWS_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
}


def evaluated(environment: dict[str, str]) -> dict[str, str]:
    """Returns the variables that a shell with `environment` has after `eval "$(make -s env)"`."""
    script = "\n".join([*lines(STACK, environment), "env"])
    command = ["/bin/sh", "-c", script]
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    return dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)


@pytest.mark.parametrize("given", [{}, BAD])
def test_both_lead_to_the_stack_alone(given: dict[str, str]) -> None:
    shell = {"PATH": os.environ["PATH"], **given}
    found = evaluated(shell)
    for environment in (found, client_environment(STACK, shell)):
        aws = {name: value for name, value in environment.items() if name.startswith("AWS_")}
        assert aws["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4666"
        assert aws["AWS_REGION"] == aws["AWS_DEFAULT_REGION"] == "eu-central-1"
        assert (aws["AWS_ACCESS_KEY_ID"], aws["AWS_SECRET_ACCESS_KEY"]) == ("test", "test")
        assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_ENDPOINT_URL_S3"} & set(aws)
        assert environment["STACK"] == "two"
        assert environment["PATH"] == f"{PROGRAMS}:{os.environ['PATH']}"


def test_the_command_line_is_given_the_address_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise it takes AWS's own address for SQS, and not AWS_ENDPOINT_URL."""
    started: list[list[str]] = []
    monkeypatch.setattr(awslocal, "load", lambda _: STACK)
    monkeypatch.setattr(os, "execve", lambda _program, command, _environment: started.append(command))
    monkeypatch.setattr(sys, "argv", ["awslocal", "sqs", "list-queues"])
    awslocal.run(Console())
    assert started[0][-4:] == ["--endpoint-url", "http://127.0.0.1:4666", "sqs", "list-queues"]


def test_a_path_with_every_character_survives_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    path = Path("/home/Ana's clone/R&D $HOME %2F")
    monkeypatch.setattr("local.commands.aws_environment.PROGRAMS", path)
    assert evaluated({"PATH": "/usr/bin:/bin"})["PATH"] == f"{path}:/usr/bin:/bin"


def test_both_names_of_the_client_are_one_program() -> None:
    assert os.access(PROGRAMS / "awslocal", os.X_OK)
    assert (PROGRAMS / "aws").resolve() == (PROGRAMS / "awslocal").resolve()


def test_before_the_first_set_up_the_client_says_what_to_do(tmp_path: Path) -> None:
    copy = tmp_path / "local" / "bin" / "awslocal"
    copy.parent.mkdir(parents=True)
    copy.write_bytes((PROGRAMS / "awslocal").read_bytes())
    done = subprocess.run(["/bin/sh", copy], check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "make up" in done.stderr
