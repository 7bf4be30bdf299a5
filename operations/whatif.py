"""Replays published days with other parameters of the checks, and says which alarms would be new, gone and the same.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.whatif --outputs outputs.json --checks candidate.toml --from 2026-11-01 --to 2026-11-05

It judges the newest publication of each day, out of its objects alone, and changes nothing. docs/what-if.md explains
the result. These commands reach AWS with the credentials of the shell. They need `s3:ListBucket`, `s3:GetObject` and
`s3:GetObjectVersion` on the enriched bucket, and `kms:Decrypt` on its key. `make whatif` does this on a local stack.
"""

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import boto3
from rich.console import Console

from domain.customers import KEY
from domain.findings import BY_CODE, Parameters
from domain.publications import InvalidPublicationError, Publication, PublishedShard
from lambdas.publisher.add_publication import rules_version
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.duck import parquet
from lambdas.runtime.stored_parts import PartChangedError
from operations.candidate_checks import CandidateError, changes_in_words, read_candidate
from operations.days import Calendar, DaysError, asked_days
from operations.judged_days import JudgedDays, PublishedDays
from operations.outputs import OutputsError, read
from operations.whatif_report import EXAMPLES, GONE, NEW, Counts, DayReport, Example, Report, order, show

OUTPUTS = ("enriched_bucket", "time_zone")
ERRORS = (InvalidPublicationError, ObjectMissingError, PartChangedError)
"""The publications or their parts are not there as their records say."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.whatif", description=__doc__)
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    parser.add_argument("--checks", type=Path, required=True, help="a TOML file with other parameters")
    parser.add_argument("--from", dest="first", required=True, metavar="YYYY-MM-DD", help="the first day")
    parser.add_argument("--to", dest="last", required=True, metavar="YYYY-MM-DD", help="the last day")
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    try:
        parameters = read_candidate(options.checks)
        outputs = read(options.outputs, OUTPUTS)
        calendar = Calendar.of(outputs["time_zone"], datetime.now(UTC))
        days = asked_days(calendar, "", options.first, options.last, ("--date", "--from", "--to"))
        with PublishedDays.opened(boto3.client("s3"), outputs["enriched_bucket"], outputs["time_zone"]) as published:
            report = replay(published, days, parameters)
    except CandidateError as error:
        print(error, file=sys.stderr)
        return 2
    except (OutputsError, DaysError, *ERRORS) as error:
        print(error, file=sys.stderr)
        return 1
    show(report, Console(highlight=False), as_json=options.json)
    return 0


def replay(
    published: PublishedDays,
    days: Sequence[date],
    parameters: Parameters,
    note: Callable[[date], None] = lambda _day: None,
) -> Report:
    """Judges the newest publications of the days with the parameters, and compares the alarms with the published ones.

    `note` is called after each day. Raises `ERRORS`, and S3's own errors.
    """
    judge = JudgedDays(published, parameters, frozenset(days))
    report = Report(changes_in_words(parameters), [], [])
    for day in days:
        numbers = published.numbers(day)
        if numbers:
            report.days.append(_day_report(judge, published.publication(day, numbers[-1])))
        else:
            report.without_publication.append(day)
        note(day)
    return report


def _day_report(judge: JudgedDays, publication: Publication) -> DayReport:
    report = DayReport(publication.date, publication.number, publication.rules != rules_version())
    counts: dict[str, Counts] = {}
    for shard in publication.shards:
        _compare(judge, publication, shard)
        for code, *numbers in _counts(judge):
            counts.setdefault(code, Counts()).add(Counts(*numbers))
        before, after = _customers(judge, shard)
        report.before.customers += before
        report.after.customers += after
        report.examples += _examples(judge)
    report.before.digests = int(any(each.same + each.gone for each in counts.values()))
    report.after.digests = int(any(each.same + each.new for each in counts.values()))
    report.checks = {code: counts[code] for code in sorted(counts, key=order)}
    report.examples = list(_first(report.examples))
    return report


def _compare(judge: JudgedDays, publication: Publication, shard: PublishedShard) -> None:
    """Writes the table `alarms`: each alarm of a shard with its details before and after. No details are null."""
    after = judge.judged(publication, shard).findings
    before = judge.published.file(shard.findings)
    judge.published.duck.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE alarms AS
        SELECT {KEY}, code, before.details AS before, after.details AS after
        FROM (FROM {parquet(before)} WHERE severity = 'alarm') before
        FULL JOIN (FROM {parquet(after)} WHERE severity = 'alarm') after USING ({KEY}, code)
        """  # noqa: S608
    )


def _counts(judge: JudgedDays) -> list[tuple[Any, ...]]:
    return judge.published.duck.execute(
        """
        SELECT code, count(*) FILTER (before IS NOT NULL AND after IS NOT NULL),
        count(*) FILTER (before IS NULL), count(*) FILTER (after IS NULL)
        FROM alarms GROUP BY code
        """
    ).fetchall()


def _customers(judge: JudgedDays, shard: PublishedShard) -> tuple[int, int]:
    """Counts the customers who asked for mail and have an alarm, before and after."""
    customers = parquet(judge.published.file(shard.customers))
    (found,) = judge.published.duck.execute(
        f"""
        SELECT count(DISTINCT {KEY}) FILTER (before IS NOT NULL), count(DISTINCT {KEY}) FILTER (after IS NOT NULL)
        FROM alarms JOIN {customers} USING ({KEY}) WHERE notify
        """  # noqa: S608
    ).fetchall()
    return int(found[0]), int(found[1])


def _examples(judge: JudgedDays) -> Iterator[Example]:
    """Yields the first new and gone alarms of each check in the shard, by number."""
    rows = judge.published.duck.execute(
        f"""
        SELECT CASE WHEN before IS NULL THEN '{NEW}' ELSE '{GONE}' END AS change, code, {KEY}, coalesce(after, before)
        FROM alarms WHERE before IS NULL OR after IS NULL
        QUALIFY row_number() OVER (PARTITION BY code, change ORDER BY {KEY}) <= {EXAMPLES} ORDER BY {KEY}, code
        """  # noqa: S608
    ).fetchall()
    for change, code, number, details in rows:
        check = BY_CODE.get(code)
        yield Example(change, code, number, check.in_words(json.loads(details)) if check else details)


def _first(examples: Sequence[Example]) -> Iterator[Example]:
    """Yields the first examples of each change and check, over all shards."""
    seen: dict[tuple[str, str], int] = {}
    for each in sorted(examples, key=lambda each: (each.change == GONE, order(each.code), each.number)):
        kind = each.change, each.code
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= EXAMPLES:
            yield each


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
