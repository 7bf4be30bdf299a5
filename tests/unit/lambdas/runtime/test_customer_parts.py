"""A part of the customers is read range by range: every customer once, and few bytes."""

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.shards import Shard, shards_between
from lambdas.runtime.customer_parts import BLOCK_LINES, CustomerPartError, line_of, read_range, write_part
from tests.unit.lambdas.fake_s3 import FakeS3


def stored(numbers: list[str], directory: Path) -> Any:
    """A bucket with the numbers' part and its index."""
    s3, path = FakeS3(), directory / "part"
    index = write_part((line_of(number, {"name": f"Šime {number}"}) for number in numbers), path)
    s3.put_object(Bucket="b", Key="part", Body=path.read_bytes())
    s3.put_object(Bucket="b", Key="index", Body=index.encode())
    return cast("Any", s3)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 1_100), st.lists(st.integers(0, 1_200), max_size=6))
def test_shards_read_every_customer_once_and_in_order(count: int, edges: list[int]) -> None:
    numbers = [f"{number:05}" for number in range(count)]
    with TemporaryDirectory() as directory:
        s3 = stored(numbers, Path(directory))
        shards = shards_between([f"{edge:05}" for edge in sorted(edges)])
        read = [line for shard in shards for line in read_range(s3, "b", "part", "index", shard)]
    assert read == [line_of(number, {"name": f"Šime {number}"}) for number in numbers]


def test_a_range_costs_its_blocks_alone(tmp_path: Path) -> None:
    s3 = stored([f"{number:05}" for number in range(20_000)], tmp_path)
    requests: list[dict[str, Any]] = []
    get = s3.get_object

    def noted(**request: Any) -> Any:
        requests.append(request)
        return get(**request)

    s3.get_object = noted
    lines = read_range(s3, "b", "part", "index", Shard(3, "10000", "10100"))
    assert len(lines) == 100
    assert [request["Key"] for request in requests] == ["index", "part"]
    first, _, last = requests[1]["Range"].removeprefix("bytes=").partition("-")
    assert int(last) - int(first) < 3 * len(s3.objects["b", "part"]) * BLOCK_LINES / 20_000


def test_a_range_without_customers_costs_no_second_request(tmp_path: Path) -> None:
    s3 = stored([], tmp_path)
    assert read_range(s3, "b", "absent", "index", Shard(0)) == []


def test_the_blocks_one_after_the_other_are_one_gzip_file(tmp_path: Path) -> None:
    s3 = stored(["A", "B"], tmp_path)
    assert gzip.decompress(s3.objects["b", "part"]).decode().splitlines()[1].startswith("B\t")


@pytest.mark.parametrize("content", [b"", b"{}", gzip.compress(b"[]"), gzip.compress(b'{"first": 1}')])
@pytest.mark.parametrize("key", ["part", "index"])
def test_an_object_out_of_shape_is_named(tmp_path: Path, key: str, content: bytes) -> None:
    s3 = stored(["A", "B"], tmp_path)
    s3.objects["b", key] = content
    with pytest.raises(CustomerPartError, match="s3://b/part"):
        read_range(s3, "b", "part", "index", Shard(0))


@pytest.mark.parametrize("key", ["part", "index"])
def test_an_object_that_is_missing_is_named(tmp_path: Path, key: str) -> None:
    s3 = stored(["A", "B"], tmp_path)
    del s3.objects["b", key]
    with pytest.raises(CustomerPartError, match="s3://b/part or its index is missing"):
        read_range(s3, "b", "part", "index", Shard(0))
