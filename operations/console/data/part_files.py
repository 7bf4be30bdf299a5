"""Fetches the bytes of published parts that a query needs, and no others.

A part is in groups of rows (`ROW_GROUP_ROWS`), in the order of the numbers. Its footer says which numbers each group
has, and where each column lies. A local file of the part's size gets the footer, and then the columns that a query
needs, at the places that they have in the part. The file is sparse. So it takes the space of these bytes alone.

A version of a part never changes, so its bytes are fetched once. A part that is fetched whole is verified by its
SHA-256. The bytes of a larger one are those of the S3 version that the publication names.
https://parquet.apache.org/docs/file-format/
"""

import hashlib
import threading
import weakref
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.customers import KEY
from domain.object_keys import object_uri
from domain.publications import Part
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.duck import literal
from lambdas.runtime.stored_parts import PartChangedError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

TAIL_BYTES = 128 * 1024
"""The first request fetches so many bytes of the end. It has the footer, and the whole of a smaller part."""

GAP_BYTES = 64 * 1024
"""Columns that are so near to each other are fetched in one request."""

_KEPT = 2_000
_END_OF_FOOTER = 8
"""4 bytes with the footer's length, and `PAR1`."""

Query = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]
"""Runs a query of DuckDB with its values. Several threads may do so."""

Span = tuple[int, int]
"""The first byte, and the byte after the last."""


@dataclass(frozen=True)
class Group:
    """A group of rows: its place in the part, its least and greatest number, and the span of each column."""

    index: int
    first_row: int
    rows: int
    least: str
    greatest: str
    spans: dict[str, Span]

    def may_have(self, number: str) -> bool:
        """Returns whether the number can be in the group."""
        return self.least <= number <= self.greatest

    def may_begin_with(self, prefix: str) -> bool:
        """Returns whether a number that begins with the prefix can be in the group."""
        return self.least[: len(prefix)] <= prefix <= self.greatest[: len(prefix)]


@dataclass
class PartFile:
    """The local file of a part. `there` has the columns that were fetched, each with the index of its group."""

    part: Part
    path: Path
    size: int
    groups: list[Group] = field(default_factory=list)
    is_whole: bool = False
    there: set[tuple[int, str]] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)


class PartFiles:
    """The local files of a bucket's parts. Several threads may use it."""

    def __init__(self, s3: "S3Client", bucket: str, folder: Path, query: Query) -> None:
        """`folder` gets the files. They are worth nothing to another process, so this one deletes them."""
        self._s3, self._bucket, self._folder, self.query = s3, bucket, folder, query
        self._count = count()
        self._files = lru_cache(_KEPT)(self._file)

    def opened(self, part: Part) -> PartFile:
        """Returns the part's file with its groups. Raises `ObjectMissingError`, `PartChangedError`, and S3's errors."""
        file = self._files(part)
        with file.lock:
            if not file.size:
                self._open(file)
        return file

    def fetch(self, file: PartFile, groups: Collection[Group], columns: Sequence[str]) -> None:
        """Fetches the columns of these groups that are not there yet. Raises the same errors."""
        with file.lock:
            if file.is_whole:
                return
            missing = [
                (group, column) for group in groups for column in columns if (group.index, column) not in file.there
            ]
            for span in _together(group.spans[column] for group, column in missing):
                self._write(file, span[0], self._bytes(file.part, f"bytes={span[0]}-{span[1] - 1}"))
            file.there.update((group.index, column) for group, column in missing)

    def _file(self, part: Part) -> PartFile:
        path = self._folder / f"{next(self._count)}-{part.sha256[:16]}.parquet"
        file = PartFile(part, path, 0)
        weakref.finalize(file, path.unlink, missing_ok=True)
        return file

    def _open(self, file: PartFile) -> None:
        tail, size = self._tail(file.part)
        # The footer can be longer than the tail, with the filters that DuckDB writes before it.
        length = int.from_bytes(tail[-_END_OF_FOOTER:-4], "little") + _END_OF_FOOTER
        if length > len(tail):
            tail = self._bytes(file.part, f"bytes={size - length}-{size - 1}")
        if len(tail) == size and (found := hashlib.sha256(tail).hexdigest()) != file.part.sha256:
            raise PartChangedError(f"{self._name(file.part)} has the SHA-256 {found}, not {file.part.sha256}")
        with file.path.open("wb") as local:
            local.truncate(size)
        self._write(file, size - len(tail), tail)
        file.groups = list(self._groups(file.path))
        end = max((span[1] for group in file.groups for span in group.spans.values()), default=size)
        if end < size - len(tail):
            self._write(file, end, self._bytes(file.part, f"bytes={end}-{size - len(tail) - 1}"))
        file.is_whole, file.size = len(tail) == size, size

    def _groups(self, path: Path) -> Iterator[Group]:
        rows = self.query(
            "SELECT row_group_id, any_value(row_group_num_rows), list(path_in_schema), list(total_compressed_size),"  # noqa: S608
            # A column's data begin with its dictionary, if it has one.
            " list(least(data_page_offset, coalesce(nullif(dictionary_page_offset, 0), data_page_offset))),"
            f" any_value(stats_min_value) FILTER (path_in_schema = '{KEY}'),"
            f" any_value(stats_max_value) FILTER (path_in_schema = '{KEY}')"
            f" FROM parquet_metadata({literal(path)}) GROUP BY row_group_id ORDER BY row_group_id",
            [],
        )
        first = 0
        for index, length, names, sizes, starts, least, greatest in rows:
            spans: dict[str, Span] = {}
            for name, start, size in zip(names, starts, sizes, strict=True):
                column = name.partition(",")[0]  # a list's values are at `column, list, element`
                spans[column] = (start, start + size)
            yield Group(index, first, length, least or "", greatest or "~", spans)
            first += length

    def _tail(self, part: Part) -> tuple[bytes, int]:
        answer = self._get(part, f"bytes=-{TAIL_BYTES}")
        content = answer["Body"].read()
        whole = answer.get("ContentRange", "").rpartition("/")[2]
        return content, int(whole) if whole.isdecimal() else len(content)

    def _bytes(self, part: Part, span: str) -> bytes:
        return bytes(self._get(part, span)["Body"].read())

    def _get(self, part: Part, span: str) -> "GetObjectOutputTypeDef":
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=part.key, VersionId=part.version_id, Range=span)
        except self._s3.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchVersion", "NoSuchKey"):
                raise ObjectMissingError(self._name(part)) from None
            raise

    def _name(self, part: Part) -> str:
        return f"{object_uri(self._bucket, part.key)}, version {part.version_id}"

    @staticmethod
    def _write(file: PartFile, start: int, content: bytes) -> None:
        with file.path.open("r+b") as local:
            local.seek(start)
            local.write(content)


def _together(spans: Iterable[Span]) -> list[Span]:
    """Returns the spans in order. Spans that are near to each other become one."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start - joined[-1][1] <= GAP_BYTES:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
