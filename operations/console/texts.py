"""The texts of the pages in Croatian and English. Each page has a file in `texts/`, and `common.toml` is for all.

`lambdas/reporter/texts/` says how a file is written.
"""

from collections.abc import Mapping
from pathlib import Path

from markupsafe import Markup, escape

from lambdas.reporter import texts
from lambdas.reporter.texts import LANGUAGES, MissingTextError, plural

__all__ = ["COMMON", "FOLDER", "LANGUAGES", "MissingTextError", "Texts", "plural", "read"]

FOLDER = Path(__file__).parent / "texts"
COMMON = "common"


class Texts(texts.Texts):
    """The texts that one page sees in one language: its own first, then the common ones."""

    def __init__(self, language: str, own: str = COMMON) -> None:
        super().__init__(language, read(own), read(COMMON))

    def __call__(self, name: str, /, **values: object) -> Markup:
        """Returns a text with its values. The values are escaped unless they are markup."""
        found = Markup(self.pattern(name))  # noqa: S704  the files are ours, and values are escaped
        return found.format(**{key: escape(value) for key, value in values.items()})


def read(name: str) -> Mapping[str, Mapping[str, str]]:
    """Reads a file of texts. A page without texts of its own has no file."""
    return texts.read(FOLDER / f"{name}.toml")
