"""Lists alarms, acknowledges them, and clears them with a reason.

    terraform -chdir=terraform output -json > outputs.json
    python -m operations.alarms --outputs outputs.json list --state open --date 2026-11-01
    python -m operations.alarms --outputs outputs.json list --number 1000000001
    python -m operations.alarms --outputs outputs.json acknowledge 4f0c1a5e-... --by "Ana Anic"
    python -m operations.alarms --outputs outputs.json clear 4f0c1a5e-... --by "Ana Anic" --reason "the house is empty"

An alarm is named by its id, or by its first characters. A change is written on the condition that nobody else has
changed the alarm meanwhile. Then its event goes to the queue. Where this command was interrupted in between, the next
command or run that touches the alarm sends the event. These commands reach AWS with the credentials of the shell. They
need `dynamodb:Query`, `Scan`, `GetItem`, `BatchGetItem`, `PutItem` and `UpdateItem` on the table and its index,
`sqs:SendMessage` on the queue, and `kms:Decrypt` and `kms:GenerateDataKey` on their key. `make alarms` does the same on
a local stack.
"""

import argparse
import getpass
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import batched
from pathlib import Path
from typing import Any

import boto3

from domain.alarm_items import (
    OPEN_INDEX,
    OPEN_KEY,
    alarm_item,
    alarm_key,
    alarm_of,
    is_alarm,
    key_item,
    key_of,
    open_keys,
)
from domain.alarms import ATTRIBUTES, Alarm, Change, IllegalMoveError, Move, to_json
from domain.customers import KEY
from domain.metering_points import InvalidMeteringPointError, parse_metering_point
from domain.pipeline_dates import InvalidDate, parse_date
from operations.outputs import OutputsError, read

OUTPUTS = ("alarms_table", "alarm_queue_url")
STATES = ("open", "acknowledged", "cleared", "all")
MOVES = {"acknowledge": Move.ACKNOWLEDGE, "clear": Move.DISMISS}


class AlarmsError(Exception):
    """The command cannot be done. The message says why."""


@dataclass(frozen=True)
class Wanted:
    """The alarms to list. `state` is one of `STATES`; the 2 others are None where any will do."""

    state: str = "open"
    number: str | None = None
    day: date | None = None

    def has(self, alarm: Alarm) -> bool:
        """Returns whether an alarm is wanted."""
        shown = alarm.state.shown if alarm.state else ""
        return (
            self.state in ("all", shown)
            and self.day in (None, alarm.date)
            and self.number in (None, alarm.metering_point)
        )


