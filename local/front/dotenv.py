"""Reads `.env` as python-dotenv and Docker Compose read it, with the standard library alone.

A line is `NAME=value`. `export ` before it, spaces around `=`, blank lines, `#` comments and Windows line ends are
allowed. A value in single quotes is taken as it is. In double quotes `\\n`, `\\t`, `\\"`, `\\\\` and `\\$` stand for
one character. Without quotes the value ends at the line's end or at a space before `#`. `${NAME}` and
`${NAME:-default}` are replaced, except in single quotes. Any other `$` is a `$`. A later line replaces an earlier one.
Any other line is refused with its number.
https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/
"""

import difflib
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from local.front.values import SettingsError

_ASSIGNMENT = re.compile(r"(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?P<value>.*)")
_QUOTED = re.compile(r"""(?:'(?P<single>[^']*)'|"(?P<double>(?:[^"\\]|\\.)*)")(?P<after>.*)""")
_COMMENT = re.compile(r"(?:^|[ \t]+)#.*")
_ESCAPE = re.compile(r"""\\(.)|\$\{(?P<name>[^}:]*)(?::-(?P<default>[^}]*))?\}""")
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\", "$": "$"}


def read(path: Path, names: Collection[str], environment: Mapping[str, str]) -> dict[str, tuple[str, int]]:
    """Returns the file's values by name, each with the number of its line. A missing file gives no values.

    Raises `SettingsError` for a line that cannot be read and for a name that is not one of `names`.
    """
    if not path.exists():
        return {}
    found: dict[str, tuple[str, int]] = {}
    for number, line in enumerate(_lines(path), start=1):
        text = line.strip(" \t")
        if not text or text.startswith("#"):
            continue
        try:
            known = {name: value for name, (value, _) in found.items()} | dict(environment)
            name, value = parse_line(text, known)
            _require_known(name, names)
        except ValueError as error:
            raise SettingsError(f"{path.name}, line {number}: {error}") from None
        found[name] = (value, number)
    return found


def parse_line(text: str, known: Mapping[str, str]) -> tuple[str, str]:
    """Returns `(name, value)` of an assignment. Raises a `ValueError` that says what is wrong with the line."""
    assignment = _ASSIGNMENT.fullmatch(text)
    if assignment is None:
        raise ValueError(f"{_shown(text)} is no assignment: write NAME=value, as in PORT=4666")
    return assignment["name"], _value(assignment["value"], known)


def _value(text: str, known: Mapping[str, str]) -> str:
    if text[:1] not in ("'", '"'):
        return _replaced(_COMMENT.sub("", text).rstrip(" \t"), known, escapes=False)
    quoted = _QUOTED.fullmatch(text)
    if quoted is None:
        raise ValueError(f"the quote {text[0]} is not closed on this line: close it")
    if _COMMENT.sub("", quoted["after"]).strip(" \t"):
        raise ValueError(f"{_shown(quoted['after'].strip())} stands behind the closing quote: remove it")
    if quoted["single"] is not None:
        return quoted["single"]
    return _replaced(quoted["double"], known, escapes=True)


def _replaced(text: str, known: Mapping[str, str], *, escapes: bool) -> str:
    def replacement(match: re.Match[str]) -> str:
        if match[1] is not None:
            return _ESCAPED.get(match[1], match[0]) if escapes else match[0]
        value = known.get(match["name"], "") or match["default"]
        if value is None:
            raise ValueError(f"{match[0]} is not set: set {match['name']} before, or quote it with ' to keep it")
        return str(value)

    return _ESCAPE.sub(replacement, text)


def _require_known(name: str, names: Collection[str]) -> None:
    if name not in names:
        close = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {close[0]}?" if close else f"use one of {', '.join(sorted(names))}"
        raise ValueError(f"{name} is no setting: {hint}")


def _lines(path: Path) -> list[str]:
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{path.name} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        number = error.object[: error.start].count(b"\n") + 1
        raise SettingsError(f"{path.name}, line {number}: not written in UTF-8: save the file in UTF-8") from None
    if "\0" in content:
        number = content[: content.index("\0")].count("\n") + 1
        raise SettingsError(f"{path.name}, line {number}: the line has a zero byte: remove it")
    return re.split(r"\r\n|\n|\r", content)


def _shown(text: str) -> str:
    shown = repr(text)
    return shown if len(shown) <= 60 else shown[:57] + "..."
