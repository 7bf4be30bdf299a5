"""The pipeline run for a day, and all that it makes: objects, e-mails and queue messages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import batched
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from dockerless_testing.waiting import wait_until
from domain.alarm_items import is_alarm, key_item, key_of, silence_item, silence_of
from domain.alarms import Alarm
from local.commands.alarms import desk_of
from local.observe.alarm_queue import AlarmMessage, peek_alarms
from local.observe.running import RunningStack
from operations.alarms import Wanted
from operations.mailbox import Email, forget_email, sent_emails
from tests.e2e.map_runs import events
from tests.support.parquet import fetch

PIPELINE_SECONDS = 120
MOST_RECEIVES = 3  # the alarm queue's redrive policy takes five


@dataclass(frozen=True)
class Execution:
    """An execution that has ended."""

    arn: str
    status: str
    output: Any
    error: str
    cause: str


@dataclass(frozen=True)
class Part:
    """An enriched part with the metering point and the interval start of each of its rows."""

    key: str
    rows: list[tuple[str, datetime]]


class Pipeline:
    """Runs the deployed state machine and reads what came out, all through AWS's APIs."""

    def __init__(self, stack: RunningStack, used_days: set[str]) -> None:
        self.stack, self.used_days = stack, used_days
        self._steps = stack.client("stepfunctions")
        self._s3 = stack.client("s3")
        self.exported, self.enriched = stack.outputs["exported_bucket"], stack.outputs["enriched_bucket"]
        self._started: list[str] = []
        self._inputs: dict[str, dict[str, Any]] = {}

    def run(self, pipeline_input: dict[str, Any]) -> Execution:
        """Start an execution and wait for its end."""
        answer = self._steps.start_execution(
            stateMachineArn=self.stack.outputs["state_machine_arn"], input=json.dumps(pipeline_input)
        )
        return self.ended(answer["executionArn"])

    def run_day(self, day: date) -> Execution:
        """Run a day, which has to succeed."""
        execution = self.run({"date": str(day)})
        assert execution.status == "SUCCEEDED", execution
        return execution

    def ended(self, arn: str) -> Execution:
        self._started.append(arn)
        execution = wait_until(lambda: self._not_running(arn), PIPELINE_SECONDS, f"the end of {arn}")
        return Execution(
            arn,
            execution["status"],
            json.loads(execution.get("output", "null")),
            execution.get("error", ""),
            execution.get("cause", ""),
        )

    def _not_running(self, arn: str) -> dict[str, Any]:
        execution = self._steps.describe_execution(executionArn=arn)
        return {} if execution["status"] == "RUNNING" else dict(execution)

    def executions(self) -> list[str]:
        """The ARNs of all executions of the state machine."""
        pages = self._steps.get_paginator("list_executions").paginate(
            stateMachineArn=self.stack.outputs["state_machine_arn"]
        )
        return [execution["executionArn"] for page in pages for execution in page["executions"]]

    def started_by(self, rule_arn: str) -> list[str]:
        """The executions that a scheduled rule has started."""
        return [arn for arn in self.executions() if rule_arn in self.input_of(arn).get("resources", [])]

    def input_of(self, arn: str) -> dict[str, Any]:
        """An execution's input; empty where it is no object."""
        if arn not in self._inputs:
            given = json.loads(self._steps.describe_execution(executionArn=arn)["input"])
            self._inputs[arn] = given if isinstance(given, dict) else {}
        return self._inputs[arn]

    def objects(self, day: str) -> dict[str, bytes]:
        """Every object of a day, by bucket and key, with its content."""
        return {
            f"{bucket}/{key}": self._s3.get_object(Bucket=bucket, Key=key)["Body"].read()
            for bucket, key in self.keys(day)
        }

    def keys(self, day: str) -> list[tuple[str, str]]:
        """The bucket and key of every object that has the day in its key."""
        kinds = [
            (bucket, kind["Prefix"])
            for bucket in (self.exported, self.enriched)
            for kind in self._s3.list_objects_v2(Bucket=bucket, Delimiter="/").get("CommonPrefixes", [])
        ]
        return [found for bucket, kind in kinds for found in self._keys(bucket, f"{kind}date={day}/")]

    def all_keys(self) -> list[tuple[str, str]]:
        """The bucket and key of every object in both buckets."""
        return [found for bucket in (self.exported, self.enriched) for found in self._keys(bucket, "")]

    def _keys(self, bucket: str, prefix: str) -> list[tuple[str, str]]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [(bucket, found["Key"]) for page in pages for found in page.get("Contents", [])]

    def parts(self, day: date) -> list[Part]:
        """The readings of the day's enriched parts, in order."""
        with TemporaryDirectory() as folder, duckdb.connect() as connection:
            parts = []
            for bucket, key in sorted(self.keys(str(day))):
                if _is_part(bucket, key, self):
                    path = str(Path(folder) / Path(key).name)
                    self._s3.download_file(bucket, key, path)
                    readings = connection.read_parquet(path).filter("consumption_kwh IS NOT NULL")
                    rows = readings.project("billing_metering_point_number, interval_start")
                    parts.append(Part(key, [(number, start) for number, start in fetch(rows)]))
            return parts

    def put(self, bucket: str, key: str, content: bytes) -> None:
        """Write an object."""
        self._s3.put_object(Bucket=bucket, Key=key, Body=content)

    def wait_until_entered(self, arn: str, state: str) -> None:
        """Return once an execution, or one of its shards, has entered a state."""
        self._started.append(arn)

        def entered() -> bool:
            names = [event.get("stateEnteredEventDetails", {}).get("name") for event in events(self._steps, arn)]
            return state in names

        wait_until(entered, PIPELINE_SECONDS, f"{arn} to be at {state}")

    def enriched_rows(self, day: date, number: str) -> list[dict[str, Any]]:
        """A customer's readings in the enriched objects, in the order of time, without the estimates."""
        with TemporaryDirectory() as folder, duckdb.connect() as connection:
            for index, key in enumerate(key for bucket, key in self.keys(str(day)) if _is_part(bucket, key, self)):
                self._s3.download_file(self.enriched, key, str(Path(folder) / f"{index}.parquet"))
            rows = connection.read_parquet(f"{folder}/*.parquet")
            own = f"billing_metering_point_number = '{number}' AND consumption_kwh IS NOT NULL"
            found = rows.filter(own).order("interval_start")
            return [dict(zip(found.columns, row, strict=True)) for row in fetch(found)]

    def alarms(self, day: date, *numbers: str) -> list[AlarmMessage]:
        """The queue's messages about a day, only those of `numbers` where any are given."""
        wanted = {str(number) for number in numbers}
        return [
            alarm
            for alarm in peek_alarms(self.stack)
            if alarm.body["date"] == str(day) and (not wanted or alarm.body["billing_metering_point_number"] in wanted)
        ]

    def messages(self) -> list[AlarmMessage]:
        """All messages of the queue."""
        return peek_alarms(self.stack)

    def emails(self, about: str) -> list[Email]:
        """The e-mails that mention a day or an execution."""
        return [email for email in sent_emails(self.stack.edge_url) if about in email.subject + email.body]

    def table_alarms(self, day: date, *numbers: str, state: str = "all") -> list[Alarm]:
        """The alarms about a day in the table, only those of `numbers` where any are given."""
        found = desk_of(self.stack).alarms(Wanted(state, day=day))
        return [alarm for alarm in found if not numbers or alarm.metering_point in numbers]

    def open_alarms(self, day: date, *numbers: str) -> list[tuple[str, str]]:
        """The metering point and the code of each open alarm about a day, sorted."""
        return sorted((alarm.metering_point, alarm.code) for alarm in self.table_alarms(day, *numbers, state="open"))

    def _is_used(self, key: str) -> bool:
        return any(f"date={day}/" in key or key.startswith((f"runs/{day}/", f"work/{day}/")) for day in self.used_days)

    def forget(self) -> None:
        """Remove the objects, e-mails and queue messages of the used days, and e-mails about executions."""
        for bucket in (self.exported, self.enriched):
            used = [key for _, key in self._keys(bucket, "") if self._is_used(key)]
            for keys in batched(used, 1_000, strict=False):
                self._s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
        words = self.used_days | {arn.rsplit(":", 1)[1] for arn in self._started}
        for email in sent_emails(self.stack.edge_url):
            if any(word in email.subject + email.body for word in words):
                forget_email(self.stack.edge_url, email.id)
        if any(alarm.body["date"] in self.used_days for alarm in self.messages()):
            take_messages(self.stack, self.used_days)
        self._forget_alarms()

    def _forget_alarms(self) -> None:
        """Remove the alarms about the used days, and the days from the silent ones."""
        dynamodb, table = self.stack.client("dynamodb"), self.stack.outputs["alarms_table"]
        for page in dynamodb.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                number, key = key_of(item)
                silent = silence_of(item) if not is_alarm(key) else None
                if silent is None and item["date"]["S"] in self.used_days:
                    dynamodb.delete_item(TableName=table, Key=key_item((number, key)))
                elif silent is not None and any(str(day) in self.used_days for day in silent.days):
                    kept = {day: found for day, found in silent.days.items() if str(day) not in self.used_days}
                    expires = datetime.fromtimestamp(int(item["expires_at"]["N"]), UTC)
                    changed = replace(silent, days=kept, version=silent.version + 1)
                    dynamodb.put_item(TableName=table, Item=silence_item(number, changed, expires))


