"""Says a finding in the reader's language, with the reader's numbers and local times."""

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from domain.alarms import in_words
from domain.findings import BY_CODE
from domain.readings import NETWORK_PARAMETERS
from operations.console.formats import Formats
from operations.console.texts import Texts

_DIGITS = 4
"""Significant digits, as in the check's own words."""


class Words:
    """The words of findings for one reader."""

    def __init__(self, texts: Texts, formats: Formats) -> None:
        self._t, self._f = texts, formats

    def title(self, code: str) -> Markup | str:
        """Returns the name of a check."""
        return self._t(code) if code in BY_CODE and self._t.has(code) else code

    def __call__(self, code: str, details: Mapping[str, Any]) -> Markup | str:
        """Returns a finding in a few words. A finding of an unknown check, or of an older form, is in English."""
        try:
            found = self._one(code, details)
        except (KeyError, IndexError, TypeError, ValueError):
            return in_words(code, details)
        days = details.get("days", 1)
        return self._t("in_a_row", words=found, days=days) if code == "MCD" and days > 1 else found

    def _one(self, code: str, details: Mapping[str, Any]) -> Markup:
        name, values = _VALUES[code](self, details)
        return self._t(name, **values)

    def n(self, value: float) -> str:
        """Writes a number with 4 significant digits, or a whole number."""
        text = f"{value:.{_DIGITS}g}" if abs(value) < 10**_DIGITS else f"{value:.1f}"
        return self._f.number(format(float(text), "f").rstrip("0").rstrip("."))

    def exact(self, value: float) -> str:
        """Writes all digits of a number."""
        return self._f.number(f"{value:.6f}".rstrip("0").rstrip("."))

    def first(self, details: Mapping[str, Any]) -> Markup:
        """Writes the local time of the first missing interval."""
        return self._f.time(details["first_missing_intervals"][0])

    def lacking(self, details: Mapping[str, Any]) -> Markup | str:
        """Writes the network parameters that readings lack."""
        names = details["missing_parameters"]
        if len(names) == len(NETWORK_PARAMETERS):
            return self._t("words_MNP_all")
        return ", ".join(str(self._t(name)) for name in names)


type _Details = Mapping[str, Any]
type _Say = Callable[[Words, _Details], tuple[str, dict[str, Any]]]


def _band(unit: str) -> _Say:
    def say(words: Words, d: _Details) -> tuple[str, dict[str, Any]]:
        least, most = words.n(d[f"least_{unit}"]), words.n(d[f"most_{unit}"])
        name = "words_VOL" if unit == "v" else "words_FRQ"
        return name, {"outside": d["outside"], "of": d["of"], "least": least, "most": most}

    return say


def _shift(_: Words, d: _Details) -> tuple[str, dict[str, Any]]:
    minutes = d["minutes"]
    return "words_SHF_late" if minutes > 0 else "words_SHF_early", {"minutes": abs(minutes)}


_VALUES: Mapping[str, _Say] = {
    "MCD": lambda _, d: ("words_MCD", {"expected": d["expected_intervals"]}),
    "ICD": lambda w, d: (
        "words_ICD",
        {"missing": d["missing_intervals"], "expected": d["expected_intervals"], "first": w.first(d)},
    ),
    "MNP": lambda w, d: (
        "words_MNP",
        {"without": d["readings_without_parameters"], "readings": d["readings"], "names": w.lacking(d)},
    ),
    "SPK": lambda w, d: ("words_SPK", {"highest": w.n(d["highest_kwh"]), "third": w.n(d["third_highest_kwh"])}),
    "HIL": lambda w, d: ("words_HIL", {"kwh": w.n(d["kwh"]), "like": w.n(d["like_days_mean_kwh"])}),
    "CAP": lambda w, d: ("words_CAP", {"highest": w.n(d["highest_kw"]), "limit": w.n(d["limit_kw"])}),
    "OVF": lambda w, d: ("words_OVF", {"values": "; ".join(map(w.exact, d["constants_kwh"]))}),
    "REG": lambda w, d: ("words_REG", {"first": w.n(d["first_kwh"]), "last": w.n(d["last_kwh"])}),
    "UNI": lambda w, d: ("words_UNI", {"factor": w.n(d["factor"])}),
    "ZER": lambda _, d: ("words_ZER", {"days": d["days"]}),
    "FLT": lambda w, d: ("words_FLT", {"kwh": w.n(d["kwh"]), "n": d["intervals"]}),
    "OUT": lambda w, d: ("words_OUT", {"kwh": w.n(d["kwh"]), "n": d["intervals"]}),
    "VOL": _band("v"),
    "FRQ": _band("hz"),
    "SHF": _shift,
    "EST": lambda _, d: ("words_EST", {"days": d["days"]}),
}
"""The text and its values for each check. A test holds that every check is here."""
