"""The alarms, page by page. Keys are read first, because a night can raise a million alarms.

The key of an alarm has its metering point, its check and its day. So a filter of these reads no item, and a page reads
its own items alone. The id follows from the key too.
"""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from itertools import batched
from typing import Any

from domain.alarm_items import (
    OPEN_INDEX,
    OPEN_KEY,
    RANGE,
    alarm_key,
    alarm_of,
    is_alarm,
    key_item,
    key_of,
    open_keys,
)
from domain.alarms import Alarm, Found
from domain.customers import KEY
from domain.digest import alarm_path
from operations.console.data.kept import Kept
from operations.console.errors import NotFoundError

PAGE = 50
MOST_KEYS = 50_000
"""So many open alarms are listed. With more of them a day must be chosen, whose alarms are a query each."""
MOST_CLEARED = 5_000
"""So many items are read where no index helps."""

STATES = ("open", "acknowledged", "alive", "cleared", "all")
"""`alive` is open or acknowledged."""


@dataclass(frozen=True, order=True)
class AlarmName:
    """What names an alarm: the day, the metering point and the check. The order is the one of the list."""

    date: date
    number: str
    code: str

    @property
    def path(self) -> str:
        """The path of its page. It never changes."""
        return alarm_path(self.number, self.date, self.code)

    @property
    def id(self) -> str:
        """The alarm's id."""
        return Alarm(self.number, self.code, self.date, Found({}), {}).id

    @property
    def key(self) -> tuple[str, str]:
        """The key of its item."""
        return alarm_key(self.number, self.code, self.date)

    @property
    def text(self) -> str:
        """Its name as `operations.explain` takes it."""
        return f"{self.number}/{self.date}/{self.code}"

    @classmethod
    def of(cls, alarm: Alarm) -> "AlarmName":
        """Returns the name of an alarm."""
        return cls(alarm.date, alarm.metering_point, alarm.code)

    @classmethod
    def of_key(cls, key: tuple[str, str]) -> "AlarmName":
        """Reads the key of an item."""
        code, day = key[1].split("#")
        return cls(date.fromisoformat(day), key[0], code)


@dataclass(frozen=True)
class Filter:
    """The alarms to list. An empty value takes any."""

    state: str = "open"
    code: str = ""
    day: date | None = None
    number: str = ""

    def takes_name(self, name: AlarmName) -> bool:
        """Returns whether the name fits."""
        return self.code in ("", name.code) and self.number in ("", name.number) and self.day in (None, name.date)

    def takes(self, alarm: Alarm) -> bool:
        """Returns whether the alarm fits."""
        shown = alarm.state.shown if alarm.state else ""
        return self.takes_name(AlarmName.of(alarm)) and (
            self.state in ("all", shown) or (self.state == "alive" and alarm.is_alive)
        )


@dataclass(frozen=True)
class AlarmPage:
    """Some alarms, and where the next page begins."""

    alarms: Sequence[Alarm]
    after: str = ""
    """The name of the last alarm, where more may follow."""
    cut: bool = False
    """Whether there are more alarms than the console lists: choose a day or a metering point."""


