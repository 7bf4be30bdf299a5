"""A state belongs to the programs that saved it and to the code of the classes that it holds."""

import importlib
from pathlib import Path

import pytest

from localstack_dockerless.services.ecs import model
from localstack_dockerless.state import fingerprint


def test_only_this_packages_modules_count():
    found = fingerprint.of_code({"json", "localstack.config", model.__name__})
    assert list(found) == [model.__name__]
    assert len(found[model.__name__]) == 64


def test_a_module_that_is_gone_has_no_checksum():
    gone = ("localstack_dockerless.gone", "localstack_dockerless.gone.deeper")
    assert fingerprint.of_code(gone) == dict.fromkeys(gone, "")


def test_code_that_changed_while_it_ran_has_no_checksum(monkeypatch):
    before = fingerprint.of_code({model.__name__}, running=True)
    assert before == fingerprint.of_code({model.__name__})
    monkeypatch.setattr(fingerprint, "_BEGAN", 0.0)
    assert fingerprint.of_code({model.__name__}, running=True) == {model.__name__: ""}


CODE = '''"""A module."""

LIMIT = 3
"""An attribute."""


class Kept:
    """A class."""

    def text(self) -> str:
        """A method."""
        # A comment.
        return "a text"
'''
OTHER_WORDS = CODE.replace("A module", "Another module").replace("A comment", "Another comment")
NO_DOCSTRINGS = 'LIMIT = 3\nclass Kept:\n    def text(self) -> str: return "a text"\n'


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        (OTHER_WORDS, False),
        (CODE.replace("An attribute", "Another attribute").replace("A method", "Another method"), False),
        (NO_DOCSTRINGS, False),
        (CODE.replace("LIMIT = 3", "LIMIT = 4"), True),
        (CODE.replace("a text", "another text"), True),
    ],
)
def test_docstrings_comments_and_layout_do_not_count(
    code: str, *, counts: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(fingerprint, "PACKAGE", "kept_classes")
    monkeypatch.syspath_prepend(tmp_path)
    module = tmp_path / "kept_classes.py"
    found = []
    for content in (CODE, code):
        module.write_text(content)
        importlib.invalidate_caches()
        fingerprint._checksum_of.cache_clear()
        found.append(fingerprint.of_code({"kept_classes"})["kept_classes"])
    assert (found[0] != found[1]) is counts
