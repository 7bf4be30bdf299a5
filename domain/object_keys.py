"""Where a day's objects are in the buckets.

Each data set has a prefix of its own, with nothing else below it: `readings/` has the parts of each day, so that a
reader of Parquet can be given the prefix; `alarms/` has the lists of alarms. `runs/` is what runs of a date know of
each other; `work/` is what the steps of one run hand to each other, and expires.
"""

import re
from datetime import date

PARQUET = "application/vnd.apache.parquet"
"""The media type of the day's parts (IANA)."""

READINGS = "readings/"
"""The prefix of the readings in the exported and in the enriched bucket."""

_PART = re.compile(rf"{READINGS}date=[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}/part-[0-9]{{5,}}\.parquet")


def day_prefix(day: date) -> str:
    """The prefix of a day's parts in the exported and in the enriched bucket."""
    return f"{READINGS}date={day}/"


def part_key(day: date, number: int = 0) -> str:
    """The key of a day's part, e.g. `readings/date=2026-03-29/part-00000.parquet`."""
    return f"{day_prefix(day)}part-{number:05}.parquet"


def is_part_key(key: str) -> bool:
    """Whether a key is one of a day's parts; a stray object beside them is not."""
    return _PART.fullmatch(key) is not None


def alarm_lists_prefix(day: date) -> str:
    """The prefix, in the enriched bucket, of the lists of a day's alarms."""
    return f"alarms/date={day}/"


def alarm_list_key(day: date, error_type: str) -> str:
    """The key of the list of a day's alarms of one type."""
    return f"{alarm_lists_prefix(day)}{error_type}.json"


def lock_key(day: date) -> str:
    """The key of the run that holds a day."""
    return f"runs/{day}/lock.json"


def completed_key(day: date) -> str:
    """The key of the record that a run has completed a day, written last."""
    return f"runs/{day}/completed.json"


def plan_key(day: date) -> str:
    """The key of the boundaries between a day's shards."""
    return f"runs/{day}/plan.json"


def raised_prefix(day: date, error_type: str) -> str:
    """The prefix of the alarms of a type that were sent and are in no list yet."""
    return f"runs/{day}/raised/{error_type}/"


def raised_key(day: date, error_type: str, number: int, run: str) -> str:
    """The key of a batch of sent alarms. Runs differ in it, so that none overwrites what another one sent."""
    return f"{raised_prefix(day, error_type)}{number:06}-{run_name(run)}.jsonl"


def mailed_key(day: date, error_type: str) -> str:
    """The key of the names of the batches that the administrator has been told of."""
    return f"runs/{day}/mailed/{error_type}.json"


def customers_key(day: date, run: str, shard: int) -> str:
    """The key of a shard's customers as a run found them."""
    return f"work/{day}/{run_name(run)}/customers-{shard:05}.parquet"


def found_key(day: date, run: str, error_type: str, shard: int) -> str:
    """The key of the alarms of a type that a run found in a shard, in the order of the numbers."""
    return f"work/{day}/{run_name(run)}/{error_type}-{shard:05}.jsonl.gz"


def run_name(run: str) -> str:
    """An execution's name, the last part of its ARN: it has no character that a key must not have.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    """
    return run.rpartition(":")[2]


def object_uri(bucket: str, key: str) -> str:
    """`s3://bucket/key`."""
    return f"s3://{bucket}/{key}"
