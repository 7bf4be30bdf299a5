"""The texts of the pages in Croatian and English. Each page has a file in `texts/`, and `common.toml` is for all.

A text is `name = { en = "...", hr = "..." }`. It may have values, as in `{day}`. A count has a text for each plural:
`alarms_one`, `alarms_few` (Croatian 2 to 4) and `alarms_many`.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

LANGUAGES = ("en", "hr")
FOLDER = Path(__file__).parent / "texts"
COMMON = "common"


class MissingTextError(KeyError):
    """A template asks for a text that no file has."""


class Texts:
    """The texts that one page sees in one language: its own first, then the common ones."""

    def __init__(self, language: str, own: str = COMMON) -> None:
        self.language = language
        self._files = (read(own), read(COMMON))

    def __call__(self, name: str, /, **values: object) -> Markup:
        """Returns a text with its values. The values are escaped unless they are markup."""
        for file in self._files:
            if name in file:
                text = Markup(file[name][self.language])  # noqa: S704  the files are ours, and values are escaped
                return text.format(**{key: escape(value) for key, value in values.items()})
        raise MissingTextError(name)

    def has(self, name: str) -> bool:
        """Returns whether there is such a text."""
        return any(name in file for file in self._files)

    def count(self, name: str, number: int, /, **values: object) -> Markup:
        """Returns the text of a count. `{n}` stands for the number unless `values` has another `n`."""
        return self(f"{name}_{plural(self.language, number)}", **{"n": number, **values})


@cache
def read(name: str) -> Mapping[str, Mapping[str, str]]:
    """Reads a file of texts. A page without texts of its own has no file."""
    path = FOLDER / f"{name}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def plural(language: str, number: int) -> str:
    """Returns `one`, `few` or `many`.

    https://www.unicode.org/cldr/charts/48/supplemental/language_plural_rules.html
    """
    if language == "en":
        return "one" if number == 1 else "many"
    last, teens = number % 10, number % 100
    if last == 1 and teens != 11:
        return "one"
    return "few" if 2 <= last <= 4 and not 12 <= teens <= 14 else "many"
