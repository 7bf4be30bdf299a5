"""Reads the download settings of pip from the shell's variables and pip's own files. Standard library only.

A variable or a file can set any option of pip. Options such as `user`, `target`, `prefix`, `dry-run` and `no-binary`
put packages elsewhere or change them. So this module passes on only the options below, as variables, and tells pip to
read no file. https://pip.pypa.io/en/stable/topics/configuration/ lists the files and their order.
"""

import configparser
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

PASSED_ON = (
    *("index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "keyring-provider"),
    *("proxy", "cert", "client-cert", "timeout", "default-timeout", "retries", "resume-retries"),
    *("cache-dir", "no-cache-dir"),
)
_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "timeout": "UV_HTTP_TIMEOUT",
}
_SECTIONS = ("global", "install")


def of(shell: Mapping[str, str], home: Path) -> dict[str, str]:
    """Returns variables with the download settings of `shell` and of the files that pip would read in that shell."""
    return {_variable(name): value for name, value in _found(shell, home).items()} | {
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
    }


def for_uv(shell: Mapping[str, str], home: Path) -> dict[str, str]:
    """Returns the variables that give uv the same indexes, certificates and proxy. uv itself reads no file then.

    The names are those of https://docs.astral.sh/uv/reference/environment/. pip separates several values by white
    space, and uv by spaces or commas.
    """
    found = _found(shell, home)
    given = {variable: " ".join(found[name].split()) for name, variable in _UV.items() if name in found}
    if "find-links" in found:
        given["UV_FIND_LINKS"] = ",".join(found["find-links"].split())
    if proxy := found.get("proxy"):
        given |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), proxy)
    return given | {"UV_NO_CONFIG": "1", "UV_PYTHON_DOWNLOADS": "never"}


def _found(shell: Mapping[str, str], home: Path) -> dict[str, str]:
    """Returns the options that the files and then the variables give, by their names."""
    found: dict[str, str] = {}
    for path in _files(shell, home):
        found |= _read(path)
    return found | {name: shell[variable] for name in PASSED_ON if shell.get(variable := _variable(name))}


def _variable(name: str) -> str:
    return "PIP_" + name.upper().replace("-", "_")


def _files(shell: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Yields pip's files. A later file overrides an earlier one."""
    named = shell.get("PIP_CONFIG_FILE")
    if named == os.devnull:  # this value tells pip to read no file
        return
    for folder in reversed((shell.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")):
        yield Path(folder) / "pip" / "pip.conf"
    yield Path("/etc/pip.conf")
    if named and Path(named).exists():
        yield Path(named)
        return
    yield home / ".pip" / "pip.conf"
    yield Path(shell.get("XDG_CONFIG_HOME") or home / ".config") / "pip" / "pip.conf"


def _read(path: Path) -> dict[str, str]:
    """Returns the file's options. A file that is missing or unreadable gives none: pip itself reports such a file."""
    parser = configparser.RawConfigParser()
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError):
        return {}
    found: dict[str, str] = {}
    for section in filter(parser.has_section, _SECTIONS):
        for name, value in parser.items(section):
            option = name.removeprefix("--").replace("_", "-")  # as pip reads it; the parser made it lower case
            if option in PASSED_ON and value:
                found[option] = value
    return found
