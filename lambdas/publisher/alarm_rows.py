"""Writes the alarms of a shard to Parquet, so that SQL can ask for them.

The table of the alarms changes at any time, and the rows are its state when a run kept the alarms of the shard. A
person's later change is in the rows of the next run that changes findings of the shard.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import batched
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb

from domain.alarm_items import Key, alarm_key, alarm_of, silence_key, silence_of
from domain.alarm_silence import SILENCE
from domain.alarms import Alarm, to_json
from domain.customers import KEY
from domain.days import format_instant
from domain.shards import Shard
from lambdas.publisher.alarms_table import AlarmsTable
from lambdas.publisher.finding_rows import ALARM
from lambdas.runtime.duck import literal, parquet

COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        KEY: "VARCHAR",
        "alarm_id": "VARCHAR",
        "error_type": "VARCHAR",
        "first_day": "DATE",
        "days": "INTEGER",
        "state": "VARCHAR",
        "escalated": "BOOLEAN",
        "sequence": "INTEGER",
        "raised_at": "TIMESTAMP WITH TIME ZONE",
        "changed_at": "TIMESTAMP WITH TIME ZONE",
        "changed_by": "VARCHAR",
        "reason": "VARCHAR",
        "city": "VARCHAR",
        "county": "VARCHAR",
        "type": "VARCHAR",
        "details": "VARCHAR",
    }
)
"""The columns in order, with their types in DuckDB's names.

`first_day` is the date of the alarm. A silence has a row on each of its days, with the same `alarm_id`: the row with
the highest `sequence` is the newest. `state` is `open`, `acknowledged` or `cleared`. `changed_by` is the person who
acknowledged or cleared it. `city`, `county` and `type` are the customer's. `details` is a JSON object.
"""

AT_ONCE = 200
"""The number of metering points whose alarms are read together."""

_ROWS = 1_000


def alarm_row(alarm: Alarm) -> dict[str, Any]:
    """Returns the row of an alarm."""
    about = {name: alarm.customer.get(name) for name in ("city", "county", "type")}
    return {
        KEY: alarm.metering_point,
        "alarm_id": alarm.id,
        "error_type": alarm.code,
        "first_day": alarm.date.isoformat(),
        "days": alarm.found.days,
        "state": alarm.state.shown if alarm.state else None,
        "escalated": alarm.escalated,
        "sequence": alarm.sequence,
        "raised_at": _written(alarm.raised_at),
        "changed_at": _written(alarm.changed_at),
        "changed_by": alarm.by or None,
        "reason": alarm.reason or None,
        **about,
        "details": to_json(dict(alarm.found.details)),
    }


@dataclass(frozen=True)
class Looked:
    """The alarms of a metering point to look at: by code on the day, and by the keys of rows of an earlier run."""

    number: str
    codes: frozenset[str]
    keys: frozenset[Key]


def alarms_of(table: AlarmsTable, day: date, looked: Iterable[Looked]) -> Iterator[Alarm]:
    """Yields the alarms of a day that are in the table, by metering point, code and date.

    `looked` is in the order of the metering points. A silence that has the day, or ends or begins beside it, is among
    its alarms. Memory holds 200 metering points. Raises `AlarmsNotReadError` and `InvalidAlarmError`.
    """
    for batch in batched(looked, AT_ONCE, strict=False):
        silent = [each.number for each in batch if SILENCE in each.codes]
        silences = table.read(map(silence_key, silent))
        keys = {key for each in batch for key in each.keys}
        keys |= {alarm_key(each.number, code, day) for each in batch for code in each.codes - {SILENCE}}
        for number in silent:
            firsts = silence_of(silences.get(silence_key(number))).touched_by(day)
            keys |= {alarm_key(number, SILENCE, first) for first in firsts}
        found = table.read(keys)
        yield from (alarm_of(found[key]) for key in sorted(found))


def looked_at(
    duck: duckdb.DuckDBPyConnection, shard: Shard, findings: Sequence[Path], rows: Path | None
) -> Iterator[Looked]:
    """Yields the alarms to look at in the shard, in the order of the metering points.

    `findings` are findings parts that have all findings of the newest and the former publications in the shard's range.
    `rows` are the rows that an earlier run wrote for the shard.
    """
    found = f"SELECT {KEY}, code, NULL::DATE AS first_day FROM {_parts(findings)} WHERE severity = {literal(ALARM)}"  # noqa: S608
    earlier = f" UNION ALL SELECT {KEY}, error_type, first_day FROM {parquet(rows)}" if rows else ""  # noqa: S608
    result = duck.execute(
        f"SELECT {KEY}, list(DISTINCT code) FILTER (first_day IS NULL), list((code, first_day))"  # noqa: S608
        f" FILTER (first_day IS NOT NULL) FROM ({found}{earlier}) WHERE {KEY} >= ? AND {KEY} < ?"
        f" GROUP BY {KEY} ORDER BY {KEY}",
        [shard.first, shard.end],
    )
    while batch := result.fetchmany(_ROWS):
        for number, codes, known in batch:
            keys = frozenset(alarm_key(number, code, first) for code, first in known or ())
            yield Looked(number, frozenset(codes or ()), keys)


def _parts(paths: Sequence[Path]) -> str:
    return f"read_parquet([{', '.join(map(literal, paths))}])"


def _written(instant: datetime | None) -> str | None:
    return format_instant(instant) if instant else None
