"""Judges a shard's day from files to files. It knows no S3."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from domain.customers import Customer
from domain.findings import CODES, Finding, judge
from lambdas.alerting.day_rows import write_days
from lambdas.alerting.finding_rows import finding_row, write_findings
from lambdas.alerting.reported_days import ShardDay, select_days


@dataclass(frozen=True)
class JudgedFiles:
    """The files that the judgement writes."""

    findings: Path
    days: Path

    @classmethod
    def below(cls, folder: Path) -> "JudgedFiles":
        """Returns the files in a folder."""
        return cls(folder / "findings.parquet", folder / "days.parquet")


def judge_shard(
    duck: duckdb.DuckDBPyConnection,
    given: ShardDay,
    out: JudgedFiles,
    note: Callable[[Customer, Finding], None] | None = None,
) -> dict[str, int]:
    """Writes the findings and the day's rows of a shard. Returns the number of findings for each check's code.

    `note` is called with each finding, in order. The same files give the same bytes.
    """
    counts = dict.fromkeys(CODES, 0)

    def rows() -> Iterator[dict[str, Any]]:
        for each in select_days(duck, given):
            for finding in judge(each.customer, given.day, each.reported, given.parameters, each.codes):
                counts[finding.code] += 1
                if note:
                    note(each.customer, finding)
                yield finding_row(each.customer.metering_point, finding)

    write_findings(duck, rows(), out.findings)
    write_days(duck, given.customers, out.findings, out.days)
    return counts