def take_messages(stack: RunningStack, days: set[str]) -> list[dict[str, Any]]:
    """Receive and delete the queue's messages about `days`; others are made visible again at once."""
    sqs, queue = stack.client("sqs"), stack.outputs["alarm_queue_url"]
    taken: list[dict[str, Any]] = []
    others: list[dict[str, Any]] = []
    try:
        while messages := receive(sqs, queue):
            own = [message for message in messages if json.loads(message["Body"])["date"] in days]
            others += [message for message in messages if message not in own]
            if own:
                sqs.delete_message_batch(QueueUrl=queue, Entries=_handles(own))
            taken += [json.loads(message["Body"]) for message in own]
    finally:
        put_back(sqs, queue, others)
    return taken


def receive(sqs: Any, queue: str) -> list[dict[str, Any]]:
    """Up to ten messages, hidden from others for two minutes."""
    received = sqs.receive_message(
        QueueUrl=queue,
        MaxNumberOfMessages=10,
        VisibilityTimeout=120,
        WaitTimeSeconds=0,
        MessageSystemAttributeNames=["ApproximateReceiveCount"],
        MessageAttributeNames=["All"],
    )
    return list(received.get("Messages", []))


def put_back(sqs: Any, queue: str, messages: list[dict[str, Any]]) -> None:
    """Let received messages be seen again at once."""
    for batch in batched(messages, 10, strict=False):
        entries = [{**handle, "VisibilityTimeout": 0} for handle in _handles(batch)]
        sqs.change_message_visibility_batch(QueueUrl=queue, Entries=entries)
        for message in batch:
            if int(message["Attributes"]["ApproximateReceiveCount"]) >= MOST_RECEIVES:
                _renew(sqs, queue, message)


def _renew(sqs: Any, queue: str, message: dict[str, Any]) -> None:
    """Send a message again in place of itself: one more receive or two, and SQS takes it for undeliverable."""
    sqs.send_message(
        QueueUrl=queue, MessageBody=message["Body"], MessageAttributes=message.get("MessageAttributes", {})
    )
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])


def _handles(messages: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"Id": str(index), "ReceiptHandle": message["ReceiptHandle"]} for index, message in enumerate(messages)]


def _is_part(bucket: str, key: str, pipeline: Pipeline) -> bool:
    return bucket == pipeline.enriched and key.startswith("readings/date=") and key.endswith(".parquet")
