"""Each object of a day has its own key."""

import pytest

from domain.object_keys import day_prefix, is_part_key, kept_key, object_uri, part_key
from tests.unit.lambdas.examples import SPRING


def test_the_keys_of_a_day() -> None:
    assert part_key(SPRING) == "readings/date=2026-03-29/part-00000.parquet"
    assert part_key(SPRING, 12).startswith(day_prefix(SPRING))
    assert kept_key(SPRING) == "alarms/date=2026-03-29/kept.json"
    assert object_uri("bucket", part_key(SPRING)) == "s3://bucket/readings/date=2026-03-29/part-00000.parquet"


@pytest.mark.parametrize(
    ("key", "is_part"),
    [
        (part_key(SPRING), True),
        (part_key(SPRING, 99_999), True),
        ("readings/date=2026-03-29/_SUCCESS", False),
        ("readings/date=2026-03-29/part-00000.parquet.tmp", False),
        ("alarms/date=2026-03-29/kept.json", False),
    ],
)
def test_which_objects_are_parts(key: str, is_part: bool) -> None:
    assert is_part_key(key) is is_part
