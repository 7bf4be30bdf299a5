"""The documents, aws.tfvars, `make push` and `make package` agree about the image and the zips."""

import re
import shlex
from pathlib import Path

import pytest

from artifacts import tfvars
from local.commands.push import push
from local.front.commands import COMMANDS
from local.front.values import checked
from local.launcher.settings import REPOSITORY, Settings
from tests.unit.tools.test_push import IMAGE, noted

__all__ = ["noted"]

TEXTS = [
    REPOSITORY / "README.md",
    REPOSITORY / "CONTRIBUTING.md",
    REPOSITORY / "terraform" / "README.md",
    *sorted((REPOSITORY / "docs").glob("*.md")),
]
_COMMAND = re.compile(r"make (?P<target>push|package)(?P<rest>(?: [A-Z_]+=(?:<[^>]*>|[^\s`|]+))*)")
PLACEHOLDERS = {"ECR_REPOSITORY": IMAGE, "RELEASE": tfvars.value("aws", "release")}


def documented() -> list[tuple[str, str, dict[str, str]]]:
    """Returns each `make push` and `make package` of the texts: the file, the target, the values."""
    found = []
    for text in TEXTS:
        for command in _COMMAND.finditer(text.read_text()):
            words = shlex.split(re.sub(r"<[^>]*>", "?", command["rest"]))
            values = dict(word.split("=", 1) for word in words)
            filled = {name: PLACEHOLDERS[name] if value == "?" else value for name, value in values.items()}
            found.append((f"{text.parent.name}/{text.name}", command["target"], filled))
    return found


@pytest.mark.parametrize(("where", "target", "values"), documented())
def test_a_documented_command_fits_the_tasks_of_aws_tfvars(where: str, target: str, values: dict[str, str]) -> None:
    for name in values:
        checked(values, name)
    COMMANDS[target].arguments(values)  # refuses an image that the tasks cannot start
    assert values.get("ARCHITECTURE", tfvars.value("aws", "cpu_architecture")) == tfvars.value(
        "aws", "cpu_architecture"
    ), where


def test_both_targets_are_documented() -> None:
    assert {target for _, target, _ in documented()} == {"push", "package"}


def test_an_image_for_aws_is_of_the_processor_and_the_release_that_aws_tfvars_names(
    noted: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("local.commands.push.machine", lambda: "arm64")
    monkeypatch.setenv("ECR_REPOSITORY", IMAGE)
    assert push(Settings()) == 0
    platform = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}[tfvars.value("aws", "cpu_architecture")]
    image = f"{IMAGE}:{tfvars.value('aws', 'release')}"
    assert noted.read_text().splitlines()[0] == (
        f"docker build --platform={platform} -f service/Dockerfile -t {image} ."
    )
