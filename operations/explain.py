"""Explains an alarm out of published objects alone, and says whether it still holds.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.explain --outputs outputs.json --alarm 1000000007/2026-11-01/SPK
    python -m operations.explain --outputs outputs.json --alarm 4f0c1a5e

The alarm is a metering point number, a date and a check's code. Or it is the alarm's id or its first characters, which
the command looks up in the table of alarms. It shows the check with its version and parameters, the intervals with
their values, and the publication. It judges the metering point's day again, out of the objects of that publication
alone, and compares. It reaches AWS with the credentials of the shell. It needs `s3:ListBucket`, `s3:GetObject` and
`s3:GetObjectVersion` on the enriched bucket, and `kms:Decrypt` on its key. For an id it needs `dynamodb:Scan` and
`dynamodb:BatchGetItem` on the table of alarms and its index too. `make explain` does this on a local stack.
"""

import argparse
import json
import re
import sys
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
from rich.console import Console

from domain.alarms import Alarm
from domain.customers import KEY
from domain.days import format_instant
from domain.findings import BY_CODE, CHECKS, CODES, DEFAULTS, Parameters
from domain.findings.parameters import InvalidParametersError
from domain.metering_points import PATTERN
from domain.pipeline_dates import InvalidDate, parse_date
from domain.publications import Publication, PublishedShard
from domain.readings import QUANTITIES
from lambdas.publisher.add_publication import rules_version
from lambdas.runtime.duck import parquet
from operations.alarms import OUTPUTS as DESK
from operations.alarms import AlarmDesk, AlarmsError
from operations.explanation import Explanation, Finding, Verdict, show
from operations.judged_days import JudgedDays, PublishedDays
from operations.outputs import OutputsError, read
from operations.whatif import ERRORS, OUTPUTS

FORM = "NUMBER/DATE/CODE, as in 1000000007/2026-11-01/SPK, or the alarm's id"
_ALARM = re.compile(rf"(?P<number>{PATTERN})/(?P<date>[^/]+)/(?P<code>[^/]+)")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile("[0-9a-f-]{4,36}")
_READING = ("interval_minutes", *(quantity.column for quantity in QUANTITIES), "quality", "validated_kwh")
"""An interval with an estimate and without a reading has `validated_kwh` alone."""


class ExplainError(Exception):
    """There is no such finding. The text says what there is."""


@dataclass(frozen=True)
class AlarmName:
    """The metering point, the day and the check that an alarm is about."""

    number: str
    date: date
    code: str

    @classmethod
    def parse(cls, text: str) -> "AlarmName":
        """Reads `NUMBER/DATE/CODE`. Raises `ExplainError`."""
        found = _ALARM.fullmatch(text)
        if found is None:
            raise ExplainError(f"{text[:80]!r} is no alarm: write {FORM}")
        try:
            day = parse_date(found["date"])
        except InvalidDate as error:
            raise ExplainError(f"{text!r} is no alarm: {error}") from error
        if found["code"] not in BY_CODE:
            raise ExplainError(f"no check is {found['code']}: the checks are {', '.join(CODES)}")
        return cls(found["number"], day, found["code"])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.explain", description=__doc__)
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    parser.add_argument("--alarm", required=True, help=FORM)
    parser.add_argument("--json", action="store_true", help="print JSON")
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, (*OUTPUTS, *DESK))
        desk = AlarmDesk(boto3.client("dynamodb"), boto3.client("sqs"), *(outputs[name] for name in DESK))
        days = named_days(options.alarm, desk)
        with PublishedDays.opened(boto3.client("s3"), outputs["enriched_bucket"], outputs["time_zone"]) as published:
            show(list(map(Explainer(published).explain, days)), Console(highlight=False), as_json=options.json)
    except (OutputsError, ExplainError, AlarmsError, *ERRORS) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def named_days(text: str, desk: AlarmDesk) -> list[AlarmName]:
    """Returns the days of an alarm: one, or each day of a silence. The text is `NUMBER/DATE/CODE` or an alarm's id.

    Raises `ExplainError` and `AlarmsError`.
    """
    if _ID.fullmatch(text) is None:
        return [AlarmName.parse(text)]
    return days_of(desk.named(text))


def days_of(alarm: Alarm) -> list[AlarmName]:
    """Returns the days of an alarm: one, or each day of a silence."""
    return [AlarmName(alarm.metering_point, parse_date(day), alarm.code) for day in sorted(alarm.found.publications)]


