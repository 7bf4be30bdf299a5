"""Reads the rows of one metering point out of published parts. It fetches the few bytes that it needs (`part_files`).

A part of 670,000 readings has 17 groups of rows. The readings of a metering point are in one or two of them.
"""

from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import Any

from domain.customers import KEY
from domain.publications import Part
from lambdas.runtime.duck import literal
from operations.console.data.part_files import Group, PartFile, PartFiles

AT_ONCE = 8
_KEPT = 4_000
_TIMES = frozenset({"interval_start", "reported_at", "received_at"})

Row = dict[str, Any]


class PartRows:
    """The rows of a bucket's parts. What was read is kept in memory. Several threads may use it."""

    def __init__(self, files: PartFiles) -> None:
        self._files = files
        self._kept = lru_cache(_KEPT)(self._read)
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="part-rows")

    def of_number(self, parts: Sequence[Part], number: str, columns: Sequence[str]) -> list[tuple[Row, ...]]:
        """Returns a metering point's rows of each part, with these columns by name, in the part's order.

        A time is in microseconds since 1970 in UTC. Raises `ObjectMissingError`, `PartChangedError`, and S3's errors.
        """
        return list(self._pool.map(lambda part: self._kept(part, number, tuple(columns)), parts))

    def numbers(self, parts: Iterable[Part], prefix: str, most: int) -> list[str]:
        """Returns the first numbers in these parts that begin with the prefix. Raises the same errors."""
        found: list[str] = []
        for part in parts:
            if len(found) < most and part.rows:
                file = self._files.opened(part)
                groups = [group for group in file.groups if group.may_begin_with(prefix)]
                rows = self._rows(file, groups, (KEY,), "starts_with", prefix)
                found += sorted({row[KEY] for row in rows})
        return found[:most]

    def _read(self, part: Part, number: str, columns: tuple[str, ...]) -> tuple[Row, ...]:
        if not part.rows:
            return ()
        file = self._files.opened(part)
        groups = [group for group in file.groups if group.may_have(number)]
        return tuple(self._rows(file, groups, columns, "equals", number))

    def _rows(
        self, file: PartFile, groups: Collection[Group], columns: Sequence[str], condition: str, value: str
    ) -> list[Row]:
        """Returns the rows whose number meets the condition. DuckDB skips the groups outside a range of row numbers."""
        if not groups:
            return []
        self._files.fetch(file, groups, list(dict.fromkeys((KEY, *columns))))
        meets = f"{KEY} = $1" if condition == "equals" else f"starts_with({KEY}, $1)"
        shown = ", ".join(f"epoch_us({name}) AS {name}" if name in _TIMES else name for name in columns)
        selects = (
            f"(SELECT {shown} FROM read_parquet({literal(file.path)}, file_row_number = true)"  # noqa: S608
            f" WHERE file_row_number BETWEEN {group.first_row} AND {group.first_row + group.rows - 1} AND {meets})"
            for group in groups
        )
        found = self._files.query(" UNION ALL ".join(selects), [value])
        return [dict(zip(columns, row, strict=True)) for row in found]
