"""Reads and writes the items of the DynamoDB table `alarms`.

The key is the metering point number, and `alarm`: the code and the date, for example `ICD#2026-03-29`. The item of a
metering point's silent days has the code alone, `MCD`. So a query for keys that begin with `MCD` finds a whole silence.

| attribute | DynamoDB's type | holds |
|---|---|---|
| `state`, `error_type`, `date`, `alarm_id`, `title`, `words` | `S` | the alarm in short |
| `sequence`, `days` | `N` | the number of changes, and the length in days |
| `escalated` | `BOOL` | |
| `customer`, `found`, `history`, `unsent` | `S`, JSON | see `domain.alarms.Alarm` |
| `by`, `reason`, `raised_at`, `changed_at` | `S` | the person of the last change, and its time |
| `open_on` | `S` | only while it is open or acknowledged: the key of the index `open` |
| `expires_at` | `N` | the second (Unix) after which DynamoDB deletes the item |
"""

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from domain.alarm_silence import SILENCE, SilentDays
from domain.alarm_table import RANGE as RANGE  # noqa: PLC0414 -- readers of alarms find it here
from domain.alarm_table import State, table_key
from domain.alarms import Alarm, Found, to_json
from domain.customers import KEY
from domain.days import format_instant, parse_instant

OPEN_INDEX, OPEN_KEY = "open", "open_on"
"""The index of the alarms that are open or acknowledged, and its partition key: the date and a digit of the alarm's id.

It has the alarms' `state` beside the keys, so both kinds are counted in one scan of it.

A night can raise a million alarms of one date. A partition takes 1,000 writes a second. So a date has 16 partitions.
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-indexes-gsi-sharding.html
"""

DIGITS = "0123456789abcdef"

EXPIRES = "expires_at"

type Key = tuple[str, str]
"""The metering point number, and the sort key."""


class InvalidAlarmError(ValueError):
    """An item is no alarm. The text names its key."""


def alarm_key(number: str, code: str, day: date) -> Key:
    """Returns the key of an alarm."""
    return number, f"{code}#{day}"


def silence_key(number: str) -> Key:
    """Returns the key of a metering point's silent days."""
    return number, SILENCE


def is_alarm(key: str) -> bool:
    """Returns whether a sort key is the one of an alarm."""
    return "#" in key


def open_keys(day: date) -> list[str]:
    """Returns the partition keys of the index that have a day's open alarms."""
    return [f"{day}#{digit}" for digit in DIGITS]


def key_item(key: Key) -> dict[str, Any]:
    """Returns a key in DynamoDB's JSON."""
    return table_key(*key)


def key_of(item: Mapping[str, Any]) -> Key:
    """Returns the key of an item."""
    return item[KEY]["S"], item[RANGE]["S"]


def alarm_item(alarm: Alarm, expires: datetime) -> dict[str, Any]:
    """Returns the item of an alarm that has been raised."""
    texts = {
        "alarm_id": alarm.id,
        "error_type": alarm.code,
        "date": alarm.date.isoformat(),
        "state": str(alarm.state),
        "title": alarm.title,
        "words": alarm.words,
        "by": alarm.by,
        "reason": alarm.reason,
        "raised_at": _written(alarm.raised_at),
        "changed_at": _written(alarm.changed_at),
        "customer": to_json(dict(alarm.customer)),
        "found": to_json(asdict(alarm.found)),
        "history": to_json(list(alarm.history)),
        "unsent": to_json(list(alarm.unsent)),
    }
    opened = {OPEN_KEY: {"S": f"{alarm.date}#{alarm.id[0]}"}} if alarm.is_alive else {}
    return {
        **key_item(alarm_key(alarm.metering_point, alarm.code, alarm.date)),
        **{name: {"S": text} for name, text in texts.items()},
        "sequence": {"N": str(alarm.sequence)},
        "days": {"N": str(alarm.found.days)},
        "escalated": {"BOOL": alarm.escalated},
        EXPIRES: {"N": str(int(expires.timestamp()))},
        **opened,
    }


def alarm_of(item: Mapping[str, Any]) -> Alarm:
    """Reads an alarm's item. Raises `InvalidAlarmError`."""
    try:
        text = {name: value["S"] for name, value in item.items() if "S" in value}
        return Alarm(
            metering_point=text[KEY],
            code=text["error_type"],
            date=date.fromisoformat(text["date"]),
            found=_found(json.loads(text["found"])),
            customer=json.loads(text["customer"]),
            state=State(text["state"]),
            sequence=int(item["sequence"]["N"]),
            escalated=bool(item["escalated"]["BOOL"]),
            by=text["by"],
            reason=text["reason"],
            raised_at=_read(text["raised_at"]),
            changed_at=_read(text["changed_at"]),
            history=tuple(json.loads(text["history"])),
            unsent=tuple(json.loads(text["unsent"])),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidAlarmError(f"{item.get(KEY)} {item.get(RANGE)}: {error!r}") from error


def silence_item(number: str, silent: SilentDays, expires: datetime) -> dict[str, Any]:
    """Returns the item of a metering point's silent days."""
    days = {day.isoformat(): asdict(found) for day, found in sorted(silent.days.items())}
    return {
        **key_item(silence_key(number)),
        "silent_days": {"S": to_json(days)},
        "version": {"N": str(silent.version)},
        "reaches": {"S": to_json({str(first): str(end) for first, end in sorted(silent.reaches.items())})},
        EXPIRES: {"N": str(int(expires.timestamp()))},
    }


def silence_of(item: Mapping[str, Any] | None) -> SilentDays:
    """Reads the item of the silent days. No item is no silent day. Raises `InvalidAlarmError`."""
    if item is None:
        return SilentDays()
    try:
        days = json.loads(item["silent_days"]["S"])
        found = {date.fromisoformat(day): _found(each) for day, each in days.items()}
        reaches = json.loads(item["reaches"]["S"])
        ends = {date.fromisoformat(first): date.fromisoformat(end) for first, end in reaches.items()}
        return SilentDays(found, int(item["version"]["N"]), ends)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise InvalidAlarmError(f"{item.get(KEY)} {item.get(RANGE)}: {error!r}") from error


def _found(value: Mapping[str, Any]) -> Found:
    return Found(**{**value, "intervals": tuple(value["intervals"])})


def _written(instant: datetime | None) -> str:
    return format_instant(instant) if instant else ""


def _read(text: str) -> datetime | None:
    return parse_instant(text) if text else None
