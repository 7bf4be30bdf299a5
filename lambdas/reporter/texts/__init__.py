"""The texts in Croatian and English. A catalogue is a TOML file, and a text is `name = { en = "...", hr = "..." }`.

A text may have values, as in `{day}`. A count has a text for each plural: `alarms_one`, `alarms_few` (Croatian 2 to 4)
and `alarms_many`. The console has catalogues of its own, in `operations/console/texts/`.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "hr")

type Catalogue = Mapping[str, Mapping[str, str]]

REPORT = Path(__file__).parent / "report.toml"


class MissingTextError(KeyError):
    """A page asks for a text that no catalogue has."""


class Texts:
    """The texts of some catalogues in one language. The first catalogue that has a text gives it."""

    def __init__(self, language: str, *catalogues: Catalogue) -> None:
        self.language = language
        self._catalogues = catalogues

    def __call__(self, name: str, /, **values: object) -> str:
        """Returns a text with its values. Raises `MissingTextError`."""
        return self.pattern(name).format(**values)

    def pattern(self, name: str) -> str:
        """Returns a text with the names of its values. Raises `MissingTextError`."""
        for catalogue in self._catalogues:
            if name in catalogue:
                return catalogue[name][self.language]
        raise MissingTextError(name)

    def has(self, name: str) -> bool:
        """Returns whether there is such a text."""
        return any(name in catalogue for catalogue in self._catalogues)

    def count(self, name: str, number: int, /, **values: object) -> str:
        """Returns the text of a count. `{n}` stands for the number unless `values` has another `n`."""
        return self(f"{name}_{plural(self.language, number)}", **{"n": number, **values})


@cache
def read(path: Path) -> Catalogue:
    """Reads a catalogue. A file that is not there has no texts."""
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
