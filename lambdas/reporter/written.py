"""Writes numbers, energy and times for people. The texts of a report are English, as the administrator's mails are."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

NONE = "\N{EN DASH}"
"""Stands for a number that is not there."""

_UNITS = (("GWh", "GW", Decimal(1_000_000)), ("MWh", "MW", Decimal(1_000)), ("kWh", "kW", Decimal(1)))
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
           "November", "December")  # fmt: skip


def count(number: int) -> str:
    """Writes `1,234`."""
    return f"{number:,}"


def counted(number: int, noun: str) -> str:
    """Writes `1 interval` or `1,234 intervals`."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def signed(number: int) -> str:
    """Writes `+3`, `-3` or `0`, with a real minus sign."""
    return f"{number:+,}".replace("-", "\N{MINUS SIGN}") if number else "0"


def percent(part: int, whole: int) -> str:
    """Writes `99.31 %`, rounded down: only a whole is 100 %."""
    if whole == 0:
        return NONE
    return f"{(Decimal(100 * part) / whole).quantize(Decimal('0.01'), ROUND_FLOOR):f} %"


def share(part: int, whole: int) -> float:
    """Returns the percent for a picture. Nothing of nothing is 0."""
    return 100 * part / whole if whole else 0.0


def energy(kwh: Decimal) -> str:
    """Writes energy with 2 decimals in a unit that fits, for example `12.35 MWh`."""
    name, _, factor = _unit(kwh)
    return f"{(kwh / factor).quantize(Decimal('0.01'), ROUND_HALF_EVEN):,f} {name}"


def unit_of(values: Sequence[float], *, is_power: bool = False) -> tuple[str, float]:
    """Returns the unit of an axis for values in kWh or kW, and the number of kWh or kW in it."""
    energy_name, power_name, factor = _unit(Decimal(max(values, default=0)))
    return power_name if is_power else energy_name, float(factor)


def axis(number: float) -> str:
    """Writes a round number of an axis: `1,250` or `0.25`."""
    return f"{number:,.10f}".rstrip("0").rstrip(".") if number % 1 else f"{number:,.0f}"


def rounded(factor: float) -> Callable[[float], str]:
    """Returns a function that writes a value of an axis with the unit's factor: `12.35`."""
    return lambda value: f"{value / factor:,.2f}"


def day_in_words(day: date) -> str:
    """Writes `Sunday, 1 November 2026`."""
    return f"{_WEEKDAYS[day.weekday()]}, {day.day} {_MONTHS[day.month - 1]} {day.year}"


def month_in_words(day: date) -> str:
    """Writes `November 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


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
