"""This module defines the keys of a day's objects in the buckets.

Each prefix holds one kind of object:

| prefix | holds |
|---|---|
| `readings/` | the parts of each day. A reader of Parquet can take the whole prefix |
| `publications/` | the record of each publication of a day, which names the versions of its parts |
| `customers/` | the customers of each part, as its publication used them |
| `findings/` | what the checks found on the metering points of each part |
| `days/` | what later days need to know of each part's metering points on this day |
| `alarm_rows/` | the alarms of each part's metering points, as the last run that changed them left them |
| `publication_rows/` | a row for each publication, with the counts of its record |
| `numbers/` | the numbers of each part, for the summary of the day |
| `summaries/` | the summary of each publication of a day |
| `reports/` | the report of each publication of a day, as a page |
| `alarms/` | to which publication each day's alarms were kept, and the last mail about them |
| `runs/` | the records by which the runs of a date know of each other |
| `work/` | the objects that the steps of one run pass to each other. They expire |
| `restores/` | the objects of a restore of the database, in the exported bucket. They expire |
"""

import re
from datetime import date

PARQUET = "application/vnd.apache.parquet"
"""The media type of the day's parts (IANA)."""

READINGS = "readings/"
"""The prefix of the readings in the exported and in the enriched bucket."""

PUBLICATIONS = "publications/"
"""The prefix of the publications in the enriched bucket."""

SUMMARIES, REPORTS = "summaries/", "reports/"
"""The prefixes of the summaries and of the reports in the enriched bucket."""

RESTORES = "restores/"
"""The prefix of the objects of a restore in the exported bucket."""

HTML = "text/html; charset=utf-8"
"""The media type of a report."""

_PUBLICATION = re.compile(rf"{PUBLICATIONS}date=([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})/([0-9]{{6,}})\.json")
_SUMMARY = re.compile(rf"{SUMMARIES}date=([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})/([0-9]{{6,}})\.json")
_PART = re.compile(rf"{READINGS}date=[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}/part-[0-9]{{5,}}\.parquet")


def day_prefix(day: date) -> str:
    """Returns the prefix of a day's parts in the exported and in the enriched bucket."""
    return f"{READINGS}date={day}/"


def part_key(day: date, number: int = 0) -> str:
    """Returns the key of a day's part, for example `readings/date=2026-03-29/part-00000.parquet`."""
    return f"{day_prefix(day)}part-{number:05}.parquet"


def customers_prefix(day: date) -> str:
    """Returns the prefix of the customers of a day's parts."""
    return f"customers/date={day}/"


def customers_part_key(day: date, number: int) -> str:
    """Returns the key of the customers whose data a part has."""
    return f"{customers_prefix(day)}part-{number:05}.parquet"


def findings_prefix(day: date) -> str:
    """Returns the prefix of the findings of a day's parts."""
    return f"findings/date={day}/"


def findings_part_key(day: date, number: int) -> str:
    """Returns the key of the findings on the metering points of a part."""
    return f"{findings_prefix(day)}part-{number:05}.parquet"


def days_prefix(day: date) -> str:
    """Returns the prefix of the summaries of a day's parts."""
    return f"days/date={day}/"


def days_part_key(day: date, number: int) -> str:
    """Returns the key of the summaries of the metering points of a part."""
    return f"{days_prefix(day)}part-{number:05}.parquet"


def alarm_rows_prefix(day: date) -> str:
    """Returns the prefix of the alarms of a day's parts."""
    return f"alarm_rows/date={day}/"


def alarm_rows_key(day: date, number: int) -> str:
    """Returns the key of the alarms on the metering points of a part."""
    return f"{alarm_rows_prefix(day)}part-{number:05}.parquet"


def publication_rows_key(day: date, number: int) -> str:
    """Returns the key of the row of a publication."""
    return f"publication_rows/date={day}/{number:06}.parquet"


def publications_prefix(day: date | None = None) -> str:
    """Returns the prefix of a day's publications, or of all publications."""
    return f"{PUBLICATIONS}date={day}/" if day else PUBLICATIONS


def publication_key(day: date, number: int) -> str:
    """Returns the key of a publication's record. Publications of a day are numbered from 1."""
    return f"{publications_prefix(day)}{number:06}.json"


def read_publication_key(key: str) -> tuple[date, int] | None:
    """Returns the day and the number of a publication's key, or None for a stray object."""
    found = _PUBLICATION.fullmatch(key)
    return (date.fromisoformat(found[1]), int(found[2])) if found else None


def numbers_key(day: date, shard: int, content: str) -> str:
    """Returns the key of the numbers of a shard. `content` is a hash of the parts from which they are made."""
    return f"numbers/date={day}/{shard:05}-{content}.json"


def summaries_prefix(day: date | None = None) -> str:
    """Returns the prefix of a day's summaries, or of all summaries."""
    return f"{SUMMARIES}date={day}/" if day else SUMMARIES


