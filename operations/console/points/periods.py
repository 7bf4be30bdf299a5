"""The period that a page shows: a day, a week from Monday on, a month or a year."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

VIEWS = ("day", "week", "month", "year")
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """The days from `first` to `last`. `view` is one of `VIEWS`."""

    view: str
    first: date
    last: date

    @classmethod
    def around(cls, view: str, day: date) -> "Period":
        """Returns the period of that kind which has the day."""
        match view:
            case "day":
                return cls(view, day, day)
            case "week":
                monday = day - timedelta(days=day.weekday())
                return cls(view, monday, monday + timedelta(days=6))
            case "month":
                return cls(view, day.replace(day=1), _after_month(day) - _DAY)
        return cls("year", date(day.year, 1, 1), date(day.year, 12, 31))

    def days(self) -> Iterator[date]:
        """Yields the days in order."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)

    def before(self) -> "Period":
        """Returns the period before."""
        return Period.around(self.view, self.first - _DAY)

    def after(self) -> "Period":
        """Returns the period after."""
        return Period.around(self.view, self.last + _DAY)


def _after_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
