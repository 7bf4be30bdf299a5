"""Alarms as lines: each the JSON of its message with its `id`, in the order of the metering point numbers."""

import gzip
import heapq
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.alarms import to_json


class AlarmLinesError(Exception):
    """A file of alarms that is not as it is written here."""


@dataclass(frozen=True, order=True, slots=True)
class Entry:
    """An alarm. Of one date and type there is at most one for a number."""

    number: int
    line: str

    def content(self) -> dict[str, Any]:
        """Its message, with its `id`."""
        content: dict[str, Any] = json.loads(self.line)
        return content


def read_lines(path: Path) -> Iterator[Entry]:
    """The alarms of a file with one on each line."""
    with gzip.open(path, "rt", encoding="ascii") if path.suffix == ".gz" else path.open(encoding="ascii") as file:
        for line in file:
            yield entry(line.rstrip("\n"))


def entry(line: str) -> Entry:
    """The alarm of a line. Raises `AlarmLinesError`."""
    try:
        content = json.loads(line)
        if not isinstance(content["id"], str):
            raise TypeError("id")
        return Entry(int(content["billing_metering_point_number"]), line)
    except (KeyError, TypeError, ValueError) as error:
        raise AlarmLinesError(f"no alarm: {line[:80]!r}: {error!r}") from error


def merged(*sources: Iterable[Entry]) -> Iterator[Entry]:
    """All alarms of sources that are each in order, in order; of several for a number the first source's."""
    last = None
    for each in heapq.merge(*sources, key=lambda entry: entry.number):
        if each.number != last:
            yield each
        last = each.number


def without(entries: Iterable[Entry], raised: Iterable[Entry]) -> Iterator[Entry]:
    """Those of the entries whose number is not among the raised; both in order."""
    others = iter(raised)
    other = next(others, None)
    for each in entries:
        while other is not None and other.number < each.number:
            other = next(others, None)
        if other is None or other.number != each.number:
            yield each


def list_head(date: str, error_type: str, count: int) -> str:
    """The first line of a list of `count` alarms."""
    head = to_json({"date": date, "error_type": error_type, "count": count})
    return f'{head[:-1]},"alarms":['


LIST_END = "\n]}\n"


def read_list(path: Path) -> Iterator[Entry]:
    """The alarms of a list: `{"date", "error_type", "count", "alarms": [...]}`, an alarm on each line.

    Raises `AlarmLinesError` for anything else, before the first alarm where its head or its end is wrong.
    """
    _check_ends(path)
    with path.open(encoding="ascii") as file:
        next(file)
        for line in file:
            if line.rstrip() != "]}":
                yield entry(line.rstrip().removesuffix(","))


def _check_ends(path: Path) -> None:
    with path.open("rb") as file:
        head = file.readline()
        file.seek(0)
        file.seek(max(path.stat().st_size - len(LIST_END), 0))
        if not (head.startswith(b'{"date":') and head.endswith(b'"alarms":[\n') and file.read() == LIST_END.encode()):
            raise AlarmLinesError(f"no list of alarms: {head[:80]!r}")