class Explainer:
    """Explains alarms. Each shard is judged once for all alarms that have the same parameters."""

    def __init__(self, published: PublishedDays) -> None:
        self._published = published
        self._judges: dict[str, JudgedDays] = {}

    def explain(self, alarm: AlarmName) -> Explanation:
        """Explains an alarm. Raises `ExplainError`, `ERRORS`, and S3's own errors."""
        numbers = self._published.numbers(alarm.date)
        if not numbers:
            raise ExplainError(f"{alarm.date} has no publication")
        last, finding = self._last(alarm, numbers)
        raised, former = self._raised(alarm, numbers[: numbers.index(last) + 1], finding)
        publication = self._published.publication(alarm.date, last)
        shard = _shard(publication, alarm.number)
        recomputed = self._recomputed(alarm, publication, shard, finding)
        gone_since = next((number for number in numbers if number > last), None)
        check = BY_CODE[alarm.code]
        return Explanation(
            metering_point=alarm.number,
            date=alarm.date,
            code=alarm.code,
            title=check.title,
            words=check.in_words(dict(finding.details)),
            finding=finding,
            values=self._values(shard, alarm.number, finding),
            publication=last,
            newest=numbers[-1],
            as_known_at=format_instant(publication.as_known_at),
            other_rules=publication.rules != rules_version(),
            judged_against=dict(shard.judged_against),
            raised_in=raised,
            raised_with=former.details,
            present_version=check.version,
            recomputed=recomputed,
            verdict=_verdict(finding, former, recomputed, is_gone=gone_since is not None),
            gone_since=gone_since,
        )

    def _last(self, alarm: AlarmName, numbers: list[int]) -> tuple[int, Finding]:
        """Returns the newest publication that has the finding, and the finding."""
        for number in reversed(numbers):
            if finding := self._finding(alarm, number):
                return number, finding
        newest = self._findings(self._published.publication(alarm.date, numbers[-1]), alarm.number)
        there = f"It has {', '.join(newest)}." if newest else "It has no finding."
        raise ExplainError(f"no publication of {alarm.date} has {alarm.code} for {alarm.number}. {there}")

    def _raised(self, alarm: AlarmName, numbers: list[int], finding: Finding) -> tuple[int, Finding]:
        """Returns the first of the publications that have the finding without a break, and the finding there."""
        raised = numbers[-1], finding
        for number in reversed(numbers[:-1]):
            former = self._finding(alarm, number)
            if former is None:
                break
            raised = number, former
        return raised

    def _finding(self, alarm: AlarmName, number: int) -> Finding | None:
        return self._findings(self._published.publication(alarm.date, number), alarm.number).get(alarm.code)

    def _findings(self, publication: Publication, number: str) -> dict[str, Finding]:
        return self._read(self._published.file(_shard(publication, number).findings), number)

    def _read(self, path: Path, number: str) -> dict[str, Finding]:
        """Returns the findings of a metering point in a findings part, by code."""
        rows = self._published.duck.execute(
            "SELECT code, severity, version, parameters, intervals, details"  # noqa: S608
            f" FROM {parquet(path)} WHERE {KEY} = ?",
            [number],
        ).fetchall()
        return {row[0]: Finding(row[1], row[2], *map(json.loads, row[3:])) for row in rows}

    def _recomputed(
        self, alarm: AlarmName, publication: Publication, shard: PublishedShard, finding: Finding
    ) -> Finding | None:
        """Judges the shard with the finding's own parameters. Returns the finding if it is found again."""
        customers = parquet(self._published.file(shard.customers))
        (kind,) = self._published.duck.execute(
            f"SELECT type FROM {customers} WHERE {KEY} = ?",  # noqa: S608
            [alarm.number],
        ).fetchone() or ("",)
        judge = self._judge(alarm.code, kind, finding.parameters)
        return self._read(judge.judged(publication, shard).findings, alarm.number).get(alarm.code)

    def _judge(self, code: str, kind: str, own: Mapping[str, Any]) -> JudgedDays:
        """Returns the judge that has a check's own parameters. They are the defaults, unless the defaults changed."""
        defaults = DEFAULTS.of(code, kind) if kind else {}
        changed = {name: own[name] for name, value in defaults.items() if name in own and own[name] != _plain(value)}
        name = f"{code}-{kind}-{json.dumps(changed)}" if changed else ""
        if name not in self._judges:
            changes = {code: {parameter: {kind: value} for parameter, value in changed.items()}} if changed else {}
            try:
                parameters = Parameters(CHECKS, changes)
            except InvalidParametersError as error:
                raise ExplainError(f"the finding's parameters are not those of {code}: {error}") from error
            self._judges[name] = JudgedDays(self._published, parameters)
        return self._judges[name]

    def _values(self, shard: PublishedShard, number: str, finding: Finding) -> list[dict[str, Any]]:
        """Returns the readings of the finding's intervals. An interval without a reading has its start alone."""
        enriched = parquet(self._published.file(shard.enriched))
        rows = self._published.duck.execute(
            f"SELECT epoch_us(interval_start), {', '.join(_READING)} FROM {enriched} WHERE {KEY} = ?",  # noqa: S608
            [number],
        ).fetchall()
        by_start = {
            format_instant(_EPOCH + timedelta(microseconds=start)): dict(zip(_READING, values, strict=True))
            for start, *values in rows
        }
        return [
            {"interval_start": start}
            | {name: value for name, value in by_start.get(start, {}).items() if value is not None}
            for start in finding.intervals
        ]


def _shard(publication: Publication, number: str) -> PublishedShard:
    return publication.shards[bisect_right(publication.boundaries, number)]


def _plain(value: Any) -> Any:
    """Returns a parameter's value as JSON has it."""
    return list(value) if isinstance(value, tuple) else value


def _verdict(finding: Finding, former: Finding, recomputed: Finding | None, *, is_gone: bool) -> Verdict:
    if is_gone or recomputed is None:
        return Verdict.GONE
    is_same = finding.is_same_as(former) and finding.is_same_as(recomputed)
    return Verdict.HOLDS if is_same else Verdict.CHANGED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
