"""Reads one segment of the customers, or a part of it, and stores its customers in the order of their numbers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from domain.customer_rows import row_of
from domain.customer_samples import Sample
from domain.object_keys import customer_index_key, customer_part_key, customer_report_key
from lambdas.planner.set_aside import SetAside
from lambdas.planner.sorted_lines import SortedLines
from lambdas.planner.sources import Sources
from lambdas.runtime.customer_parts import line_of, number_of, write_part
from lambdas.runtime.customers_table import Position, Segment, scan_pages
from lambdas.runtime.day_lock import DayLock
from lambdas.runtime.day_objects import put_file
from lambdas.runtime.json_objects import put_json

PART_CUSTOMERS = 800_000
"""A part ends with the page that reaches so many customers: twice what a segment is planned for."""

RESERVE_MS = 240_000
"""A part ends when the function has no more time than this. Sorting and storing 800,000 customers takes a tenth."""

GZIP = "application/gzip"


class InvalidSegmentError(ValueError):
    """The input does not name a part of a segment."""


@dataclass(frozen=True)
class SegmentPart:
    """The part to read: its segment, its number in the segment, and the position after which it begins."""

    segment: Segment
    part: int
    start: Position | None

    @classmethod
    def from_json(cls, value: object) -> "SegmentPart":
        """Reads `{"segment", "segments", "part", "start"}`. Raises `InvalidSegmentError`."""
        match value:
            case {"segment": int(number), "segments": int(of), "part": int(part), "start": start}:
                if start is None or isinstance(start, dict):
                    return cls(Segment(number, of), part, start)
        raise InvalidSegmentError('the input has no "segment", "segments", "part" and "start"')


def scan_segment(
    day: date,
    run: str,
    wanted: SegmentPart,
    sources: Sources,
    remaining_ms: Callable[[], int],
    *,
    attempt: str,
) -> dict[str, Any]:
    """Stores the next part of a segment: its customers, their index and a report.

    Returns `{"date", "segment", "customers", "set_aside", "part", "start", "complete"}`. `part` and `start` are the
    next part's. The report is written last and names the part, so a part without one does not count. Each attempt
    writes a part of its own. So 2 attempts at the same time do not mix their objects. Memory does not grow with the
    customers. Raises `RunSupersededError`, and AWS's own errors.
    """
    with TemporaryDirectory(prefix="planner-") as directory:
        scratch = Path(directory)
        lines, set_aside = SortedLines(scratch), SetAside()
        start = _read(wanted, sources, lines, set_aside, remaining_ms)
        sampled = Sample.empty_of(lines.count)
        numbers: list[str] = []
        path = scratch / "part.tsv.gz"
        index = write_part(_sampling(lines, sampled, numbers), path)
        DayLock(sources.s3, sources.bucket).require(day, run)
        name = f"{wanted.segment.number:05}-{wanted.part:03}-{attempt}"
        put_file(sources.s3, sources.bucket, customer_part_key(day, run, name), path, GZIP)
    key = customer_index_key(day, run, name)
    sources.s3.put_object(Bucket=sources.bucket, Key=key, Body=index.encode(), ContentType=GZIP)
    report = {
        "name": name,
        "sample": Sample(sampled.rows, sampled.step, numbers).as_json(),
        "set_aside": set_aside.report(),
        "complete": start is None,
    }
    put_json(sources.s3, sources.bucket, customer_report_key(day, run, wanted.segment.number, wanted.part), report)
    return {
        "date": day.isoformat(),
        "segment": wanted.segment.number,
        "customers": lines.count,
        "set_aside": set_aside.count,
        "part": wanted.part + 1,
        "start": start,
        "complete": start is None,
    }


def _read(
    wanted: SegmentPart,
    sources: Sources,
    lines: SortedLines,
    set_aside: SetAside,
    remaining_ms: Callable[[], int],
) -> Position | None:
    """Reads pages until the segment or the part ends. Returns where the next part begins."""
    pages = scan_pages(sources.dynamodb, sources.customers_table, wanted.segment, wanted.start, set_aside.add)
    for customers, position in pages:
        for customer in customers:
            lines.add(line_of(customer.metering_point, row_of(customer)))
        if lines.count >= PART_CUSTOMERS or remaining_ms() < RESERVE_MS:
            return position
    return None


def _sampling(lines: SortedLines, sample: Sample, numbers: list[str]) -> Iterator[str]:
    for row, line in enumerate(lines):
        if sample.takes(row):
            numbers.append(number_of(line))
        yield line
