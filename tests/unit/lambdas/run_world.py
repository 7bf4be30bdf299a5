"""Runs a whole day on fakes: it calls the handlers one after the other, as the state machine does."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import lambdas.alerting.environment
import lambdas.alerting.handler
import lambdas.enricher.environment
import lambdas.enricher.handler
import lambdas.planner.environment
import lambdas.planner.handler
import lambdas.publisher.environment
import lambdas.publisher.handler
from domain.days import LocalDay
from domain.findings import CODES
from domain.shards import Shard
from lambdas.publisher.logic import Channels
from lambdas.runtime.day_objects import put_part
from tests.unit.lambdas.examples import NOW, SPRING, ZAGREB, exported_parquet
from tests.unit.lambdas.fakes import FakeDynamoDB, FakeS3, FakeSNS, FakeSQS, FakeSteps

RUN, OTHER_RUN = "arn:aws:states:eu-central-1:1:execution:pipeline:one", "arn:aws:states:eu-central-1:1:execution:p:two"
DAY = LocalDay(SPRING, ZAGREB)


class RunWorld:
    """Holds the fakes that a run uses. `rows` are the readings in the database."""

    def __init__(self, directory: Path, *items: dict[str, Any], shards: int = 1, day: LocalDay = DAY) -> None:
        self.directory = directory
        self.day = day
        self.shards = shards
        self.rows: list[tuple[Any, ...]] = []
        self.s3, self.sns, self.sqs, self.steps = FakeS3(), FakeSNS(), FakeSQS(), FakeSteps()
        self.dynamodb = FakeDynamoDB(*items)
        self.retention_days = 36_500
        self.zone: ZoneInfo = day.zone

    @property
    def date(self) -> str:
        return str(self.day.date)

    def run(self, run: str = RUN) -> dict[str, Any]:
        """Runs all steps. Returns the answer of the last step."""
        return self.publish(self.shard_results(run), run)

    def shard_results(self, run: str = RUN) -> list[dict[str, Any]]:
        """Runs all steps but the last. Returns the shards' answers, as the state machine collects them."""
        results = []
        for shard in self.plan(run)["shards"]:
            exported = self.export(shard)
            enriched = self.enrich(shard, run)
            self.find(shard, run)
            results.append({"exported": exported, "enriched": enriched})
        return results

    def plan(self, run: str = RUN, given: object | None = None) -> dict[str, Any]:
        environment = lambdas.planner.environment.Environment(
            "enriched", "customers", self.shards, self.retention_days, self.zone
        )
        needs = lambdas.planner.handler.Dependencies(
            environment, cast("Any", self.s3), cast("Any", self.dynamodb), cast("Any", self.steps), lambda: NOW
        )
        event = {"input": {"date": self.date} if given is None else given, "run": run}
        return lambdas.planner.handler.respond(event, needs)

    def export(self, shard: dict[str, Any]) -> dict[str, Any]:
        """Does the exporter's work without a Postgres."""
        mine = Shard.from_json(shard)
        rows = sorted(row for row in self.rows if mine.first <= row[0] < mine.end)
        path = self.directory / "exported.parquet"
        path.write_bytes(exported_parquet(self.directory, rows))
        etag = put_part(cast("Any", self.s3), "exported", self.day.date, mine.number, path)
        return {"rows": len(rows), "metering_points": len({row[0] for row in rows}), "etag": etag}

    def enrich(self, shard: dict[str, Any], run: str = RUN) -> dict[str, Any]:
        environment = lambdas.enricher.environment.Environment("exported", "enriched", self.zone)
        needs = lambdas.enricher.handler.Dependencies(environment, cast("Any", self.s3), lambda: NOW)
        return lambdas.enricher.handler.respond(self.task(shard, run), needs)

    def find(self, shard: dict[str, Any], run: str = RUN) -> dict[str, Any]:
        environment = lambdas.alerting.environment.Environment("enriched", self.zone)
        needs = lambdas.alerting.handler.Dependencies(environment, cast("Any", self.s3), lambda: NOW)
        return lambdas.alerting.handler.respond(self.task(shard, run), needs)

    def publish(self, results: Sequence[dict[str, Any]], run: str = RUN) -> dict[str, Any]:
        environment = lambdas.publisher.environment.Environment("exported", "enriched", "topic", "queue", self.zone)
        channels = Channels(cast("Any", self.sns), "topic", cast("Any", self.sqs), "queue", lambda _seconds: None)
        needs = lambdas.publisher.handler.Dependencies(environment, cast("Any", self.s3), channels, lambda: NOW)
        return lambdas.publisher.handler.respond({"date": self.date, "run": run, "shards": list(results)}, needs)

    def task(self, shard: dict[str, Any], run: str = RUN) -> dict[str, Any]:
        return {"date": self.date, "run": run, "shard": shard}

    def part(self, bucket: str = "enriched", number: int = 0) -> bytes:
        return self.s3.objects[bucket, f"readings/date={self.date}/part-{number:05}.parquet"]

    @property
    def readable(self) -> dict[tuple[str, str], bytes]:
        """Returns the objects that readers use."""
        return {key: content for key, content in self.s3.objects.items() if key[1].startswith(("readings/", "alarms/"))}

    @property
    def queued(self) -> list[tuple[str, str]]:
        """Returns (metering point, error type) of each message, sorted by type and metering point."""
        bodies = [json.loads(message["MessageBody"]) for message in self.sqs.messages]
        pairs = [(body["billing_metering_point_number"], body["error_type"]) for body in bodies]
        return sorted(pairs, key=lambda pair: (CODES.index(pair[1]), pair[0]))

    @property
    def alarm_ids(self) -> list[str]:
        """Returns the id of each message. A message that was sent twice has its id twice."""
        return [message["MessageAttributes"]["id"]["StringValue"] for message in self.sqs.messages]

    def listed(self, error_type: str) -> list[str]:
        content = json.loads(self.s3.objects["enriched", f"alarms/date={self.date}/{error_type}.json"])
        assert content["count"] == len(content["alarms"])
        return [alarm["billing_metering_point_number"] for alarm in content["alarms"]]
