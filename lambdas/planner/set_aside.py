"""Sets aside the customers whose items cannot be read, and reports them. All other customers' day goes on."""

from bisect import insort
from collections.abc import Mapping
from datetime import date
from typing import Any

from domain.customers import InvalidCustomerError

NAMED = 20
"""The number of customers that an e-mail names. With every possible fault of each, it has at most 16 KB."""

SUBJECT = "Customers set aside: {count}"
MESSAGE = """\
Customers whose items in the table {table} cannot be read: {count}
They were set aside in the run for {day}. All other customers are processed.

{named}

Their readings are exported and enriched without the customer's data. No alarm is raised about them.
Correct the items and run the day again. Each run reports them until they are correct.
"""


class NoUsableCustomers(Exception):  # noqa: N818  the state machine's contract has this name
    """The table has customers, and none of them can be read. The state machine knows this error by its name."""


class SetAside:
    """Collects the customers that a run sets aside: their count, and the first of them by number."""

    def __init__(self) -> None:
        self.count = 0
        self._first: list[tuple[str, str]] = []

    def add(self, error: InvalidCustomerError) -> None:
        """Sets the customer of the error aside."""
        self.count += 1
        insort(self._first, (error.customer, str(error)))
        del self._first[NAMED:]

    def merge(self, reported: Mapping[str, Any]) -> None:
        """Adds the customers of a report, which `report` made."""
        self.count += reported["count"]
        self._first = sorted([*self._first, *((number, text) for number, text in reported["first"])])[:NAMED]

    def report(self) -> dict[str, Any]:
        """Returns `{"count", "first"}` for the report of a segment."""
        return {"count": self.count, "first": self._first}

    def require_others(self, usable: int) -> None:
        """Returns if some customer is usable, or if the table is empty. Raises `NoUsableCustomers`."""
        if self.count and not usable:
            raise NoUsableCustomers(f"none of the {self.count:,} customers can be read:\n{self._named()}")

    def notice(self, day: date, table: str) -> dict[str, Any]:
        """Returns the administrator's notice: `{"customers": count, "subject", "message"}`. With 0 only the count."""
        if not self.count:
            return {"customers": 0}
        message = MESSAGE.format(table=table, count=self.count, day=day, named=self._named())
        return {"customers": self.count, "subject": SUBJECT.format(count=self.count), "message": message}

    def _named(self) -> str:
        lines = [what for _, what in self._first]
        others = self.count - len(lines)
        return "\n".join([*lines, f"and {others:,} more"] if others else lines)
