"""Lists and fetches the objects of partitions, with the caller's permissions."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from localstack_dockerless.iam.authorization import DeniedError
from localstack_dockerless.services.athena import caller as callers
from localstack_dockerless.services.athena.cache import Cache
from localstack_dockerless.services.athena.caller import Caller
from localstack_dockerless.services.athena.failures import QueryFailedError
from localstack_dockerless.services.athena.partitions import Partition

FEW = 20
"""The most partitions that are listed one by one. More are listed together, by their common prefix."""


@dataclass(frozen=True)
class Found:
    """Holds an object of a partition. `size` is in bytes."""

    bucket: str
    key: str
    tag: str
    size: int
    values: tuple[str, ...]


def split(location: str) -> tuple[str, str]:
    """Returns the bucket and the key of `s3://bucket/key`. Raises `QueryFailedError`."""
    scheme, _, rest = location.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme not in ("s3", "s3a", "s3n") or not bucket:
        raise QueryFailedError("INVALID_TABLE_PROPERTY", f"The location {location!r} is no s3:// location")
    return bucket, key


def listed(s3: Any, partitions: list[Partition], what: str) -> list[Found]:
    """Returns the objects of the partitions. `what` names the table in an error. Raises `QueryFailedError`.

    Athena does not read objects whose name begins with `_` or `.`:
    https://docs.aws.amazon.com/athena/latest/ug/create-table.html
    """
    places: dict[str, dict[str, Partition]] = {}
    for partition in partitions:
        bucket, key = split(partition.location)
        places.setdefault(bucket, {})[key if key.endswith("/") or not key else f"{key}/"] = partition
    found: list[Found] = []
    try:
        for bucket, prefixes in places.items():
            for prefix in prefixes if len(prefixes) <= FEW else (_folder_of(list(prefixes)),):
                found += _of_prefix(s3, bucket, prefix, prefixes)
    except ClientError as error:
        raise callers.failure(error, what) from error
    return found


def fetched(caller: Caller, cache: Cache, folder: Path, found: list[Found], what: str) -> Iterator[Path]:
    """Yields the file of each object, in order. Raises `QueryFailedError`.

    An object that the cache has is not fetched, and the caller must still be allowed to read it.
    """
    s3 = caller.client("s3")
    for index, each in enumerate(found):
        target = folder / f"{index:06}.parquet"
        name = cache.name(each.bucket, each.key, each.tag)
        place = f"{what} (s3://{each.bucket}/{each.key})"
        try:
            if cache.link(name, target):
                caller.check_read(each.bucket, each.key)
            else:
                body = s3.get_object(Bucket=each.bucket, Key=each.key, IfMatch=each.tag)["Body"]
                cache.add(name, target, lambda file, body=body: shutil.copyfileobj(body, file))  # type: ignore[misc]
        except ClientError as error:
            raise callers.failure(error, place) from error
        except DeniedError as error:
            raise QueryFailedError("PERMISSION_DENIED", f"Access denied on {place}: {error}") from error
        yield target


def _folder_of(prefixes: list[str]) -> str:
    """Returns the longest folder that all prefixes have in common. A shorter one would list more objects."""
    first, last = min(prefixes), max(prefixes)
    same = next((index for index, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[: first.rfind("/", 0, same) + 1]


def _of_prefix(s3: Any, bucket: str, prefix: str, prefixes: dict[str, Partition]) -> Iterator[Found]:
    more: dict[str, str] = {}
    while True:
        answer = s3.list_objects_v2(Bucket=bucket, Prefix=prefix, **more)
        for each in answer.get("Contents", ()):
            own = _own_prefix(each["Key"], prefixes)
            if own is None or each["Size"] == 0 or _is_hidden(each["Key"][len(own) :]):
                continue
            yield Found(bucket, each["Key"], each["ETag"], each["Size"], prefixes[own].values)
        if not answer.get("IsTruncated"):
            return
        more = {"ContinuationToken": answer["NextContinuationToken"]}


def _own_prefix(key: str, prefixes: dict[str, Partition]) -> str | None:
    end = len(key)
    while end > 0:
        end = key.rfind("/", 0, end)
        if key[: end + 1] in prefixes:
            return key[: end + 1]
    return "" if "" in prefixes else None


def _is_hidden(path: str) -> bool:
    return any(part.startswith(("_", ".")) for part in path.split("/"))
