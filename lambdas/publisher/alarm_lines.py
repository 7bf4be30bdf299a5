"""Alarms are written as lines. Each line is the JSON of the alarm's message and its `id`. Metering points ascend."""

import gzip
import heapq
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.alarms import to_json
from domain.metering_points import parse_metering_point


class AlarmLinesError(Exception):
    """A file of alarms does not have the form that this module writes."""


@dataclass(frozen=True, order=True, slots=True)
class AlarmLine:
    """One alarm. For one date and type, a metering point has at most one."""

    number: str
    line: str

    def content(self) -> dict[str, Any]:
        """Returns the alarm's message with its `id`."""
        content: dict[str, Any] = json.loads(self.line)
        return content


def read_lines(path: Path) -> Iterator[AlarmLine]:
    """Reads a file that has an alarm on each line. Raises `AlarmLinesError`."""
    with gzip.open(path, "rt", encoding="ascii") if path.suffix == ".gz" else path.open(encoding="ascii") as file:
        for line in file:
            yield parse_line(line.rstrip("\n"))


def parse_line(line: str) -> AlarmLine:
    """Reads one line. Raises `AlarmLinesError`."""
    try:
        content = json.loads(line)
        if not isinstance(content["id"], str):
            raise TypeError("id")
        return AlarmLine(parse_metering_point(content["billing_metering_point_number"]), line)
    except (KeyError, TypeError, ValueError) as error:
        raise AlarmLinesError(f"no alarm: {line[:80]!r}: {error!r}") from error


def merged(*sources: Iterable[AlarmLine]) -> Iterator[AlarmLine]:
    """Merges sources that are each in order. Where several have a number, the alarm of the first source counts."""
    last = None
    for each in heapq.merge(*sources, key=lambda line: line.number):
        if each.number != last:
            yield each
        last = each.number


def without(lines: Iterable[AlarmLine], raised: Iterable[AlarmLine]) -> Iterator[AlarmLine]:
    """Leaves out the lines whose number is among the raised ones. Both are in order."""
    others = iter(raised)
    other = next(others, None)
    for each in lines:
        while other is not None and other.number < each.number:
            other = next(others, None)
        if other is None or other.number != each.number:
            yield each


def list_head(date: str, error_type: str, count: int) -> str:
    """Returns the first line of a list of `count` alarms."""
    head = to_json({"date": date, "error_type": error_type, "count": count})
    return f'{head[:-1]},"alarms":['


LIST_END = "\n]}\n"


def read_list(path: Path) -> Iterator[AlarmLine]:
    """Reads a list: `{"date", "error_type", "count", "alarms": [...]}` with an alarm on each line.

    Raises `AlarmLinesError` for anything else, before the first alarm where the head or the end is wrong.
    """
    _check_ends(path)
    with path.open(encoding="ascii") as file:
        next(file)
        for line in file:
            if line.rstrip() != "]}":
                yield parse_line(line.rstrip().removesuffix(","))


def _check_ends(path: Path) -> None:
    with path.open("rb") as file:
        head = file.readline()
        file.seek(0)
        file.seek(max(path.stat().st_size - len(LIST_END), 0))
        if not (head.startswith(b'{"date":') and head.endswith(b'"alarms":[\n') and file.read() == LIST_END.encode()):
            raise AlarmLinesError(f"no list of alarms: {head[:80]!r}")
