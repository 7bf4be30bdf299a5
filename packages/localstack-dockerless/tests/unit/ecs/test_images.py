"""The table of images is read whole, or refused with the file and the fault."""

from collections.abc import Callable
from pathlib import Path

import pytest

from localstack_dockerless.services.ecs.images import VARIABLE, Images, ImagesError, Process

TABLE = """
[[image]]
pattern = "*/nginx:*"
command = ["serve", "$PORT"]

[[image]]
pattern = "*"
entry_point = ["run"]
directory = "/srv"
"""


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Images]:
    """Returns a function that reads the table from a file that the variable names."""

    def made(text: str) -> Images:
        path = tmp_path / "images.toml"
        path.write_text(text)
        monkeypatch.setenv(VARIABLE, str(path))
        return Images.from_environment()

    return made


def test_the_first_pattern_that_fits_is_used(read: Callable[[str], Images]) -> None:
    images = read(TABLE)
    assert images.find("library/nginx:1") == Process("*/nginx:*", command=("serve", "$PORT"))
    assert images.find("nginx:1") == Process("*", entry_point=("run",), directory="/srv")


def test_without_the_variable_no_image_is_mapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert Images.from_environment().find("nginx:1") is None


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[image]]\n", "pattern and a command are needed"),
        ('[[image]]\npattern = "x"\n', "pattern and a command are needed"),
        ('[[image]]\npattern = "x"\ncommand = "serve"\n', "command"),
        ('[[image]]\npattern = "x"\ncommand = ["serve"]\nport = 1\n', "port"),
        ("[image", "images.toml"),
        ("[other]\n", "only"),
    ],
)
def test_a_fault_is_named(read: Callable[[str], Images], text: str, fault: str) -> None:
    with pytest.raises(ImagesError, match=fault):
        read(text)


def test_a_file_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "none.toml"))
    with pytest.raises(ImagesError, match=r"none\.toml"):
        Images.from_environment()
