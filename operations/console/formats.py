"""Writes numbers, dates and times as the reader writes them. Times are those of the deployment's zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from domain.days import LocalDay

NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"
NOTHING = "\N{EN DASH}"
"""Stands for a missing value."""

_COMMA_AND_POINT = ("en", "he", "ja", "ko", "th", "zh")
_POINT_AND_COMMA = ("bs", "da", "de", "el", "es", "hr", "id", "is", "it", "nl", "pt", "ro", "sl", "sr", "tr")
_SPACE_AND_COMMA = ("bg", "cs", "et", "fi", "fr", "hu", "lt", "lv", "nb", "no", "pl", "ru", "sk", "sv", "uk")
_SEPARATORS = {
    **dict.fromkeys(_COMMA_AND_POINT, (",", ".")),
    **dict.fromkeys(_POINT_AND_COMMA, (".", ",")),
    **dict.fromkeys(_SPACE_AND_COMMA, (NARROW, ",")),
}
"""The separators of thousands and of decimals, by language.

https://www.unicode.org/cldr/charts/48/by_type/numbers.symbols.html
"""

_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}
_WEEKDAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "hr": ("pon", "uto", "sri", "čet", "pet", "sub", "ned"),
}


def separators(tags: Sequence[str]) -> tuple[str, str]:
    """Returns the separators of the first of the language tags that is known, for example `de-AT`."""
    return next((_SEPARATORS[tag.split("-")[0]] for tag in tags if tag.split("-")[0] in _SEPARATORS), (",", "."))


@dataclass(frozen=True)
class Formats:
    """The formats of one reader."""

    language: str
    zone: ZoneInfo
    thousands: str = ","
    decimal: str = "."

    def number(self, value: float | Decimal | str | None, places: int | None = None) -> str:
        """Writes a number. `places` is the number of decimals. Without it, a text keeps its own decimals."""
        if value is None:
            return NOTHING
        exact = Decimal(str(value))
        text = f"{exact:,.{places}f}" if places is not None else f"{exact:,f}"
        return text.replace(",", "\0").replace(".", self.decimal).replace("\0", self.thousands).replace("-", MINUS)

    def kwh(self, value: float | Decimal | str | None, places: int = 3) -> str:
        """Writes an energy with its unit."""
        return NOTHING if value is None else f"{self.number(value, places)}{NO_BREAK}kWh"

    def bytes(self, value: int) -> str:
        """Writes a number of bytes in a decimal unit, as AWS counts them."""
        amount, units = float(value), ["B", "kB", "MB", "GB", "TB"]
        while amount >= 1000 and len(units) > 1:
            amount, units = amount / 1000, units[1:]
        return f"{self.number(amount, 0 if units[0] == 'B' else 1)}{NO_BREAK}{units[0]}"

    def percent(self, part: float, whole: float) -> str:
        """Writes a share. It is 100 % only where nothing is missing, and 0 % only where nothing is there."""
        if not whole:
            return NOTHING
        share = 100 * part / whole
        if part != whole:
            share = min(share, 99.9)
        if part:
            share = max(share, 0.1)
        return f"{self.number(share, 0 if share in (0, 100) else 1)}{NO_BREAK}%"

    def day(self, value: date | str) -> Markup:
        """Writes a date, as in `1 Nov 2026` or `1. 11. 2026.`."""
        found = date.fromisoformat(value) if isinstance(value, str) else value
        return Markup('<time datetime="{}">{}</time>').format(found.isoformat(), self.plain_day(found))

    def plain_day(self, value: date) -> str:
        """Writes a date without markup."""
        if self.language == "hr":
            return NO_BREAK.join((f"{value.day}.", f"{value.month}.", f"{value.year}."))
        return NO_BREAK.join((str(value.day), _MONTHS["en"][value.month - 1], str(value.year)))

    def short_day(self, value: date) -> str:
        """Writes a date without its year, as in `1 Nov` or `1. 11.`."""
        if self.language == "hr":
            return f"{value.day}.{NO_BREAK}{value.month}."
        return f"{value.day}{NO_BREAK}{_MONTHS['en'][value.month - 1]}"

    def weekday(self, value: date) -> str:
        """Writes the weekday in short."""
        return _WEEKDAYS[self.language][value.weekday()]

    def instant(self, value: datetime | str | None, *, seconds: bool = False) -> Markup:
        """Writes an instant with its date, in local time. On a day of clock change it has its offset."""
        if not value:
            return escape(NOTHING)
        shown = self.plain_instant(value, seconds=seconds)
        return Markup('<time datetime="{}">{}</time>').format(_utc(value).isoformat(), shown)

    def plain_instant(self, value: datetime | str, *, seconds: bool = False) -> str:
        """Writes an instant without markup."""
        local = self.local(value)
        return f"{self.plain_day(local.date())}{NO_BREAK}{self._clock(local, seconds)}"

    def time(self, value: datetime | str, *, seconds: bool = False) -> Markup:
        """Writes an instant's time of the local day. On a day of clock change it has its offset."""
        return Markup('<time datetime="{}">{}</time>').format(
            _utc(value).isoformat(), self._clock(self.local(value), seconds)
        )

    def local(self, value: datetime | str) -> datetime:
        """Returns an instant in local time."""
        return _utc(value).astimezone(self.zone)

    def changes_clock(self, value: date) -> bool:
        """Returns whether the clocks change on a day."""
        day = LocalDay(value, self.zone)
        return (
            day.start.astimezone(self.zone).utcoffset()
            != (day.end - timedelta(microseconds=1)).astimezone(self.zone).utcoffset()
        )

    def duration(self, seconds: float | None) -> str:
        """Writes a length of time in its two largest units."""
        if seconds is None:
            return NOTHING
        if seconds < 10:
            return f"{self.number(seconds, 1)}{NO_BREAK}s"
        whole = round(seconds)
        units = [(whole // 86_400, "d"), (whole // 3600 % 24, "h"), (whole // 60 % 60, "min"), (whole % 60, "s")]
        first = next((index for index, (amount, _) in enumerate(units) if amount), len(units) - 1)
        shown = [f"{amount}{NO_BREAK}{unit}" for amount, unit in units[first : first + 2] if amount]
        return " ".join(shown)

    def _clock(self, local: datetime, seconds: bool) -> str:
        text = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
        return f"{text}{NO_BREAK}{offset(local)}" if self.changes_clock(local.date()) else text


def offset(local: datetime) -> str:
    """Writes the offset of a local time, as in `UTC+2` or `UTC+5:30`."""
    minutes = int((local.utcoffset() or timedelta()).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{MINUS if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"


def _utc(value: datetime | str) -> datetime:
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.astimezone(UTC)
