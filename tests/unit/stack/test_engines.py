"""A stack gets the engine of its mode, and the container files keep their promises."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.compose.entrypoint import STATE
from local.launcher import engines, settings
from local.launcher.engines.docker import BASE_IMAGES, POSTGRES_IMAGE, Docker
from local.launcher.engines.docker_commands import compose_command
from local.launcher.engines.embedded import Embedded
from local.launcher.settings import REPOSITORY, Settings, SettingsError
from tests.support.shells import with_commands

DOCKERFILES = [REPOSITORY / "service" / "Dockerfile", REPOSITORY / "local" / "Dockerfile"]
DEPLOY = REPOSITORY / "local" / "compose" / "Dockerfile"


@pytest.fixture(autouse=True)
def _compose_is_looked_for_anew() -> Iterator[None]:
    compose_command.cache_clear()
    yield
    compose_command.cache_clear()


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(settings, "LOCAL", tmp_path)
    return Settings(name="made-up")


def _docker_lacks(monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    monkeypatch.setattr(Docker, "missing", staticmethod(lambda: what))


def _is_up_in(stack: Settings, mode: str) -> None:
    stack.directory.mkdir(parents=True)
    (stack.directory / "stack.json").write_text(json.dumps({"settings": {"mode": mode}}))


@pytest.mark.parametrize(("lacks", "mode"), [("", "docker"), ("no engine", "embedded")])
def test_docker_is_taken_where_it_can_be_had(
    stack: Settings, monkeypatch: pytest.MonkeyPatch, lacks: str, mode: str
) -> None:
    _docker_lacks(monkeypatch, lacks)
    assert engines.resolve(stack).mode == mode


def test_docker_that_was_asked_for_and_is_missing_is_an_error(stack: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    _docker_lacks(monkeypatch, "no Docker engine answers")
    asked = Settings(name=stack.name, mode="docker")
    with pytest.raises(engines.EngineError, match="no Docker engine answers"):
        engines.resolve(asked)


@pytest.fixture
def docker_without_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts a `docker` onto the PATH whose engine answers and cannot pull."""
    command = tmp_path / "bin" / "docker"
    command.parent.mkdir()
    command.write_text(
        "#!/bin/sh\n"
        'case "$1" in\n'
        "image) exit 1;;\n"
        "pull) printf 'Using default\\nno such host: registry' >&2; exit 1;;\n"
        "esac\n"
    )
    command.chmod(0o755)
    with_commands(monkeypatch, str(command.parent))


@pytest.mark.usefixtures("docker_without_registry")
def test_an_engine_that_cannot_pull_is_told_of_and_left(stack: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert engines.resolve(stack).mode == "embedded"
    said = capsys.readouterr().out
    assert "The stack runs embedded: no base image" in said
    assert f"{BASE_IMAGES[0]} (no such host: registry)" in said
    with pytest.raises(engines.EngineError, match=r"docker load.*MODE=embedded"):
        engines.resolve(Settings(name=stack.name, mode="docker"))


def test_a_stack_keeps_the_mode_that_it_was_started_in(stack: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    _docker_lacks(monkeypatch, "")
    _is_up_in(stack, "embedded")
    assert engines.resolve(stack).mode == "embedded"
    assert isinstance(engines.engine_of(stack), Embedded)


def test_a_mode_that_does_not_exist_is_refused() -> None:
    with pytest.raises(SettingsError, match="MODE='podman'"):
        Settings.from_environment({"MODE": "podman"})


@pytest.mark.parametrize("dockerfile", [*DOCKERFILES, DEPLOY], ids=str)
def test_an_image_is_made_of_what_the_build_may_see(dockerfile: Path) -> None:
    let_in = {line[1:] for line in (REPOSITORY / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(\S+)", dockerfile.read_text(), re.MULTILINE)
    assert copied
    for source in copied:
        assert (REPOSITORY / source).exists()
        assert any(f"{source}/".startswith(f"{seen}/") or seen.startswith(f"{source}/") for seen in let_in), source


@pytest.mark.parametrize("dockerfile", DOCKERFILES, ids=str)
def test_an_image_has_a_pinned_base_an_ordinary_user_and_a_health_check(dockerfile: Path) -> None:
    text = dockerfile.read_text()
    assert f"ARG PYTHON_IMAGE={BASE_IMAGES[0]}\n" in text
    assert re.search(r"^USER 10001:10001$", text, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", text, re.MULTILINE)
    assert "latest" not in text


def test_the_image_of_deploy_has_pinned_bases_and_a_health_check() -> None:
    text = DEPLOY.read_text()
    assert f"ARG PYTHON_IMAGE={BASE_IMAGES[0]}\n" in text
    stand_in = re.search(r"^terraform_image=(\S+)$", (REPOSITORY / ".ci" / "docker-engine").read_text(), re.MULTILINE)
    assert stand_in
    assert f"ARG TERRAFORM_IMAGE={stand_in[1]}\n" in text
    assert re.search(r"^HEALTHCHECK ", text, re.MULTILINE)
    assert "latest" not in text


def test_the_image_for_aws_holds_nothing_that_is_local() -> None:
    copied = re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILES[0].read_text(), re.MULTILINE)
    assert [source for source in copied if source.startswith(("local", "tests", "seed"))] == []


def test_compose_mounts_no_socket_and_publishes_loopback_alone() -> None:
    text = (REPOSITORY / "docker-compose.yml").read_text()
    assert "docker.sock" not in text
    assert f"${{POSTGRES_IMAGE:-{POSTGRES_IMAGE}}}" in text
    assert "privileged" not in re.sub(r"#.*", "", text)
    published = re.findall(r"^ +ports: \[(.*)\]$", text, re.MULTILINE)
    assert published
    assert all(each.startswith('"127.0.0.1:') for each in published)


def test_compose_tells_localstack_whose_stack_it_is() -> None:
    """The service `deploy` applies nothing to a LocalStack that names another folder."""
    text = (REPOSITORY / "docker-compose.yml").read_text()
    (folder,) = re.findall(r"EMULATOR_STACK: \$\{EMULATOR_STACK:-(\S+)\}", text)
    (name,) = re.findall(r"^ +STACK: (\S+)", text, re.MULTILINE)
    assert Path(folder) == STATE / "stacks" / name
    assert f"- .:{STATE.parent}\n" in text
    assert f"- state:{STATE}\n" in text


def test_the_folder_that_the_volume_is_mounted_on_is_in_the_clone() -> None:
    """Otherwise the Docker engine makes the folder, and it belongs to root."""
    listed = subprocess.run(["git", "ls-files", ".local"], cwd=REPOSITORY, check=True, capture_output=True, text=True)
    assert listed.stdout.split() == [".local/.gitkeep"]


def test_deploy_alone_has_capabilities_and_needs_them_to_become_the_clone_s_owner() -> None:
    text = (REPOSITORY / "docker-compose.yml").read_text()
    assert re.findall(r"cap_add: \[(.*)\]", text) == ["CHOWN, KILL, SETGID, SETUID"]
    assert "cap_add" in text.partition("\n  deploy:\n")[2]
