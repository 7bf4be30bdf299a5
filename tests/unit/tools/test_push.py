"""`make push` runs the right commands. In the tests, `docker` and `aws` only note their calls."""

import json
import stat
import sys
from pathlib import Path

import pytest

from artifacts.image import ImageError
from local.commands.push import PushError, push
from local.launcher.settings import Settings
from tests.support.shells import with_commands

REGISTRY = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
IMAGE = f"{REGISTRY}/energy-service"
DIGEST = f"sha256:{'a1' * 32}"


@pytest.fixture
def noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns the file with a line for each call of `docker` and `aws`. The line after `docker login` is its input."""
    calls = tmp_path / "calls"
    commands = {
        "docker": f'echo "docker $*" >>{calls}; case "$1" in login) echo "< $(cat)" >>{calls};; '
        f'image) echo \'["elsewhere@sha256:{"1" * 64}", "{IMAGE}@{DIGEST}"]\';; esac',
        "python": '"$@"',
        "aws": f'echo "aws $*" >>{calls}; echo the-password',
    }
    for name, script in commands.items():
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    with_commands(monkeypatch, str(tmp_path))
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))  # the AWS CLI is the project's own, beside it
    monkeypatch.setattr("artifacts.packages.BUILT", tmp_path / "built")
    for variable in ("ECR_REPOSITORY", "RELEASE", "ARCHITECTURE"):
        monkeypatch.delenv(variable, raising=False)
    return calls


def test_a_named_repository_gets_the_image(noted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECR_REPOSITORY", IMAGE)
    monkeypatch.setenv("RELEASE", "v7")
    monkeypatch.setenv("ARCHITECTURE", "arm64")
    assert push(Settings()) == 0
    assert noted.read_text().splitlines() == [
        f"docker build --platform=linux/arm64 -f service/Dockerfile -t {IMAGE}:v7 .",
        "aws ecr get-login-password --region eu-central-1",
        f"docker login --username=AWS --password-stdin {REGISTRY}",
        "< the-password",
        f"docker push {IMAGE}:v7",
        f"docker image inspect --format={{{{json .RepoDigests}}}} {IMAGE}:v7",
    ]


def test_the_release_names_the_digest_of_the_pushed_image(
    noted: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ECR_REPOSITORY", IMAGE)
    monkeypatch.setenv("RELEASE", "v7")
    assert push(Settings()) == 0
    assert json.loads((noted.parent / "built" / "v7" / "image.json").read_text()) == {"digest": DIGEST}
    assert f"Pushed {IMAGE}@{DIGEST}." in capsys.readouterr().out


def test_an_image_without_a_digest_of_the_repository_is_no_release(
    noted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker = noted.parent / "docker"
    docker.write_text(docker.read_text().replace(f"{IMAGE}@{DIGEST}", f"docker.io/other@{DIGEST}"))
    monkeypatch.setenv("ECR_REPOSITORY", IMAGE)
    with pytest.raises(ImageError, match="docker knows no digest"):
        push(Settings())
    assert not (noted.parent / "built").exists()


def test_the_password_is_shown_to_nobody(
    noted: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ECR_REPOSITORY", IMAGE)
    push(Settings())
    assert "the-password" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("repository", ["docker.io/energy", f"{REGISTRY}.example.com/x", REGISTRY])
def test_an_address_that_is_no_ecr_repository_gets_nothing(
    noted: Path, monkeypatch: pytest.MonkeyPatch, repository: str
) -> None:
    monkeypatch.setenv("ECR_REPOSITORY", repository)
    with pytest.raises(PushError, match="is no address of an ECR repository"):
        push(Settings())
    assert not noted.exists()


@pytest.mark.parametrize("failing", ["build", "login", "push"])
def test_a_step_that_fails_is_the_last(noted: Path, monkeypatch: pytest.MonkeyPatch, failing: str) -> None:
    docker = noted.parent / "docker"
    docker.write_text(docker.read_text() + f'[ "$1" != {failing} ]\n')
    monkeypatch.setenv("ECR_REPOSITORY", IMAGE)
    with pytest.raises(ImageError, match=failing):
        push(Settings())
    lines = noted.read_text().splitlines()
    assert [line for line in lines if not line.startswith("<")][-1].startswith(f"docker {failing}")
