"""Imports customers from a CSV file, line by line.

The first line names the columns (`operations.customer_texts`), in any order. A line with an unknown number is a new
customer. A line with a known number changes the customer's attributes that differ. A column that the file does not
have keeps what the table has. An empty cell clears the attribute.

Each line is stored whole or not at all. A line that cannot be stored gets a reason, and the lines after it go on.
"""

import csv
import io
import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from domain.api_keys import generate_api_key, hash_api_key
from domain.customers import KEY, Customer, InvalidCustomerError
from operations.customer_table import READ_SIZE, ChangedMeanwhileError, CustomerTable, Stored
from operations.customer_texts import COLUMNS, FaultyTextsError, Numbers, customer_of, texts_of

WRITERS = 8
"""Lines that are stored at the same time."""

_BYTE_ORDER_MARK = "\ufeff"


class FileError(Exception):
    """The file as a whole cannot be imported. The message says why."""


class StoppedError(Exception):
    """AWS refused a call in the middle of the import. The message says what is stored."""


class Outcome(StrEnum):
    """The outcome of a line. The text is the word for it."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "as before"
    BAD = "bad"


@dataclass(frozen=True)
class Line:
    """A line of the file, and what became of it. `number` is empty where the line has none."""

    line: int
    number: str
    outcome: Outcome
    why: str = ""
    """The reason of a bad line, or the attributes that a changed line changes."""
    refused: bool = False
    """Whether AWS refused the call that stores the line. Then no later line would fare better."""
    api_key: str = field(default="", repr=False)
    """The new key of a customer who was stored now. No other place has it."""


@dataclass(frozen=True)
class _Row:
    line: int
    texts: Mapping[str, str]
    fault: str = ""

    @property
    def number(self) -> str:
        return self.texts.get(KEY, "")


@dataclass(frozen=True)
class _Planned:
    line: Line
    before: Stored | None = None
    after: Customer | None = None


class CustomerImport:
    """An import of one file into one table."""

    def __init__(self, path: Path, table: CustomerTable, numbers: Numbers, *, with_keys: bool = False) -> None:
        """With `with_keys` each new customer gets an API key. Without it a new customer has none."""
        self._path = path
        self._table = table
        self._numbers = numbers
        self._with_keys = with_keys

    def check(self) -> Iterator[Line]:
        """Yields each line with the outcome that storing it would have. It writes nothing. Raises `FileError`."""
        return (planned.line for chunk in self._chunks() for planned in self._plan(chunk))

    def store(self, tell: Callable[[Line], None]) -> None:
        """Stores every good line, and passes each line to `tell` after it is stored.

        Raises `FileError`, and `StoppedError` after AWS refused a call.
        """
        with ThreadPoolExecutor(WRITERS) as writers:
            for chunk in self._chunks():
                lines = list(writers.map(self._store, self._plan(chunk)))
                for line in lines:
                    tell(line)
                if refused := [line for line in lines if line.refused]:
                    raise StoppedError(
                        f"the import stopped after line {lines[-1].line}: {refused[0].why}. Import the file again "
                        "after you fixed the cause. The lines that are stored count as before"
                    )

    def _chunks(self) -> Iterator[Sequence[_Row]]:
        return itertools.batched(rows(self._path), READ_SIZE, strict=False)

    def _plan(self, chunk: Sequence[_Row]) -> list[_Planned]:
        numbers = {row.number: None for row in chunk if not row.fault and _is_number(row.number, self._numbers)}
        known = self._table.find_all(list(numbers))
        return [self._planned(row, known.get(row.number)) for row in chunk]

    def _planned(self, row: _Row, before: Stored | InvalidCustomerError | None) -> _Planned:
        def bad(why: str) -> _Planned:
            return _Planned(Line(row.line, row.number, Outcome.BAD, why))

        if row.fault:
            return bad(row.fault)
        if isinstance(before, InvalidCustomerError):
            return bad(f"the table's item cannot be read: {'; '.join(before.faults)}")
        try:
            texts = {**(texts_of(before.customer) if before else {}), **row.texts}
            after = customer_of(texts, self._numbers)
        except FaultyTextsError as error:
            return bad(str(error))
        if before is None:
            return _Planned(Line(row.line, row.number, Outcome.NEW), None, after)
        changed = differing(before.customer, after)
        outcome = Outcome.CHANGED if changed else Outcome.SAME
        return _Planned(Line(row.line, row.number, outcome, ", ".join(changed)), before, after)

    def _store(self, planned: _Planned) -> Line:
        line, before, after = planned.line, planned.before, planned.after
        if line.outcome in (Outcome.BAD, Outcome.SAME) or after is None:
            return line
        key = generate_api_key() if before is None and self._with_keys else ""
        try:
            if before is None:
                self._table.create(after, [hash_api_key(key)] if key else [])
            else:
                self._table.change(before, after)
        except (ChangedMeanwhileError, ClientError, BotoCoreError) as error:
            refused = not isinstance(error, ChangedMeanwhileError)
            return Line(line.line, line.number, Outcome.BAD, str(error), refused)
        return Line(line.line, line.number, line.outcome, line.why, api_key=key)


def differing(before: Customer, after: Customer) -> list[str]:
    """Returns the names of the attributes that differ."""
    old, new = texts_of(before), texts_of(after)
    return [name for name in COLUMNS if old[name] != new[name]]


def rows(path: Path) -> Iterator[_Row]:
    """Yields the lines after the first one. A line that cannot be read has a fault. Raises `FileError`.

    The separator is the comma, or the semicolon where the first line has no comma. The text is UTF-8.
    """
    try:
        text = path.read_bytes().decode("utf-8", "surrogateescape").removeprefix(_BYTE_ORDER_MARK)
    except OSError as error:
        raise FileError(f"{path}: {error.strerror or error}") from None
    first = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter="," if "," in first else ";", strict=True)
    header = _header(path, reader)
    seen: dict[str, int] = {}
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileError(f"{path}, line {line}: {error}: no line after it can be read") from None
        if not cells:
            continue
        row = _row(line, header, cells)
        if not row.fault and (earlier := seen.setdefault(row.number, line)) != line:
            row = _Row(line, row.texts, f"{KEY} {row.number} is in line {earlier} too")
        yield row


def _header(path: Path, reader: Iterator[list[str]]) -> list[str]:
    try:
        header = [name.strip() for name in next(reader, [])]
    except csv.Error as error:
        raise FileError(f"{path}, line 1: {error}") from None
    if KEY not in header:
        raise FileError(f"{path}, line 1 has no column {KEY}: it names the columns, such as {','.join(COLUMNS[:3])}")
    if unknown := [name for name in header if name not in COLUMNS]:
        raise FileError(f"{path}, line 1: {unknown[0]!r} is no column. The columns are {', '.join(COLUMNS)}")
    if len(set(header)) < len(header):
        raise FileError(f"{path}, line 1 names a column twice")
    return header


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> _Row:
    texts = dict(zip(header, cells, strict=False))
    if len(cells) != len(header):
        return _Row(line, texts, f"has {len(cells)} cells, and line 1 names {len(header)} columns")
    if wrong := [name for name, cell in texts.items() if _is_not_utf8(cell)]:
        return _Row(line, {}, f"{wrong[0]} is not in UTF-8")
    return _Row(line, texts)


def _is_not_utf8(cell: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in cell)


def _is_number(text: str, numbers: Numbers) -> bool:
    try:
        return bool(numbers.read(text))
    except FaultyTextsError:
        return False
