"""The supply of a customer: the time in which their readings are due."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from domain.days import format_instant, parse_instant


class InvalidSupplyError(ValueError):
    """A value does not say a supply. The text has the reason."""


@dataclass(frozen=True)
class Supply:
    """The supply lasts from `since` (included) to `until` (excluded). Both are aware. None stands for no end."""

    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        """Raises `InvalidSupplyError`."""
        if self.since is not None and self.until is not None and self.since >= self.until:
            raise InvalidSupplyError("is not after the begin of the supply")

    def contains(self, start: datetime, end: datetime) -> bool:
        """Returns whether the time from `start` to `end` lies wholly inside the supply."""
        return (self.since is None or self.since <= start) and (self.until is None or end <= self.until)

    def encode(self) -> str:
        """Writes `from/until` in RFC 3339. Either may be empty, for example `2026-11-01T09:00:00Z/`."""
        return "/".join(format_instant(each) if each else "" for each in (self.since, self.until))

    @classmethod
    def decode(cls, text: str) -> "Supply":
        """Reads the text that `encode` writes. Raises `InvalidSupplyError`."""
        return _decoded(text)


ALWAYS = Supply()
"""The supply of a customer without stated times."""


@lru_cache(maxsize=10_000)
def _decoded(text: str) -> Supply:
    ends = text.split("/")
    if len(ends) != 2:
        raise InvalidSupplyError(f"no supply: {text[:80]!r}")
    try:
        since, until = (parse_instant(end) if end else None for end in ends)
    except ValueError as error:
        raise InvalidSupplyError(f"no supply: {text[:80]!r}: {error}") from error
    return Supply(since, until)
