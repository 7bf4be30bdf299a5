"""A whole run of a day on stand-ins: the handlers one after the other, as the state machine calls them."""

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
from domain.object_keys import answers_key
from domain.shards import Shard
from lambdas.publisher.logic import Channels
from lambdas.runtime.day_objects import put_part
from tests.unit.lambdas.examples import NOW, SPRING, ZAGREB, exported_parquet
from tests.unit.lambdas.fakes import FakeContext, FakeDynamoDB, FakeS3, FakeSNS, FakeSQS, FakeSteps

RUN, OTHER_RUN = "arn:aws:states:eu-central-1:1:execution:pipeline:one", "arn:aws:states:eu-central-1:1:execution:p:two"
DAY = LocalDay(SPRING, ZAGREB)


class RunWorld:
    """All that a run touches. `rows` are the readings in the database."""

    def __init__(self, directory: Path, *items: dict[str, Any], shards: int = 1, day: LocalDay = DAY) -> None:
        self.directory = directory
        self.day = day
        self.shards = shards
        self.rows: list[tuple[Any, ...]] = []
        self.s3, self.sns, self.sqs, self.steps = FakeS3(), FakeSNS(), FakeSQS(), FakeSteps()
        self.dynamodb = FakeDynamoDB(*items)
        self.retention_days = 36_500
        self.remaining_ms = 900_000
        self.zone: ZoneInfo = day.zone

    @property
    def date(self) -> str:
        return str(self.day.date)

    def run(self, run: str = RUN) -> dict[str, Any]:
        """All steps. Returns the last one's answer."""
        return self.publish(self.shard_results(run), run)

    def shard_results(self, run: str = RUN) -> list[dict[str, Any]]:
        """All steps but the last. Returns the shards' answers, as the last step of each shard stores them."""
        results = []
        for shard in self.plan(run)["shards"]:
            answers = {"exported": self.export(shard), "enriched": self.enrich(shard, run)}
            self.find(shard, run, answers)
            results.append({"shard": shard["number"], **answers})
        return results

    def plan(self, run: str = RUN, given: object | None = None) -> dict[str, Any]:
        """The planner's 3 actions. `shards` is the list of shards, as the distributed Map reads it."""
        begun = self.planner({"action": "begin", "input": {"date": self.date} if given is None else given, "run": run})
        for segment in begun["segments"]:
            self.scan(begun["date"], segment, len(begun["segments"]), run)
        return begun | self.divide(begun, run)

    def scan(self, day: str, segment: int, segments: int, run: str = RUN) -> list[dict[str, Any]]:
        """Scans a segment as the state machine's loop does. Returns the answers of its steps."""
        answers = [{"part": 0, "start": None, "complete": False}]
        while not answers[-1]["complete"]:
            at = {name: answers[-1][name] for name in ("part", "start")}
            event = {"action": "scan", "date": day, "run": run, "segment": segment, "segments": segments, **at}
            answers.append(self.planner(event))
        return answers[1:]

    def divide(self, begun: dict[str, Any], run: str = RUN) -> dict[str, Any]:
        event = {"action": "divide", "date": begun["date"], "run": run, "segments": len(begun["segments"])}
        divided = self.planner(event)
        shards = self.s3.get_object(Bucket="enriched", Key=begun["objects"]["shards"])["Body"].read()
        return divided | {"shards": json.loads(shards)}

    def planner(self, event: dict[str, Any]) -> dict[str, Any]:
        environment = lambdas.planner.environment.Environment(
            "enriched", "customers", self.shards, self.retention_days, self.zone
        )
        needs = lambdas.planner.handler.Dependencies(
            environment, cast("Any", self.s3), cast("Any", self.dynamodb), cast("Any", self.steps), lambda: NOW
        )
        return lambdas.planner.handler.respond(event, FakeContext(self.remaining_ms), needs)

    def export(self, shard: dict[str, Any]) -> dict[str, Any]:
        """What the exporter does, whose Postgres is not at hand."""
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

    def find(self, shard: dict[str, Any], run: str = RUN, answers: dict[str, Any] | None = None) -> dict[str, Any]:
        environment = lambdas.alerting.environment.Environment("enriched", self.zone)
        needs = lambdas.alerting.handler.Dependencies(environment, cast("Any", self.s3), lambda: NOW)
        given = {"answers": answers or {"exported": {}, "enriched": {}}}
        return lambdas.alerting.handler.respond(self.task(shard, run) | given, needs)

    def publish(self, results: Sequence[dict[str, Any]], run: str = RUN) -> dict[str, Any]:
        """The last step, where the shards have stored these results."""
        for result in results:
            key = answers_key(self.day.date, run, result.get("shard", 0))
            self.s3.put_object(Bucket="enriched", Key=key, Body=json.dumps(result).encode())
        environment = lambdas.publisher.environment.Environment("exported", "enriched", "topic", "queue", self.zone)
        channels = Channels(cast("Any", self.sns), "topic", cast("Any", self.sqs), "queue", lambda _seconds: None)
        needs = lambdas.publisher.handler.Dependencies(environment, cast("Any", self.s3), channels, lambda: NOW)
        return lambdas.publisher.handler.respond({"date": self.date, "run": run}, needs)

    def task(self, shard: dict[str, Any], run: str = RUN) -> dict[str, Any]:
        return {"date": self.date, "run": run, "shard": shard}

    def part(self, bucket: str = "enriched", number: int = 0) -> bytes:
        return self.s3.objects[bucket, f"readings/date={self.date}/part-{number:05}.parquet"]

    @property
    def readable(self) -> dict[tuple[str, str], bytes]:
        """The objects that are for readers."""
        return {key: content for key, content in self.s3.objects.items() if key[1].startswith(("readings/", "alarms/"))}

    @property
    def queued(self) -> list[tuple[str, str]]:
        """(metering point, error type) of each message, those of a type together and in order."""
        bodies = [json.loads(message["MessageBody"]) for message in self.sqs.messages]
        pairs = [(body["billing_metering_point_number"], body["error_type"]) for body in bodies]
        return sorted(pairs, key=lambda pair: (CODES.index(pair[1]), pair[0]))

    def listed(self, error_type: str) -> list[str]:
        content = json.loads(self.s3.objects["enriched", f"alarms/date={self.date}/{error_type}.json"])
        assert content["count"] == len(content["alarms"])
        return [alarm["billing_metering_point_number"] for alarm in content["alarms"]]