def summary_key(day: date, number: int) -> str:
    """Returns the key of the summary of a publication."""
    return f"{summaries_prefix(day)}{number:06}.json"


def read_summary_key(key: str) -> tuple[date, int] | None:
    """Returns the day and the number of a summary's key, or None for a stray object."""
    found = _SUMMARY.fullmatch(key)
    return (date.fromisoformat(found[1]), int(found[2])) if found else None


def report_key(day: date, number: int) -> str:
    """Returns the key of the report of a publication."""
    return f"{REPORTS}date={day}/{number:06}.html"


def is_part_key(key: str) -> bool:
    """Returns whether a key is the key of a part. The key of a stray object at the prefix is not."""
    return _PART.fullmatch(key) is not None


def kept_key(day: date) -> str:
    """Returns the key of the record that says to which publication a day's alarms were kept."""
    return f"alarms/date={day}/kept.json"


LAST_MAIL = "alarms/last-mail.json"
"""The key of the record of the last mail about alarms to the administrator."""


CATCH_UP = "catch-up"
"""The lock of this name says which execution is the catch-up that finds the days."""


def lock_key(day: date | str) -> str:
    """Returns the key of the record that names the run which holds a day, or the catch-up."""
    return f"runs/{day}/lock.json"


def completed_key(day: date) -> str:
    """Returns the key of the record that says that a run has completed a day. The run writes it last."""
    return f"runs/{day}/completed.json"


def plan_key(day: date) -> str:
    """Returns the key of the boundaries between a day's shards."""
    return f"runs/{day}/plan.json"


def work_prefix(day: date, run: str) -> str:
    """Returns the prefix of the objects that the steps of a run pass to each other."""
    return f"work/{day}/{run_name(run)}/"


def customer_part_key(day: date, run: str, name: str) -> str:
    """Returns the key of a part of a run's customers, in the order of the numbers. `name` is in the part's report."""
    return f"{work_prefix(day, run)}customers/{name}.tsv.gz"


def customer_index_key(day: date, run: str, name: str) -> str:
    """Returns the key of the index of such a part: where each block begins."""
    return f"{work_prefix(day, run)}customers/{name}.index.json.gz"


def customer_report_key(day: date, run: str, segment: int, part: int) -> str:
    """Returns the key of the report of a part of a segment: its name, its counts, a sample, and whether it is last."""
    return f"{work_prefix(day, run)}customers/{segment:05}-{part:03}.report.json"


def customer_parts_key(day: date, run: str) -> str:
    """Returns the key of the list of the names of all parts of a run's customers."""
    return f"{work_prefix(day, run)}customers/parts.json"


def shards_key(day: date, run: str) -> str:
    """Returns the key of the list of the shards that a run processes: the items of the distributed Map."""
    return f"{work_prefix(day, run)}shards.json"


def results_prefix(day: date, run: str) -> str:
    """Returns the prefix below which the distributed Map writes the results of its executions."""
    return f"{work_prefix(day, run)}results"


def failure_key(day: date, run: str) -> str:
    """Returns the key of the error of a shard that failed."""
    return f"{work_prefix(day, run)}failure.json"


def customers_key(day: date, run: str, shard: int) -> str:
    """Returns the key of a shard's customers as a run found them."""
    return f"{work_prefix(day, run)}customers-{shard:05}.parquet"


def joined_key(day: date, run: str, shard: int) -> str:
    """Returns the key of a shard's readings with their customers, before they are judged."""
    return f"{work_prefix(day, run)}joined-{shard:05}.parquet"


def history_key(day: date, run: str, shard: int) -> str:
    """Returns the key of the list of the earlier days against which a run judges a shard."""
    return f"{work_prefix(day, run)}history-{shard:05}.json"


def alarm_shards_key(day: date, run: str) -> str:
    """Returns the key of the list of the shards whose alarms a run keeps: the items of the second distributed Map."""
    return f"{work_prefix(day, run)}alarm-shards.json"


def tally_key(day: date, run: str, shard: int) -> str:
    """Returns the key of the counts of the alarms that a run has changed in a shard."""
    return f"{work_prefix(day, run)}alarms-{shard:05}.json"


def answers_key(day: date, run: str, shard: int) -> str:
    """Returns the key of what a run's steps answered for a shard. The shard's last step writes it."""
    return f"{work_prefix(day, run)}answers-{shard:05}.json"


def facts_key(day: date, run: str, step: str, shard: int) -> str:
    """Returns the key of what a step says of the part that it has stored for a shard."""
    return f"work/{day}/{run_name(run)}/{step}-{shard:05}.json"


def run_name(run: str) -> str:
    """Returns an execution's name, the last part of its ARN. It has no character that a key must not have.

    https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
    """
    return run.rpartition(":")[2]


def object_uri(bucket: str, key: str) -> str:
    """Returns `s3://bucket/key`."""
    return f"s3://{bucket}/{key}"
