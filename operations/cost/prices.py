"""Reads the list prices."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

FILE = Path(__file__).with_name("prices.toml")


class PriceError(Exception):
    """A price is missing. The message says which."""


@dataclass(frozen=True)
class Price:
    """A list price: US dollars for a unit, and where it was found."""

    usd: float
    unit: str
    page: str
    seen: date
    found: str
    certain: bool


@dataclass(frozen=True)
class Prices:
    """The prices of one region."""

    region: str
    by_name: Mapping[str, Price]

    def __getitem__(self, name: str) -> float:
        """Returns a price in US dollars. Raises `PriceError`."""
        try:
            return self.by_name[name].usd
        except KeyError:
            raise PriceError(f"{FILE.name} has no price of {name} in {self.region}: add it with its date") from None


def read_prices(path: Path = FILE) -> Prices:
    """Returns the prices of the file."""
    found = tomllib.loads(path.read_text(encoding="utf-8"))
    region = found.pop("region")
    return Prices(region, {name: Price(**entry) for name, entry in found.items()})
