"""Writes and reads the parts of a run's customers. A reader fetches the blocks of its range alone.

A line is the customer's number, a tab, and the row as JSON in ASCII. A tab is less than each character of a number, so
the order of the lines is the order of the numbers. `BLOCK_LINES` lines make a block, a gzip member of its own. Members
one after the other are one gzip file (RFC 1952, 2.2).

The index has the first number of each block, and where it begins. So 2 requests read a shard's range of a part: one for
the index, one for the bytes of its blocks. For a part of 400,000 customers these are 28 KB. Parquet with row groups
would need the file's footer and at least one row group, 205 KB (docs/decisions/0041).
"""

import gzip
import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import TYPE_CHECKING, Any

from domain.shards import Shard

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

BLOCK_LINES = 200


class CustomerPartError(Exception):
    """An object does not have the form of a part or of its index. The text names it."""


@dataclass
class Index:
    """Holds where the blocks of a part begin, and the part's length in bytes."""

    firsts: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    end: int = 0

    def span(self, shard: Shard) -> tuple[int, int] | None:
        """Returns the first and the last byte of the blocks with the shard's range, or None where no block has it."""
        first = max(bisect_right(self.firsts, shard.first) - 1, 0)
        beyond = bisect_left(self.firsts, shard.end)
        if first >= beyond:
            return None
        end = self.starts[beyond] if beyond < len(self.starts) else self.end
        return self.starts[first], end - 1

    def encode(self) -> bytes:
        """Returns the index's object."""
        content = {"firsts": self.firsts, "starts": self.starts, "end": self.end}
        return gzip.compress(json.dumps(content).encode(), 1, mtime=0)

    @classmethod
    def decode(cls, content: bytes) -> "Index":
        """Reads an index's object. Raises `ValueError` or `TypeError`."""
        return cls(**json.loads(gzip.decompress(content)))


def line_of(number: str, row: dict[str, Any]) -> str:
    """Returns a customer's line."""
    return f"{number}\t{json.dumps(row)}\n"


def number_of(line: str) -> str:
    """Returns the number of a line."""
    return line.partition("\t")[0]


def write_part(lines: Iterable[str], path: Path) -> Index:
    """Writes sorted lines to `path`, and returns their index. Memory holds one block."""
    index = Index()
    with path.open("wb") as file:
        for block in batched(lines, BLOCK_LINES, strict=False):
            index.firsts.append(number_of(block[0]))
            index.starts.append(file.tell())
            file.write(gzip.compress("".join(block).encode("ascii"), 6, mtime=0))
        index.end = file.tell()
    return index


def read_range(s3: "S3Client", bucket: str, part: str, index: str, shard: Shard) -> list[str]:
    """Returns the lines of a part's customers in the shard, in order.

    Raises `CustomerPartError`, and S3's own errors.
    """
    try:
        span = Index.decode(s3.get_object(Bucket=bucket, Key=index)["Body"].read()).span(shard)
        if span is None:
            return []
        body = s3.get_object(Bucket=bucket, Key=part, Range=f"bytes={span[0]}-{span[1]}")["Body"].read()
        if len(body) != span[1] - span[0] + 1:
            raise CustomerPartError(f"s3://{bucket}/{part} is shorter than its index says")
        return list(_in_range(gzip.decompress(body).decode("ascii"), shard))
    except s3.exceptions.NoSuchKey as error:
        raise CustomerPartError(f"s3://{bucket}/{part} or its index is missing") from error
    except (EOFError, OSError, TypeError, ValueError) as error:
        raise CustomerPartError(f"s3://{bucket}/{part}: {error!r}") from error


def _in_range(text: str, shard: Shard) -> Iterator[str]:
    for line in text.splitlines(keepends=True):
        if shard.first <= number_of(line) < shard.end:
            yield line
