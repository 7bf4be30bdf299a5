"""Compares the findings of 2 and more publications, metering point by metering point. All rows are in their order."""

import heapq
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from domain.alarm_life import Subject
from domain.alarms import Found
from lambdas.publisher.alarm_keeper import Visit

COLUMNS = ("billing_metering_point_number", "code", "version", "parameters", "intervals", "details")
"""The columns of a findings part that alarms need. The last 3 are JSON."""

ALARM = "alarm"
"""The severity of the findings that people are told of."""

_NEW, _OLD, _CUSTOMER = range(3)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A row of a findings part. Its texts are JSON as the part has it."""

    number: str
    code: str
    version: int
    parameters: str
    intervals: str
    details: str

    def found(self, day: date, publication: int) -> Found:
        """Returns the evidence for an alarm."""
        return Found(
            details=json.loads(self.details),
            version=self.version,
            parameters=json.loads(self.parameters),
            intervals=tuple(json.loads(self.intervals)),
            publications={day.isoformat(): publication},
        )


@dataclass(frozen=True)
class NewFindings:
    """The findings of the newest publication of a day, and the customers of the same part."""

    day: date
    publication: int
    rows: Iterable[FindingRow]
    customers: Iterable[tuple[str, Mapping[str, Any]]]
    """Each number with what an alarm says of its customer."""


def visits(new: NewFindings, former: Sequence[Iterable[FindingRow]], counts: Counter[str]) -> Iterator[Visit]:
    """Yields each metering point whose findings differ from the ones of at least one of the former publications.

    Counts the new findings by code. Memory holds one metering point.
    """
    sources: list[Iterable[tuple[str, int, int, Any]]] = [
        _tagged(new.rows, _NEW, 0),
        *(_tagged(rows, _OLD, index) for index, rows in enumerate(former)),
        ((number, _CUSTOMER, 0, customer) for number, customer in new.customers),
    ]
    merged = heapq.merge(*sources, key=lambda each: each[:3])
    for number, group in groupby(merged, key=lambda each: each[0]):
        visit = _visit(number, list(group), new, len(former), counts)
        if visit is not None:
            yield visit


def _tagged(rows: Iterable[FindingRow], kind: int, index: int) -> Iterator[tuple[str, int, int, Any]]:
    return ((row.number, kind, index, row) for row in rows)


def _visit(
    number: str, group: Sequence[tuple[str, int, int, Any]], new: NewFindings, formers: int, counts: Counter[str]
) -> Visit | None:
    rows: dict[str, FindingRow] = {}
    former: list[dict[str, FindingRow]] = [{} for _ in range(formers)]
    customer = None
    for _, kind, index, value in group:
        if kind == _NEW:
            rows[value.code] = value
        elif kind == _OLD:
            former[index][value.code] = value
        else:
            customer = value
    counts.update(rows.keys())
    if all(_is_same(rows, each) for each in former or [{}]):
        return None
    codes = frozenset(rows).union(*former)
    found = {code: row.found(new.day, new.publication) for code, row in rows.items()}
    return Visit(Subject(number, customer), found, codes)


def _is_same(mine: Mapping[str, FindingRow], its: Mapping[str, FindingRow]) -> bool:
    return mine.keys() == its.keys() and all(
        (mine[code].details, mine[code].intervals) == (its[code].details, its[code].intervals) for code in mine
    )
