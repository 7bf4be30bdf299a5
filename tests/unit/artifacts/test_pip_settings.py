"""`pip install` gets the user's options for the source of packages, and none for the target."""

import os
from pathlib import Path

import pytest

from artifacts import pip_settings

FIXED = {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"}
PLACEMENT = ("user", "target", "prefix", "root", "require-virtualenv", "dry-run", "no-binary", "no-deps", "python")


def of(home: Path, **variables: str) -> dict[str, str]:
    """Returns the options in addition to the fixed ones. No configuration file of the machine is read."""
    found = pip_settings.of({"XDG_CONFIG_DIRS": str(home / "nowhere")} | variables, home)
    assert found.items() >= FIXED.items()
    return {name: value for name, value in found.items() if name not in FIXED}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = pip_settings._files
    monkeypatch.setattr(
        pip_settings, "_files", lambda *given: (path for path in found(*given) if path != Path("/etc/pip.conf"))
    )
    return tmp_path


def write(path: Path, content: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def test_index_and_certificates_of_the_shell_are_passed_on(home: Path):
    given = {"PIP_INDEX_URL": "https://mirror.internal/simple", "PIP_CERT": "/ca.pem", "PIP_TRUSTED_HOST": "mirror"}
    assert of(home, **given) == given


@pytest.mark.parametrize("option", PLACEMENT)
def test_placement_is_passed_on_neither_from_the_shell_nor_from_a_file(home: Path, option: str):
    write(home / ".config" / "pip" / "pip.conf", f"[global]\n{option} = true\n[install]\n{option} = true\n")
    assert of(home, **{"PIP_" + option.upper().replace("-", "_"): "true"}) == {}


def test_files_are_read_as_pip_reads_them(home: Path):
    write(home / ".pip" / "pip.conf", "[global]\nindex-url = https://old/simple\ntimeout = 5\n")
    write(home / ".config" / "pip" / "pip.conf", "[global]\nindex_url = https://new/simple\n[install]\ntimeout = 9\n")

    assert of(home) == {"PIP_INDEX_URL": "https://new/simple", "PIP_TIMEOUT": "9"}
    assert of(home, PIP_TIMEOUT="7")["PIP_TIMEOUT"] == "7"


def test_several_values_stay_several(home: Path):
    write(home / ".config" / "pip" / "pip.conf", "[global]\nfind-links =\n    /one\n    /two\n")
    assert of(home)["PIP_FIND_LINKS"].split() == ["/one", "/two"]


def test_a_named_file_stands_for_the_users(home: Path):
    write(home / ".config" / "pip" / "pip.conf", "[global]\nproxy = http://users\n")
    named = write(home / "named.conf", "[global]\nindex-url = https://named/simple\n")

    assert of(home, PIP_CONFIG_FILE=str(named)) == {"PIP_INDEX_URL": "https://named/simple"}
    assert of(home, PIP_CONFIG_FILE=os.devnull) == {}


@pytest.mark.parametrize("content", ["no section", "[global\nindex-url = x", "[global]\nindex-url\n"])
def test_a_file_that_cannot_be_read_says_nothing(home: Path, content: str):
    write(home / ".config" / "pip" / "pip.conf", content)
    assert of(home) == {}


def test_uv_is_given_the_same_indexes_and_certificates_and_reads_no_file(home: Path):
    write(
        home / ".config" / "pip" / "pip.conf",
        "[global]\nextra-index-url =\n    https://one/simple\n    https://two/simple\n",
    )
    shell = {"PIP_INDEX_URL": "https://mirror.internal/simple", "PIP_CERT": "/ca.pem", "PIP_FIND_LINKS": "/one /two"}

    assert pip_settings.for_uv({"XDG_CONFIG_DIRS": str(home / "nowhere")} | shell, home) == {
        "UV_DEFAULT_INDEX": "https://mirror.internal/simple",
        "UV_INDEX": "https://one/simple https://two/simple",
        "SSL_CERT_FILE": "/ca.pem",
        "UV_FIND_LINKS": "/one,/two",
        "UV_NO_CONFIG": "1",
        "UV_PYTHON_DOWNLOADS": "never",
    }


@pytest.mark.parametrize("option", PLACEMENT)
def test_uv_is_given_no_placement(home: Path, option: str):
    given = {"XDG_CONFIG_DIRS": str(home / "nowhere"), "PIP_" + option.upper().replace("-", "_"): "true"}
    assert pip_settings.for_uv(given, home) == {"UV_NO_CONFIG": "1", "UV_PYTHON_DOWNLOADS": "never"}
