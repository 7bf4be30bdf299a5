"""Judges days of subjects by the pipeline's own code, from enriched rows and the history to findings."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from bench.detection.series import DayValues
from domain.customer_rows import COLUMNS, row_of
from domain.customers import KEY, Customer
from domain.days import LocalDay, format_instant
from domain.intervals import interval_starts
from domain.readings import EXPORTED_COLUMNS
from lambdas.alerting.history import HistoryDay
from lambdas.alerting.judge_shard import JudgedFiles, judge_shard
from lambdas.alerting.like_days import history_dates
from lambdas.alerting.reported_days import ShardDay
from lambdas.enricher.logic import write_enriched
from lambdas.runtime.duck import columns_option, literal

_LISTS = {
    "consumption_kwh": "kwh", "average_voltage_v": "voltage", "average_frequency_hz": "frequency",
    "down_time_seconds": "down_time",
}  # fmt: skip


@dataclass(frozen=True)
class FoundRow:
    """A finding as it is published."""

    number: str
    code: str
    details: Mapping[str, Any]
    intervals: Sequence[str]


@dataclass(frozen=True)
class Found:
    """What the checks found on a day, and the file with the day's rows for later days."""

    rows: Sequence[FoundRow]
    days: Path

    @property
    def codes(self) -> dict[str, frozenset[str]]:
        """Returns the codes by number."""
        codes: dict[str, set[str]] = {}
        for row in self.rows:
            codes.setdefault(row.number, set()).add(row.code)
        return {number: frozenset(found) for number, found in codes.items()}


class Judge:
    """Judges in a folder, with one database."""

    def __init__(self, duck: duckdb.DuckDBPyConnection, folder: Path, zone: ZoneInfo) -> None:
        self._duck = duck
        self._folder = folder
        self._zone = zone
        self._judged = 0

    def judge(self, day: date, subjects: Sequence[tuple[Customer, DayValues]], history: Mapping[date, Path]) -> Found:
        """Judges a day of subjects. `history` has the files with the rows of the days before."""
        local = LocalDay(day, self._zone)
        self._judged += 1
        folder = self._folder / f"{self._judged:05}"
        folder.mkdir()
        customers, exported, enriched = (folder / f"{name}.parquet" for name in ("customers", "exported", "enriched"))
        ordered = sorted(subjects, key=lambda subject: subject[0].metering_point)
        read = self._rows(folder, (row_of(customer) for customer, _ in ordered), COLUMNS)
        self._duck.execute(f"COPY (FROM {read}) TO {literal(customers)} (FORMAT parquet)")
        self._export(folder, ordered, local, exported)
        write_enriched(self._duck, exported, customers, enriched)
        earlier = [HistoryDay(each, [history[each]]) for each in history_dates(local) if each in history]
        files = JudgedFiles.below(folder)
        judge_shard(self._duck, ShardDay(enriched, customers, local, earlier), files)
        found = self._duck.execute(
            f"SELECT {KEY}, code, details, intervals FROM read_parquet(?)",  # noqa: S608
            [str(files.findings)],
        ).fetchall()
        rows = [
            FoundRow(number, code, json.loads(details), json.loads(starts)) for number, code, details, starts in found
        ]
        for path in (customers, exported, enriched, files.findings):
            path.unlink()
        return Found(rows, files.days)

    def _export(self, folder: Path, subjects: Iterable[tuple[Customer, DayValues]], day: LocalDay, path: Path) -> None:
        """Writes the exported rows. Each list has a value for each interval of the day."""
        lists = dict.fromkeys(_LISTS, "DOUBLE[]") | {"interval_start": "TIMESTAMPTZ[]"}
        columns = {KEY: "VARCHAR", "interval_minutes": "SMALLINT", "quality": "VARCHAR", **lists}
        unnested = ", ".join(f"unnest({name}) AS {name}" for name in lists)
        known = {name: name for name in columns} | {
            "voltage_drops": "down_time_seconds * 0",
            "reported_at": "interval_start",
            "received_at": "interval_start",
        }
        typed = ", ".join(f"({known.get(name, 'NULL')})::{kind} AS {name}" for name, kind in EXPORTED_COLUMNS.items())
        rows = self._rows(folder, (_line(customer, values, day) for customer, values in subjects), columns)
        self._duck.execute(
            f"COPY (SELECT {typed} FROM (SELECT {KEY}, interval_minutes, quality, {unnested} FROM {rows})"  # noqa: S608
            f" WHERE consumption_kwh IS NOT NULL) TO {literal(path)} (FORMAT parquet)"
        )

    @staticmethod
    def _rows(folder: Path, rows: Iterable[Mapping[str, Any]], columns: Mapping[str, str]) -> str:
        """Writes rows as JSON. Returns the call of the table function that reads them."""
        lines = folder / "rows.ndjson"
        with lines.open("w", encoding="utf-8") as file:
            for row in rows:
                file.write(json.dumps(row) + "\n")
        return f"read_json({literal(lines)}, format = 'newline_delimited', columns = {columns_option(columns)})"


def _line(customer: Customer, values: DayValues, day: LocalDay) -> dict[str, Any]:
    starts = interval_starts(day, customer.meter.lengths)
    lists = {name: list(getattr(values, own)) or [None] * len(starts) for name, own in _LISTS.items()}
    return {
        KEY: customer.metering_point,
        "interval_minutes": customer.meter.lengths.at(day.start),
        "quality": values.quality,
        "interval_start": [format_instant(start) for start in starts],
        **lists,
    }