class AlarmList:
    """The table of alarms."""

    def __init__(self, dynamodb: Any, table: str) -> None:
        self._dynamodb, self._table = dynamodb, table
        self._kept = Kept[tuple[list[AlarmName], bool]](2.0)

    def page(self, wanted: Filter, after: str = "", size: int = PAGE) -> AlarmPage:
        """Returns the alarms that follow `after`, the latest day first."""
        if wanted.state in ("cleared", "all") or wanted.number:
            return self._page_of_items(wanted, after, size)
        names, cut = self.alive(wanted.day)
        following = [name for name in names if wanted.takes_name(name) and (not after or _order(name) > _place(after))]
        found: list[Alarm] = []
        for batch in batched(following, 100, strict=False):
            found += filter(wanted.takes, self._read(batch))
            if len(found) > size:
                return AlarmPage(found[:size], AlarmName.of(found[size - 1]).text, cut)
        return AlarmPage(found, "", cut)

    def get(self, name: AlarmName) -> Alarm:
        """Returns an alarm. Raises `NotFoundError`."""
        item = self._dynamodb.get_item(TableName=self._table, Key=key_item(name.key), ConsistentRead=True).get("Item")
        if item is None:
            raise NotFoundError("no_alarm", name=name.text)
        return alarm_of(item)

    def covering(self, number: str, day: date) -> list[Alarm]:
        """Returns the metering point's alarms that are about a day. A silence is about each of its days."""
        items, _ = self._items(Filter("all", number=number))
        return [alarm for alarm in map(alarm_of, items) if alarm.covers(day)]

    def named(self, identity: str) -> AlarmName:
        """Returns the alarm whose id begins with a text. It reads keys alone. Raises `NotFoundError`."""
        for names in (self.alive()[0], self._all_names()):
            for name in names:
                if name.id.startswith(identity):
                    return name
        raise NotFoundError("no_alarm", name=identity)

    def alive(self, day: date | None = None) -> tuple[list[AlarmName], bool]:
        """Returns the names of the open and acknowledged alarms in order, and whether some are left out."""
        return self._kept.get(day, lambda: self._alive_on(day) if day else self._scan_alive())

    def forget(self) -> None:
        """Forgets the kept names, after a change."""
        self._kept.forget()

    def _page_of_items(self, wanted: Filter, after: str, size: int) -> AlarmPage:
        items, cut = self._items(wanted)
        found = sorted(filter(wanted.takes, map(alarm_of, items)), key=lambda alarm: _order(AlarmName.of(alarm)))
        following = [alarm for alarm in found if not after or _order(AlarmName.of(alarm)) > _place(after)]
        more = AlarmName.of(following[size - 1]).text if len(following) > size else ""
        return AlarmPage(following[:size], more, cut)

    def _items(self, wanted: Filter) -> tuple[list[Any], bool]:
        names, values = {"#key": KEY}, {}
        if wanted.number:
            values = {":number": {"S": wanted.number}}
            request = {"KeyConditionExpression": "#key = :number", "ConsistentRead": True}
            pages = self._dynamodb.get_paginator("query").paginate(
                TableName=self._table, ExpressionAttributeNames=names, ExpressionAttributeValues=values, **request
            )
        else:
            pages = self._dynamodb.get_paginator("scan").paginate(TableName=self._table)
        found: list[Any] = []
        for page in pages:
            found += (item for item in page["Items"] if is_alarm(item[RANGE]["S"]))
            if len(found) >= MOST_CLEARED:
                return found, True
        return found, False

    def _scan_alive(self) -> tuple[list[AlarmName], bool]:
        found: list[AlarmName] = []
        for page in self._dynamodb.get_paginator("scan").paginate(TableName=self._table, IndexName=OPEN_INDEX):
            found += (AlarmName.of_key(key_of(item)) for item in page["Items"])
            if len(found) >= MOST_KEYS:
                return sorted(found, key=_order), True
        return sorted(found, key=_order), False

    def _alive_on(self, day: date) -> tuple[list[AlarmName], bool]:
        def on(key: str) -> list[AlarmName]:
            pages = self._dynamodb.get_paginator("query").paginate(
                TableName=self._table,
                IndexName=OPEN_INDEX,
                KeyConditionExpression=f"{OPEN_KEY} = :open",
                ExpressionAttributeValues={":open": {"S": key}},
            )
            return [AlarmName.of_key(key_of(item)) for page in pages for item in page["Items"]]

        with ThreadPoolExecutor(16) as pool:
            return sorted((name for names in pool.map(on, open_keys(day)) for name in names), key=_order), False

    def _all_names(self) -> Iterator[AlarmName]:
        names = {"#key": KEY, "#range": RANGE}
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._table, ProjectionExpression="#key, #range", ExpressionAttributeNames=names
        )
        return (
            AlarmName.of_key(key_of(item)) for page in pages for item in page["Items"] if is_alarm(item[RANGE]["S"])
        )

    def _read(self, names: Sequence[AlarmName]) -> list[Alarm]:
        """Reads at most 100 alarms, in the order of the names. One that is gone meanwhile is left out."""
        waiting: dict[str, Any] = {
            self._table: {"Keys": [key_item(name.key) for name in names], "ConsistentRead": True}
        }
        found: dict[AlarmName, Alarm] = {}
        while waiting:
            answer = self._dynamodb.batch_get_item(RequestItems=waiting)
            for item in answer["Responses"].get(self._table, []):
                found[AlarmName.of_key(key_of(item))] = alarm_of(item)
            waiting = answer.get("UnprocessedKeys", {})
        return [found[name] for name in names if name in found]


def name_of(text: str) -> AlarmName:
    """Reads `NUMBER/DATE/CODE`. Raises `NotFoundError`."""
    try:
        number, day, code = text.split("/")
        return AlarmName(date.fromisoformat(day), number, code)
    except ValueError:
        raise NotFoundError("no_alarm", name=text[:80]) from None


def _order(name: AlarmName) -> tuple[int, str, str]:
    """Orders the latest day first, then by metering point and check."""
    return -name.date.toordinal(), name.number, name.code


def _place(text: str) -> tuple[int, str, str]:
    return _order(name_of(text))
