"""The README's first steps lead from an empty environment to the answer of an ECS task."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from dockerless_testing.network import free_port
from dockerless_testing.shell import SHELL, downloading
from dockerless_testing.waiting import wait_until

PACKAGE = Path(__file__).parents[2]
SECONDS = 3600  # usually 2 minutes, with 1 minute of Terraform's provider; a first run downloads 200 MB
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,-]+\])?==([^\s\\;]+)", re.MULTILINE)


@pytest.fixture
def folder() -> Iterator[Path]:
    """Yields a copy of the package as a user gets it: without tests and without generated files."""
    with tempfile.TemporaryDirectory(prefix="dockerless-") as name:
        copy = Path(name) / "package"
        unwanted = shutil.ignore_patterns("tests", ".venv", ".localstack", ".terraform*", "*.tfstate*", "__pycache__")
        shutil.copytree(PACKAGE, copy, ignore=unwanted)
        yield copy


def script() -> str:
    """Returns the commands of the README's section, on ports that are free here."""
    section = (PACKAGE / "README.md").read_text().split("## First steps\n")[1].split("\n## ")[0]
    commands = "".join(re.findall(r"^```sh\n(.*?)^```$", section, re.MULTILINE | re.DOTALL))
    for port in ("4566", "8000"):
        assert port in commands
        commands = commands.replace(port, str(free_port()))
    return commands


def environment(folder: Path) -> dict[str, str]:
    """Returns the shell's environment, with the versions and the provider of the tests' variables."""
    given = downloading() | {"PATH": f"{sys.base_prefix}/bin{os.pathsep}{os.environ['PATH']}"}
    given["PIP_NO_COMPILE"] = "1"  # most of it is never imported
    if locked := SHELL.get("DOCKERLESS_CONSTRAINTS"):
        pins = [f"{name}=={version}\n" for name, version in PIN.findall(Path(locked).read_text())]
        constraints = folder.parent / "constraints.txt"  # without hashes, which pip would require of this package too
        constraints.write_text("".join(pins))
        given["PIP_CONSTRAINT"] = str(constraints)
    if mirror := SHELL.get("TF_PLUGIN_MIRROR"):
        given["TF_CLI_ARGS_init"] = shlex.quote(f"-plugin-dir={mirror}")
    return given | {"TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": os.devnull}


def _is_over(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.downloads
def test_the_commands_of_the_readme_lead_to_an_answer_and_leave_no_process(folder: Path):
    with subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", script()],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=SECONDS)
            wait_until(lambda: _is_over(process.pid), 20, "the end of all processes of the commands")
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == 0, output[-5000:]
    assert "HTTP/1.1 200 OK" in output
    assert "Hello from an ECS task" in output
    assert "11 destroyed" in output
