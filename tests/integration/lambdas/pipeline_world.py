"""Makes and removes the AWS resources and the database that the pipeline reads and writes."""

import json
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, cast
from zoneinfo import ZoneInfo

import psycopg2
from psycopg2.extensions import connection
from psycopg2.extras import execute_values
from sqlalchemy import NullPool, create_engine

from dockerless_testing.emulator import Emulator
from dockerless_testing.roles import arn_of, document, role
from dockerless_testing.waiting import wait_until
from domain.alarm_items import OPEN_INDEX, OPEN_KEY, RANGE, key_item, key_of
from domain.api_keys import hash_api_key
from domain.customers import KEY, Customer, CustomerType
from domain.days import LocalDay
from domain.intervals import interval_starts
from domain.object_keys import lock_key
from service.partition_catalog import utc_day
from service.postgres import partitions
from tests.unit.lambdas.examples import consumption

STORED_COLUMNS = (
    KEY, "interval_start", "interval_minutes", "given", "consumption_kwh", "average_voltage_v", "average_frequency_hz",
    "voltage_drops", "down_time_seconds", "quality", "reported_at", "received_at", "withdrawn",
)  # fmt: skip
"""The columns of a row that `store` takes."""

ZONE = ZoneInfo("Europe/Zagreb")
REGION = "eu-central-1"
API_KEY = "k3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3yk3y0"


@cache
def _client(emulator: Emulator, service: str) -> Any:
    # A client takes longer to make than to use.
    return emulator.client(service)


@dataclass(frozen=True)
class Database:
    """Has the address of a database."""

    host: str
    port: int
    name: str
    user: str
    password: str

    def connect(self) -> connection:
        return psycopg2.connect(
            host=self.host, port=self.port, dbname=self.name, user=self.user, password=self.password
        )


