"""`.env` has the syntax of dotenv files. Any other line is refused with its number and the reason."""

from pathlib import Path

import pytest

from local.front import dotenv
from local.front.values import NAMES, SettingsError


def read(tmp_path: Path, content: str | bytes, **environment: str) -> dict[str, str]:
    path = tmp_path / ".env"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return {name: value for name, (value, _) in dotenv.read(path, NAMES, environment).items()}


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("ADMIN_EMAIL=a@example.com", "a@example.com"),
        ("ADMIN_EMAIL='a@example.com'", "a@example.com"),
        ('ADMIN_EMAIL="a@example.com"', "a@example.com"),
        ("export ADMIN_EMAIL=a@example.com", "a@example.com"),
        ("  export\tADMIN_EMAIL = a@example.com  ", "a@example.com"),
        ("ADMIN_EMAIL=a@example.com # ours", "a@example.com"),
        ("ADMIN_EMAIL='a@example.com' # ours", "a@example.com"),
        ("ADMIN_EMAIL=a#b@example.com", "a#b@example.com"),
        ("ADMIN_EMAIL='a #b'", "a #b"),
        ('ADMIN_EMAIL="a #b"', "a #b"),
        ("ADMIN_EMAIL=a$b@example.com", "a$b@example.com"),
        ("ADMIN_EMAIL='${HOME}'", "${HOME}"),
        ("ADMIN_EMAIL=${WHO}@example.com", "me@example.com"),
        ('ADMIN_EMAIL="${NOBODY:-you}@example.com"', "you@example.com"),
        ('ADMIN_EMAIL="a\\"b\\\\c\\$d"', 'a"b\\c$d'),
        ("ADMIN_EMAIL='it\"s'", 'it"s'),
        ("ADMIN_EMAIL=", ""),
        ("ADMIN_EMAIL=''", ""),
        ("ADMIN_EMAIL=a=b", "a=b"),
        ("ADMIN_EMAIL=é@example.com", "é@example.com"),
    ],
)
def test_a_line_gives_its_value(tmp_path: Path, line: str, value: str) -> None:
    assert read(tmp_path, f"{line}\n", WHO="me") == {"ADMIN_EMAIL": value}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system_are_taken(tmp_path: Path, end: str) -> None:
    content = end.join(["# the stack", "", "STACK=two", "PORT='4666'", "  # more", "STACK=three"])
    assert read(tmp_path, content) == {"STACK": "three", "PORT": "4666"}


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    assert read(tmp_path, b"\xef\xbb\xbfSTACK=two\r\n") == {"STACK": "two"}


def test_without_a_file_nothing_is_set(tmp_path: Path) -> None:
    assert dotenv.read(tmp_path / ".env", NAMES, {}) == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("STACK=two\nPORT", "line 2: 'PORT' is no assignment: write NAME=value"),
        ("PORT := 4666", "line 1: 'PORT := 4666' is no assignment"),
        ("PORT ?= 4666", "is no assignment"),
        ("ifdef X", "is no assignment"),
        ("include other", "is no assignment"),
        ("2PORT=1", "is no assignment"),
        ("STACK='two", "the quote ' is not closed"),
        ('STACK="two', 'the quote " is not closed'),
        ("STACK='two' three", "'three' stands behind the closing quote"),
        ("STAKC=two", "STAKC is no setting: did you mean STACK?"),
        ("AWS_PROFILE=production", "AWS_PROFILE is no setting"),
        ("STACK=${NOWHERE}", "${NOWHERE} is not set"),
        (b"STACK=two\nADMIN_EMAIL=\xe9@example.com\n", "line 2: not written in UTF-8"),
        (b"STACK=two\n\nPORT=46\x0066\n", "line 3: the line has a zero byte"),
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_its_number(tmp_path: Path, content: str | bytes, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(tmp_path, content)
    assert said in str(caught.value)
    assert str(caught.value).startswith(".env, line ")
    assert "\n" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").mkdir()
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        dotenv.read(tmp_path / ".env", NAMES, {})