@dataclass(frozen=True)
class AlarmDesk:
    """The alarms of a system, as an operator sees them."""

    dynamodb: Any
    sqs: Any
    table: str
    queue_url: str

    def alarms(self, wanted: Wanted) -> list[Alarm]:
        """Returns the wanted alarms, by date, metering point and code.

        Open and acknowledged alarms come from the index. Cleared ones without a metering point are found by reading the
        whole table.
        """
        if wanted.number is not None:
            found = self._of(wanted.number)
        elif wanted.state in ("open", "acknowledged"):
            found = self._open(wanted.day)
        else:
            found = self._all()
        chosen = (alarm for alarm in found if wanted.has(alarm))
        return sorted(chosen, key=lambda alarm: (alarm.date, alarm.metering_point, alarm.code))

    def named(self, name: str) -> Alarm:
        """Returns the one alarm whose id begins with `name`. Raises `AlarmsError`."""
        for found in (self._open(None), self._all()):
            mine = [alarm for alarm in found if alarm.id.startswith(name)]
            if len(mine) > 1:
                raise AlarmsError(f"{name} is the beginning of {len(mine)} alarms' ids: give more of it")
            if mine:
                return mine[0]
        raise AlarmsError(f"no alarm has an id that begins with {name}")

    def change(self, alarm: Alarm, move: Move, change: Change) -> Alarm:
        """Makes a person's move, and sends its event. Raises `IllegalMoveError` and `AlarmsError`."""
        if alarm.unsent:
            self._tell(alarm)  # an earlier command was interrupted
            alarm = replace(alarm, unsent=())
        moved = alarm.after(move, change)
        key = key_item(alarm_key(alarm.metering_point, alarm.code, alarm.date))
        kept = self.dynamodb.get_item(TableName=self.table, Key=key, ConsistentRead=True).get("Item", {})
        expires = datetime.fromtimestamp(int(kept.get("expires_at", {}).get("N", 0)), UTC)
        self._conditional("put_item", alarm.sequence, Item=alarm_item(moved, expires))
        self._tell(moved)
        return moved

    def _tell(self, alarm: Alarm) -> None:
        """Sends the events that the queue does not have for certain, and notes that it has them."""
        for event in alarm.unsent:
            attributes = {name: {"DataType": "String", "StringValue": str(event[name])} for name in ATTRIBUTES}
            self.sqs.send_message(QueueUrl=self.queue_url, MessageBody=to_json(event), MessageAttributes=attributes)
        key = key_item(alarm_key(alarm.metering_point, alarm.code, alarm.date))
        update = {"Key": key, "UpdateExpression": "SET unsent = :none"}
        self._conditional("update_item", alarm.sequence, {":none": {"S": "[]"}}, **update)

    def _conditional(self, operation: str, sequence: int, values: Any = None, **request: Any) -> None:
        try:
            getattr(self.dynamodb, operation)(
                TableName=self.table,
                ConditionExpression="#sequence = :sequence",
                ExpressionAttributeNames={"#sequence": "sequence"},
                ExpressionAttributeValues={**(values or {}), ":sequence": {"N": str(sequence)}},
                **request,
            )
        except self.dynamodb.exceptions.ConditionalCheckFailedException:
            if operation == "put_item":
                raise AlarmsError("somebody else or a run has changed the alarm meanwhile: look at it again") from None

    def _of(self, number: str) -> Iterator[Alarm]:
        condition = {"KeyConditionExpression": "#key = :number", "ExpressionAttributeNames": {"#key": KEY}}
        values = {":number": {"S": number}}
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table, ConsistentRead=True, ExpressionAttributeValues=values, **condition
        )
        return _alarms(item for page in pages for item in page["Items"])

    def _open(self, day: date | None) -> Iterator[Alarm]:
        if day is None:
            pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table, IndexName=OPEN_INDEX)
            keys = [key_of(item) for page in pages for item in page["Items"]]
        else:
            keys = [key_of(item) for each in open_keys(day) for item in self._open_on(each)]
        for batch in batched(keys, 100, strict=False):
            yield from _alarms(self._read(batch))

    def _open_on(self, key: str) -> Iterator[Any]:
        pages = self.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            IndexName=OPEN_INDEX,
            KeyConditionExpression="#key = :open",
            ExpressionAttributeNames={"#key": OPEN_KEY},
            ExpressionAttributeValues={":open": {"S": key}},
        )
        for page in pages:
            yield from page["Items"]

    def _read(self, keys: Iterable[tuple[str, str]]) -> Iterator[Any]:
        waiting: Any = {self.table: {"Keys": [key_item(key) for key in keys], "ConsistentRead": True}}
        while waiting:
            answer = self.dynamodb.batch_get_item(RequestItems=waiting)
            yield from answer["Responses"].get(self.table, [])
            waiting = answer.get("UnprocessedKeys")

    def _all(self) -> Iterator[Alarm]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table)
        return _alarms(item for page in pages for item in page["Items"])


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m operations.alarms", description=__doc__)
    parser.add_argument("--outputs", type=Path, required=True, help="the file that `terraform output -json` wrote")
    add_actions(parser)
    options = parser.parse_args(arguments)
    try:
        outputs = read(options.outputs, OUTPUTS)
        desk = AlarmDesk(
            boto3.client("dynamodb"), boto3.client("sqs"), outputs["alarms_table"], outputs["alarm_queue_url"]
        )
        return act(desk, options, print)
    except (OutputsError, AlarmsError, IllegalMoveError, InvalidDate, InvalidMeteringPointError) as error:
        print(error, file=sys.stderr)
        return 1


def add_actions(parser: argparse.ArgumentParser) -> None:
    """Adds the actions list, acknowledge and clear to a parser."""
    actions = parser.add_subparsers(dest="action", required=True)
    listing = actions.add_parser("list")
    listing.add_argument("--state", choices=STATES, default="open")
    listing.add_argument("--number", default="", help="a billing metering point number")
    listing.add_argument("--date", default="", metavar="YYYY-MM-DD")
    for name in MOVES:
        action = actions.add_parser(name)
        action.add_argument("alarm", help="the alarm's id, or the beginning of it")
        action.add_argument("--by", default="", help="who does it. Default: the user of the shell")
        action.add_argument("--reason", default="", required=name == "clear", help="why")


def act(desk: AlarmDesk, options: argparse.Namespace, tell: Callable[[str], None]) -> int:
    """Does the action of the options. Raises `AlarmsError`, `IllegalMoveError` and the errors of wrong values."""
    if options.action == "list":
        wanted = Wanted(
            options.state,
            parse_metering_point(options.number) if options.number else None,
            parse_date(options.date) if options.date else None,
        )
        for line in listed(desk.alarms(wanted)):
            tell(line)
        return 0
    if options.action == "clear" and not options.reason.strip():
        raise AlarmsError("a person clears an alarm with a reason: give --reason")
    change = Change(datetime.now(UTC), by=options.by or getpass.getuser(), reason=options.reason)
    moved = desk.change(desk.named(options.alarm), MOVES[options.action], change)
    done = f"{moved.history[-1]['event']} by {change.by}"
    tell(f"{moved.id} {moved.code} of {moved.metering_point} on {moved.date}: {done}")
    return 0


def listed(alarms: Sequence[Alarm]) -> Iterator[str]:
    """Yields 2 lines for each alarm: its name, and its words with the person who has it."""
    if not alarms:
        yield "no such alarm"
    for alarm in alarms:
        state = (alarm.state.shown if alarm.state else "") + (", escalated" if alarm.escalated else "")
        yield f"{alarm.id}  {alarm.date}  {alarm.code}  {alarm.metering_point}  {state}"
        by = f"; by {alarm.by}{f': {alarm.reason}' if alarm.reason else ''}" if alarm.by else ""
        yield f"  {alarm.words}{by}"


def _alarms(items: Iterable[Any]) -> Iterator[Alarm]:
    return (alarm_of(item) for item in items if is_alarm(item["alarm"]["S"]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