@dataclass
class PipelineWorld:
    """Has the names of the resources, and methods that fill and read them."""

    emulator: Emulator
    database: Database
    postgres: connection
    name: str
    exported: str
    enriched: str
    table: str
    topic_arn: str
    queue_url: str
    mail_queue_url: str
    secret_arn: str

    @classmethod
    def create(cls, emulator: Emulator, database: Database, postgres: connection) -> "PipelineWorld":
        """Makes the buckets, the table, the topic with a queue on it, the queue and the secret."""
        name = f"lambdas-{uuid.uuid4().hex[:12]}"
        sqs, sns = _client(emulator, "sqs"), _client(emulator, "sns")
        for bucket in (f"{name}-exported", f"{name}-enriched"):
            _client(emulator, "s3").create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION}
            )
            _client(emulator, "s3").put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
        _client(emulator, "dynamodb").create_table(
            TableName=name,
            KeySchema=[{"AttributeName": KEY, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": KEY, "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        texts = (KEY, RANGE, OPEN_KEY)
        keys = [[{"AttributeName": first, "KeyType": "HASH"}, {"AttributeName": second, "KeyType": "RANGE"}]
                for first, second in ((KEY, RANGE), (OPEN_KEY, KEY))]  # fmt: skip
        _client(emulator, "dynamodb").create_table(
            TableName=f"{name}-alarms",
            KeySchema=keys[0],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": OPEN_INDEX,
                    "KeySchema": keys[1],
                    "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["state"]},
                }
            ],
            AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in texts],
            BillingMode="PAY_PER_REQUEST",
        )
        topic_arn = sns.create_topic(Name=name)["TopicArn"]
        queue_url, mail_queue_url = (sqs.create_queue(QueueName=f"{name}-{each}")["QueueUrl"] for each in ("a", "m"))
        mail_queue_arn = sqs.get_queue_attributes(QueueUrl=mail_queue_url, AttributeNames=["QueueArn"])["Attributes"]
        takes = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
        policy = document({**takes, "Resource": mail_queue_arn["QueueArn"]})
        sqs.set_queue_attributes(QueueUrl=mail_queue_url, Attributes={"Policy": policy})
        sns.subscribe(TopicArn=topic_arn, Protocol="sqs", Endpoint=mail_queue_arn["QueueArn"])
        content = json.dumps({"username": database.user, "password": database.password})
        secret_arn = _client(emulator, "secretsmanager").create_secret(Name=name, SecretString=content)["ARN"]
        return cls(
            emulator, database, postgres, name, f"{name}-exported", f"{name}-enriched", name, topic_arn, queue_url,
            mail_queue_url, secret_arn,
        )  # fmt: skip

    def empty(self) -> None:
        """Delete every version of every object, every alarm and every reading."""
        for bucket, key, version in self.versions():
            self.s3.delete_object(Bucket=bucket, Key=key, VersionId=version)
        items = self.client("dynamodb").get_paginator("scan").paginate(TableName=self.alarms_table)
        for alarm in [key_item(key_of(item)) for page in items for item in page["Items"]]:
            self.client("dynamodb").delete_item(TableName=self.alarms_table, Key=alarm)
        self.execute("TRUNCATE energy_consumption, energy_consumption_history")

    def versions(self) -> set[tuple[str, str, str]]:
        """The bucket, key and id of each version of each object."""
        return {
            (bucket, entry["Key"], entry["VersionId"])
            for bucket in (self.exported, self.enriched)
            for page in self.s3.get_paginator("list_object_versions").paginate(Bucket=bucket)
            for entry in (*page.get("Versions", []), *page.get("DeleteMarkers", []))
        }

    def remove(self) -> None:
        """Delete all of it."""
        self.empty()
        for bucket in (self.exported, self.enriched):
            self.s3.delete_bucket(Bucket=bucket)
        for table in (self.table, self.alarms_table):
            self.client("dynamodb").delete_table(TableName=table)
        self.client("sns").delete_topic(TopicArn=self.topic_arn)
        for queue in (self.queue_url, self.mail_queue_url):
            self.client("sqs").delete_queue(QueueUrl=queue)
        self.secrets.delete_secret(SecretId=self.secret_arn, ForceDeleteWithoutRecovery=True)

    @property
    def alarms_table(self) -> str:
        """The table of the alarms."""
        return f"{self.table}-alarms"

    def open_alarms(self) -> set[tuple[str, str]]:
        """Returns the metering point and the code of each open alarm."""
        items = self.client("dynamodb").scan(TableName=self.alarms_table, IndexName=OPEN_INDEX)["Items"]
        return {(number, key.partition("#")[0]) for number, key in map(key_of, items)}

    def client(self, service: str) -> Any:
        return _client(self.emulator, service)

    @property
    def s3(self) -> Any:
        return self.client("s3")

    @property
    def secrets(self) -> Any:
        return self.client("secretsmanager")

    def variables(self) -> dict[str, str]:
        """Returns the functions' environment."""
        return {
            "CUSTOMERS_TABLE": self.table,
            "ALARMS_TABLE": self.alarms_table,
            "ESCALATE_AFTER_DAYS": "3",
            "ALARMS_RETENTION_DAYS": "400",
            "DATABASE_SECRET_ARN": self.secret_arn,
            "DATABASE_HOST": self.database.host,
            "DATABASE_PORT": str(self.database.port),
            "DATABASE_NAME": self.database.name,
            "EXPORTED_BUCKET": self.exported,
            "ENRICHED_BUCKET": self.enriched,
            "ALARM_TOPIC_ARN": self.topic_arn,
            "ALARM_QUEUE_URL": self.queue_url,
            "TIME_ZONE": "Europe/Zagreb",
            "SHARDS": "3",
            "READINGS_RETENTION_DAYS": "36500",
        }

    @contextmanager
    def execution(self) -> Iterator[str]:
        """Yields the ARN of an execution that runs until the end of the block."""
        steps, name = self.client("stepfunctions"), f"{self.name}-{uuid.uuid4().hex[:8]}"
        waiting = {"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 3600, "End": True}}}
        with role(self.emulator) as any_role:
            machine = steps.create_state_machine(name=name, definition=json.dumps(waiting), roleArn=arn_of(any_role))
            arn = steps.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
            try:
                yield arn
            finally:
                steps.stop_execution(executionArn=arn)
                wait_until(
                    lambda: steps.describe_execution(executionArn=arn)["status"] != "RUNNING", 30, "the execution's end"
                )
                steps.delete_state_machine(stateMachineArn=machine["stateMachineArn"])

    def lock(self, day: date, run: str) -> None:
        """Makes `run` the holder of a day, as the planner does."""
        self.s3.put_object(Bucket=self.enriched, Key=lock_key(day), Body=json.dumps({"run": run}).encode())

    def readable(self, bucket: str) -> dict[str, bytes]:
        """Returns the bucket's objects that readers use."""
        return {
            key: content for key, content in self.objects(bucket).items() if key.startswith(("readings/", "findings/"))
        }

    def execute(self, statement: str) -> None:
        with self.postgres.cursor() as cursor:
            cursor.execute(statement)

    def store(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Inserts rows of energy_consumption, in the given order."""
        inserted = list(rows)
        self._make_days({utc_day(row[1]) for row in inserted})
        statement = f"INSERT INTO energy_consumption ({', '.join(STORED_COLUMNS)}) VALUES %s"  # noqa: S608
        with self.postgres.cursor() as cursor:
            execute_values(cursor, statement, inserted, page_size=1_000)

    def _make_days(self, days: set[date]) -> None:
        engine = create_engine("postgresql+psycopg2://", creator=self.database.connect, poolclass=NullPool)
        with engine.begin() as connection:
            partitions.create(connection, days)

    def add_customers(self, *customers: Customer) -> None:
        for customer in customers:
            item = customer.to_item([hash_api_key(API_KEY)])
            self.client("dynamodb").put_item(TableName=self.table, Item=item)

    def objects(self, bucket: str) -> dict[str, bytes]:
        """Returns every object of a bucket by its key."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
        return {key: self.s3.get_object(Bucket=bucket, Key=key)["Body"].read() for key in keys}

    def alarms(self) -> list[dict[str, Any]]:
        """Receives and deletes the messages of the alarm queue."""
        return self._receive(self.queue_url)

    def mails(self) -> list[dict[str, Any]]:
        """Receives and deletes the messages of the topic: `{"Subject", "Message", ...}`."""
        return [json.loads(message["Body"]) for message in self._receive(self.mail_queue_url)]

    def _receive(self, queue: str) -> list[dict[str, Any]]:
        sqs = self.client("sqs")
        received: list[dict[str, Any]] = []
        while True:
            answer = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
            messages = cast("list[dict[str, Any]]", answer.get("Messages", []))
            if not messages:
                return received
            for message in messages:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            received += messages


def customer(number: int | str, kind: str = "HH", *, active: bool = True) -> Customer:
    address = ("Ilica 1", "Zagreb", "Grad Zagreb")
    return Customer(str(number), f"Šime {number}", *address, f"c{number}@example.org", CustomerType(kind), active)


def whole_day(
    number: int | str, day: LocalDay, without: Iterable[int] = (), *, parameters: bool = True
) -> list[tuple[Any, ...]]:
    """Returns a customer's rows of energy_consumption for a day, without the intervals with the given indexes."""
    left_out = set(without)
    values = (230.5, 50.01, 1, 30) if parameters else (None, None, None, None)
    times = received_at(day.date), received_at(day.date)
    return [
        (str(number), start, 15, 0, consumption(index), *values, "measured", *times, False)
        for index, start in enumerate(interval_starts(day))
        if index not in left_out
    ]


def received_at(day: date) -> str:
    """Returns a time of the day, with microseconds."""
    return f"{day} 12:34:56.789012+00"
