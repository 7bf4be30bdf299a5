"""Writes numbers, energy and times for people, in the language of a report.

The run stores reports in English, as the administrator's mails are. `operations.report` and the console write the same
report in Croatian.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

from domain.findings import BY_CODE
from domain.summaries import OTHERS
from lambdas.reporter.pages import Markup
from lambdas.reporter.texts import REPORT, Texts, read

NONE = "\N{EN DASH}"
"""Stands for a number that is not there."""

_UNITS = (("GWh", "GW", Decimal(1_000_000)), ("MWh", "MW", Decimal(1_000)), ("kWh", "kW", Decimal(1)))
_CROATIAN = str.maketrans(",.", ".,")
"""https://www.unicode.org/cldr/charts/48/by_type/numbers.symbols.html"""


class Writer:
    """Writes in one language. `t` has the texts of a report."""

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self.t = Texts(language, read(REPORT))

    def number(self, written: str) -> str:
        """Returns a number that Python has written with the separators of the language."""
        return written.translate(_CROATIAN) if self.language == "hr" else written

    def count(self, number: int) -> str:
        """Writes `1,234`."""
        return self.number(f"{number:,}")

    def counted(self, number: int, noun: str) -> str:
        """Writes `1 interval` or `1,234 intervals`. `noun` names a text."""
        return self.t.count(noun, number, n=self.count(number))

    def signed(self, number: int) -> str:
        """Writes `+3`, `-3` or `0`, with a real minus sign."""
        return self.number(f"{number:+,}").replace("-", "\N{MINUS SIGN}") if number else "0"

    def percent(self, part: int, whole: int) -> str:
        """Writes `99.31 %`, rounded down: only a whole is 100 %."""
        if whole == 0:
            return NONE
        return self.number(f"{(Decimal(100 * part) / whole).quantize(Decimal('0.01'), ROUND_FLOOR):f} %")

    def energy(self, kwh: Decimal) -> str:
        """Writes energy with 2 decimals in a unit that fits, for example `12.35 MWh`."""
        name, _, factor = _unit(kwh)
        return self.number(f"{(kwh / factor).quantize(Decimal('0.01'), ROUND_HALF_EVEN):,f} {name}")

    def exact(self, kwh: Decimal) -> str:
        """Writes all decimals of an energy, without its unit."""
        return self.number(f"{kwh:,f}")

    def axis(self, number: float) -> str:
        """Writes a round number of an axis: `1,250` or `0.25`."""
        return self.number(f"{number:,.10f}".rstrip("0").rstrip(".") if number % 1 else f"{number:,.0f}")

    def day(self, day: date) -> str:
        """Writes `Sunday, 1 November 2026`."""
        weekday = self.t(f"weekday_{day.weekday()}")
        return self.t("day", weekday=weekday, day=day.day, month=self.t(f"month_{day.month}_of"), year=day.year)

    def month(self, day: date) -> str:
        """Writes `November 2026`."""
        return self.t("month", month=self.t(f"month_{day.month}"), year=day.year)

    def type(self, name: str) -> str:
        """Returns the words of a customer's type. The empty text stands for readings without a customer."""
        text = f"type_{name}" if name else "type_none"
        return self.t(text) if self.t.has(text) else name

    def county(self, name: str) -> str:
        """Returns the name of a county."""
        return {"": self.t("no_county"), OTHERS: self.t("other_counties")}.get(name, name)

    def method(self, name: str) -> str:
        """Returns the words of a method of estimation."""
        text = f"method_{name}"
        return self.t(text) if self.t.has(text) else name.replace("_", " ")

    def check(self, code: str) -> str:
        """Returns a check's code and title."""
        return f"{code} {self.title(code)}" if code in BY_CODE else code

    def title(self, code: str) -> str:
        """Returns the title of a known check."""
        return BY_CODE[code].title

    def words(self, reason: Mapping[str, object]) -> Markup | str:
        """Returns what a check found, in a few words. The summary has them in English."""
        return str(reason["words"])


ENGLISH = Writer()
"""The run stores its reports in this language."""


def share(part: int, whole: int) -> float:
    """Returns the percent for a picture. Nothing of nothing is 0."""
    return 100 * part / whole if whole else 0.0


def unit_of(values: Sequence[float], *, is_power: bool = False) -> tuple[str, float]:
    """Returns the unit of an axis for values in kWh or kW, and the number of kWh or kW in it."""
    energy_name, power_name, factor = _unit(Decimal(max(values, default=0)))
    return power_name if is_power else energy_name, float(factor)


def local(instant: datetime, zone: ZoneInfo) -> str:
    """Writes an instant in local time with its offset: `2026-11-02 02:15 +01:00`."""
    return f"{instant.astimezone(zone):%Y-%m-%d %H:%M} {_offset(instant, zone)}"


def hours_of(start: datetime, number: int, zone: ZoneInfo) -> list[str]:
    """Returns the local time at the start of each hour and at the end. The offset is shown where the clocks change."""
    instants = [start + timedelta(hours=hour) for hour in range(number + 1)]
    changes = len({_offset(instant, zone) for instant in instants}) > 1
    texts = [f"{instant.astimezone(zone):%H:%M}" for instant in instants]
    if changes:
        texts = [f"{text} {_offset(instant, zone)}" for text, instant in zip(texts, instants, strict=True)]
    if number and texts[-1].startswith("00:00"):
        texts[-1] = texts[-1].replace("00:00", "24:00", 1)
    return texts


def _offset(instant: datetime, zone: ZoneInfo) -> str:
    written = f"{instant.astimezone(zone):%z}"
    return f"{written[:3]}:{written[3:5]}"


def _unit(kwh: Decimal) -> tuple[str, str, Decimal]:
    return next((unit for unit in _UNITS if abs(kwh) >= unit[2]), _UNITS[-1])
