"""Reads the parameters of a query one by one, and collects every fault."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime

from service import problems
from service.problems import ItemError
from service.readings.times import parse_time


class Query:
    """The decoded pairs of name and value of a request's query. Only `names` are known, each of them once."""

    def __init__(self, parameters: Sequence[tuple[str, str]], names: Sequence[str]) -> None:
        self._given = dict(parameters)
        counts = Counter(name for name, _ in parameters)
        use = f"use {', '.join(names)}" if names else "this call has no query"
        self.errors = [ItemError(name[:64], f"is not known; {use}") for name in counts if name not in names]
        self.errors += [ItemError(name, "is given more than once") for name in names if counts[name] > 1]

    def read[T](self, name: str, read: Callable[[str], T], default: T) -> T:
        """Returns the parameter's value, or `default` where it is absent or wrong. Notes the fault of a wrong one."""
        try:
            return read(self._given[name]) if name in self._given else default
        except ValueError as error:
            self.errors.append(ItemError(name, str(error)))
            return default

    def require[T](self, name: str, read: Callable[[str], T], default: T) -> T:
        """Does the same for a parameter that must be given."""
        if name not in self._given:
            self.errors.append(ItemError(name, "is missing"))
        return self.read(name, read, default)

    def refuse_faults(self) -> None:
        """Raises a 422 problem that lists every fault, if there is any."""
        if self.errors:
            raise problems.invalid_query(self.errors)


def time(value: str) -> datetime:
    """Reads an RFC 3339 time with an offset. Raises `ValueError` with the reason."""
    try:
        return parse_time(value)
    except ValueError:
        if " " in value:
            raise ValueError("holds a space; in a query, write the + of an offset as %2B") from None
        raise


def whole_number(largest: int) -> Callable[[str], int]:
    """Returns a reader of a number from 1 to `largest`, which has at most 4 digits."""

    def read(value: str) -> int:
        if value.isascii() and value.isdigit() and len(value) <= 4 and 1 <= int(value) <= largest:
            return int(value)
        raise ValueError(f"must be a whole number from 1 to {largest}")

    return read


def one_of(*choices: str) -> Callable[[str], str]:
    """Returns a reader of one of the texts."""

    def read(value: str) -> str:
        if value in choices:
            return value
        raise ValueError(f"must be {' or '.join(choices)}")

    return read
