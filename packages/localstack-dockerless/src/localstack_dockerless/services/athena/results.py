"""Writes the result of a query to S3 as Athena does, and reads it for GetQueryResults.

A SELECT gives CSV with every value in quotes and nothing for NULL. SHOW and DESCRIBE give lines of text:
https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html
"""

import csv
import os
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any

from botocore.exceptions import ClientError

from localstack_dockerless.services.athena.caller import Caller
from localstack_dockerless.services.athena.errors import invalid
from localstack_dockerless.services.athena.failures import QueryFailedError
from localstack_dockerless.services.athena.objects import split
from localstack_dockerless.services.athena.store import Execution

Row = list[str | None]
MOST_ROWS = 1000
_PRECISIONS = {
    "varchar": 2147483647, "varbinary": 1073741824, "integer": 10, "bigint": 19, "smallint": 5, "tinyint": 3,
    "double": 17, "real": 17, "timestamp": 3, "timestamp with time zone": 3,
}  # fmt: skip


def column(name: str, kind: str, args: tuple[int, ...] = ()) -> dict[str, Any]:
    """Returns the API's `ColumnInfo`. `args` are a decimal's precision and scale."""
    precision, scale = args if kind == "decimal" else (_PRECISIONS.get(kind, 0), 0)
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": kind,
        "Precision": precision,
        "Scale": scale,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind in ("varchar", "json"),
    }


def write_csv(file: IO[bytes], heads: list[str], rows: Iterable[Row]) -> int:
    """Writes the headings and the rows. Returns the number of rows."""
    file.write(_line(heads))
    count = 0
    for row in rows:
        file.write(_line(row))
        count += 1
    return count


def _line(row: Iterable[str | None]) -> bytes:
    return (",".join("" if each is None else '"' + each.replace('"', '""') + '"' for each in row) + "\n").encode()


def write_lines(file: IO[bytes], rows: Iterable[Row]) -> int:
    count = 0
    for row in rows:
        file.write(("\t".join(each or "" for each in row) + "\n").encode())
        count += 1
    return count


def store(caller: Caller, execution: Execution, file: IO[bytes]) -> None:
    """Puts the result on S3 as the caller. Raises `QueryFailedError`."""
    bucket, key = split(execution.output)
    execution.output_bytes = file.seek(0, os.SEEK_END)
    file.seek(0)
    encryption = execution.result.get("EncryptionConfiguration") or {}
    more = {"ServerSideEncryption": "AES256"} if encryption.get("EncryptionOption") == "SSE_S3" else {}
    if encryption.get("EncryptionOption") == "SSE_KMS":
        more = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": encryption.get("KmsKey", "")}
    if owner := execution.result.get("ExpectedBucketOwner"):
        more["ExpectedBucketOwner"] = owner
    s3 = caller.client("s3")
    try:
        s3.get_bucket_location(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key=key, Body=file, ContentType="application/octet-stream", **more)
    except ClientError as error:
        said = error.response["Error"].get("Message", "")
        raise QueryFailedError(
            "PERMISSION_DENIED" if error.response["Error"]["Code"] == "AccessDenied" else "GENERIC_USER_ERROR",
            f"Access denied when writing output to url: {execution.output} . Please ensure you are allowed to access "
            f"the S3 bucket. {said}",
        ) from error


def page(caller: Caller, execution: Execution, start: int, count: int) -> tuple[list[dict[str, Any]], int | None]:
    """Returns `count` rows of a result from S3 as the caller. Raises the API's error.

    `start` is the byte at which the first of them begins. The second value is that of the next page, None at the end.
    So a page of a long result reads its own rows only.
    """
    bucket, key = split(execution.output)
    if start >= execution.output_bytes:
        return [], None
    try:
        body = caller.client("s3").get_object(Bucket=bucket, Key=key, Range=f"bytes={start}-")["Body"]
    except ClientError as error:
        said = error.response["Error"].get("Message", "")
        raise invalid(f"Could not read the result {execution.output}: {said}") from error
    lines = _Lines(body)
    is_csv = execution.output.endswith(".csv")
    rows = _csv_rows(lines) if is_csv else _text_rows(lines, len(execution.columns))
    shown = [{"Data": [{} if each is None else {"VarCharValue": each} for each in row]} for row in islice(rows, count)]
    following = start + lines.taken
    return shown, following if following < execution.output_bytes else None


class _Lines:
    """Yields the lines of an object with their ends. `taken` is the number of bytes that were taken."""

    def __init__(self, body: Any) -> None:
        self._lines = body.iter_lines(keepends=True)
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._lines:
            self.taken += len(line)
            yield line.decode()


def _csv_rows(lines: Iterable[str]) -> Iterator[Row]:
    """Yields the rows with the headings first. What stands without quotes is NULL."""
    for row in csv.reader(lines, quoting=csv.QUOTE_NOTNULL, strict=True):
        yield list(row) or [None]  # the line of a single NULL is empty


def _text_rows(lines: Iterable[str], width: int) -> Iterator[Row]:
    for line in lines:
        yield list(line.rstrip("\n").split("\t", max(width - 1, 0)))
