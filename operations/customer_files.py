"""Writes files with customers' data: the export, and the API keys of new customers. Only their owner may read them."""

import csv
import io
import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from domain.customers import KEY, InvalidCustomerError
from operations.customer_import import Line
from operations.customer_table import CustomerTable
from operations.customer_texts import COLUMNS, texts_of


class FileExistsAlreadyError(Exception):
    """A file is there already, or cannot be made. It stays as it is."""


class KeyFile:
    """A new CSV file with the numbers and the API keys of new customers. Without a path it takes lines without keys."""

    def __init__(self, path: Path | None) -> None:
        """Makes the file. Raises `FileExistsAlreadyError`."""
        self._file = _new_file(path) if path else None
        self._write(f"{KEY},api_key\n")
        self.count = 0

    def add(self, line: Line) -> None:
        """Writes the line's key, if it has one, so that it is on the disk when this returns."""
        if line.api_key:
            self._write(f"{line.number},{line.api_key}\n")
            self.count += 1

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def _write(self, text: str) -> None:
        if self._file:
            self._file.write(text)
            self._file.flush()


def export(table: CustomerTable, path: Path | None) -> int:
    """Writes every customer as CSV, by number. Returns 1 if an item of the table cannot be read, else 0.

    An unreadable item goes to the standard error with its reasons. Raises `FileExistsAlreadyError`.
    """
    faults: list[InvalidCustomerError] = []
    lines = sorted((customer.metering_point, _line(texts_of(customer))) for customer in table.all(faults.append))
    out = _new_file(path) if path else sys.stdout
    try:
        out.write(",".join(COLUMNS) + "\n")
        out.writelines(line for _, line in lines)
    finally:
        if path:
            out.close()
    for fault in faults:
        print(f"not exported: {fault}", file=sys.stderr)
    if path:
        print(f"{path} has {len(lines):,} customers.")
    return int(bool(faults))


def _line(texts: dict[str, str]) -> str:
    out = io.StringIO()
    csv.DictWriter(out, COLUMNS, lineterminator="\n").writerow(texts)
    return out.getvalue()


def _new_file(path: Path) -> TextIO:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FileExistsAlreadyError(f"{path} exists already: name a new file") from None
    except OSError as error:
        raise FileExistsAlreadyError(f"{path} cannot be made: {error.strerror or error}") from None
    return os.fdopen(descriptor, "w", encoding="utf-8", newline="")
