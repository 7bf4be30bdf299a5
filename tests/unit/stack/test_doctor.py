"""`make doctor` names each missing program with its remedy, and does not wait for a check that hangs."""

import dataclasses
import io
import platform
import socket
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from local.launcher import doctor, terraform_environment
from local.launcher import settings as places
from local.launcher.doctor import CHECKS, Finding, ask
from local.launcher.settings import Settings
from tests.support.shells import given

STACK = Settings(name="nobody-has-this")


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Puts a program onto the PATH, which has no other program."""
    folder = tmp_path / "bin"
    folder.mkdir()
    given(monkeypatch, PATH=str(folder))

    def put(name: str, script: str) -> None:
        program = folder / name
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)

    return put


@pytest.mark.parametrize(
    ("script", "found", "well"),
    [
        ("echo Terraform v1.11.4", "v1.11.4", True),
        ("echo Terraform v1.12.0", "v1.12.0", True),
        ("echo Terraform v2.0.1", "v2.0.1", True),
        ("echo Terraform v1.9.8", "v1.9.8", False),
        ("echo no version is set >&2; exit 1", "no version is set", False),
        ("exit 3", "exit code 3", False),
    ],
)
def test_terraform_is_new_enough(path: Callable[[str, str], None], script: str, found: str, well: bool) -> None:
    path("terraform", script)
    finding = CHECKS["Terraform"](STACK)
    assert (finding.found, finding.remedy == "", finding.needed) == (found, well, True)


@pytest.mark.parametrize("program", ["Terraform", "make"])
def test_a_missing_program_fails(path: Callable[[str, str], None], program: str) -> None:
    finding = CHECKS[program](STACK)
    assert finding.found == "not on the PATH"
    assert "install" in finding.remedy
    assert finding.needed


@pytest.mark.parametrize(("mode", "needed"), [("auto", False), ("embedded", False), ("docker", True)])
def test_docker_is_needed_where_it_was_asked_for(path: Callable[[str, str], None], mode: str, needed: bool) -> None:
    path("docker", "exit 1")
    finding = CHECKS["Docker"](dataclasses.replace(STACK, mode=mode))
    assert bool(finding.remedy and finding.needed) == needed


def test_a_check_that_hangs_is_noted_and_not_waited_for() -> None:
    released = threading.Event()

    def hang(_: Settings) -> Finding:
        released.wait(60)
        return Finding("slow", "late")

    slow, quick = ask({"slow": hang, "quick": lambda _: Finding("quick", "here")}, STACK, 0.05)
    released.set()
    assert (slow.found, slow.needed) == ("no answer within 0.05 s", False)
    assert quick.found == "here"


def test_a_port_that_is_taken_fails_and_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "taken_ports", lambda ports: ports[1:2])
    finding = CHECKS["ports"](dataclasses.replace(STACK, port=5480))
    assert "5481" in finding.found
    assert f"make up STACK={STACK.name} PORT=5580" in finding.remedy
    assert finding.needed


def test_a_stack_s_own_ports_are_not_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "LOCAL", tmp_path)
    STACK.directory.mkdir(parents=True)
    (STACK.directory / "stack.json").write_text("{}")
    assert not CHECKS["ports"](STACK).remedy


@pytest.mark.parametrize(
    ("held", "well"),
    [
        ("{version}/linux_{machine}/terraform-provider-aws", True),
        ("terraform-provider-aws_{version}_linux_{machine}.zip", True),
        ("4.0.0/linux_{machine}/terraform-provider-aws", False),
        ("{version}/linux_s390x/terraform-provider-aws", False),
    ],
)
def test_a_mirror_holds_the_locked_provider(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: str, well: bool
) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    file = (
        tmp_path
        / terraform_environment.REGISTRY
        / "hashicorp"
        / "aws"
        / held.format(version="5.100.0", machine="amd64")
    )
    file.parent.mkdir(parents=True)
    file.touch()
    given(monkeypatch, TF_PLUGIN_MIRROR=str(tmp_path))
    finding = CHECKS["AWS provider"](STACK)
    assert (finding.remedy == "", finding.needed) == (well, True)


@pytest.mark.parametrize(
    ("proxies", "asked"),
    [
        ({}, (terraform_environment.REGISTRY, 443)),
        ({"https": "http://proxy.example:3128"}, ("proxy.example", 3128)),
        ({"https": "proxy.example:3128"}, ("proxy.example", 3128)),
    ],
)
@pytest.mark.parametrize("answers", [True, False])
def test_without_a_mirror_the_registry_or_the_proxy_must_answer(
    monkeypatch: pytest.MonkeyPatch, proxies: dict[str, str], asked: tuple[str, int], answers: bool
) -> None:
    connected = []

    def connect(address: tuple[str, int], timeout: float) -> io.BytesIO:
        connected.append(address)
        if not answers:
            raise ConnectionRefusedError("refused")
        return io.BytesIO()  # something to close

    monkeypatch.setattr(terraform_environment, "find_mirror", lambda _: None)
    monkeypatch.setattr(doctor, "getproxies", lambda: proxies)
    monkeypatch.setattr(socket, "create_connection", connect)
    finding = CHECKS["AWS provider"](STACK)
    assert connected == [asked]
    assert ("TF_PLUGIN_MIRROR" in finding.remedy) != answers


@pytest.mark.parametrize(
    ("findings", "code"),
    [
        ([Finding("a", "here")], 0),
        ([Finding("a", "here"), Finding("b", "gone", "get it", needed=False)], 0),
        ([Finding("a", "here"), Finding("b", "gone", "get it")], 1),
    ],
)
def test_what_is_needed_and_missing_fails(
    findings: list[Finding], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(doctor, "CHECKS", {finding.what: lambda _, found=finding: found for finding in findings})
    assert doctor.doctor(STACK) == code
    printed = capsys.readouterr().out
    assert all(finding.remedy in printed for finding in findings)
