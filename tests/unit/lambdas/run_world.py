"""Runs a whole day on fakes: it calls the handlers one after the other, as the state machine does."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import lambdas.alerting.environment
import lambdas.alerting.handler
import lambdas.enricher.environment
import lambdas.enricher.handler
import lambdas.exporter.environment
import lambdas.exporter.handler
import lambdas.planner.environment
import lambdas.planner.handler
import lambdas.publisher.environment
import lambdas.publisher.handler
import lambdas.reporter.environment
import lambdas.reporter.handler
from domain.days import LocalDay, format_instant
from domain.findings import CODES
from domain.object_keys import alarm_shards_key, joined_key, shards_key
from domain.pipeline_dates import parse_date
from domain.shard_tasks import shard_items
from domain.shards import Shard
from lambdas.exporter.database import Database
from lambdas.publisher.alarm_keeper import Queue
from lambdas.publisher.alarms_table import AlarmsTable
from lambdas.publisher.finish_run import Administrator
from lambdas.runtime.day_plan import required_plan
from lambdas.runtime.earlier_days import write_earlier_days
from lambdas.runtime.json_objects import get_json, put_json
from lambdas.runtime.publications import Publications
from tests.unit.lambdas.examples import NOW, SPRING, ZAGREB, as_copied
from tests.unit.lambdas.fake_alarms import FakeAlarms
from tests.unit.lambdas.fake_s3 import FakeS3
from tests.unit.lambdas.fakes import FakeContext, FakeDynamoDB, FakePostgres, FakeSecrets, FakeSNS, FakeSQS, FakeSteps
from tests.unit.lambdas.once import once

RUN, OTHER_RUN = "arn:aws:states:eu-central-1:1:execution:pipeline:one", "arn:aws:states:eu-central-1:1:execution:p:two"
DAY = LocalDay(SPRING, ZAGREB)
SECRET = json.dumps({"username": "energy", "password": "p"})


def counts(**changes: int) -> dict[str, int]:
    """Returns the counts that a run answers for a check; all others are 0."""
    return dict.fromkeys(("found", "raised", "updated", "escalated", "cleared"), 0) | changes


class RunWorld:
    """Holds the fakes that a run uses. `rows` are the readings in the database."""

    def __init__(self, directory: Path, *items: dict[str, Any], shards: int = 1, day: LocalDay = DAY) -> None:
        self.directory = directory
        self.day = day
        self.shards = shards
        self.rows: list[tuple[Any, ...]] = []
        self.s3, self.sns, self.sqs, self.steps = FakeS3(), FakeSNS(), FakeSQS(), FakeSteps()
        self.dynamodb = FakeDynamoDB(*items)
        self.alarms_table = FakeAlarms()
        self.now = NOW
        self.alarms_retention_days = 400
        self.retention_days = 36_500
        self.remaining_ms = 900_000
        self.as_known_at, self.catch_up = NOW, False
        self.zone: ZoneInfo = day.zone
        self.processes_once = False
        """For the tests of the last steps: the steps before them are done once for all tests."""

    @property
    def date(self) -> str:
        return str(self.day.date)

    def run(self, run: str = RUN) -> dict[str, Any]:
        """All steps. Returns the last one's answer."""
        self.process(run)
        return self.publish(run)

    @property
    def holders(self) -> Sequence[object]:
        """Everything that a run changes."""
        return (self, self.s3, self.sns, self.sqs, self.steps, self.dynamodb, self.alarms_table)

    def process(self, run: str = RUN) -> None:
        """All steps but the last."""
        if self.processes_once:
            once(self.holders, f"process {run}", lambda: self._process(run))
        else:
            self._process(run)

    def _process(self, run: str) -> None:
        self.plan(run)
        self.list_shards(run)
        for shard in self.planned:
            self.process_shard(shard, run)

    def catch_up_shards(self, numbers: Iterable[int], run: str) -> dict[str, Any]:
        """The catch-up of these shards. After a run that failed, all shards are processed. Returns the last answer."""
        self.catch_up = True
        begun = self.planner({"action": "begin", "input": {"date": self.date, "catch_up": True}, "run": run})
        assert (begun["segments"], begun["catch_up"]) == ([], True)
        chosen = [shard for shard in self.planned if not begun["only_changed"] or shard["number"] in numbers]
        self.list_shards(run, chosen)
        for shard in chosen:
            self.process_shard(shard, run)
        return self.publish(run)

    def list_shards(self, run: str = RUN, shards: list[dict[str, Any]] | None = None) -> None:
        """What the exporter does when the run begins, whose Postgres is not at hand."""
        listed = self.planned if shards is None else shards
        put_json(cast("Any", self.s3), "enriched", shards_key(self.day.date, run), listed)
        write_earlier_days(cast("Any", self.s3), "enriched", self.day.date, run, list(map(Shard.from_json, listed)))

    @property
    def planned(self) -> list[dict[str, Any]]:
        """The day's shards, as the exporter finds them when the run begins."""
        return self.shards_of(self.date)

    def shards_of(self, day: str) -> list[dict[str, Any]]:
        s3, of = cast("Any", self.s3), parse_date(day)
        plan = required_plan(s3, "enriched", of)
        return shard_items(plan.shards(), plan.boundaries, Publications(s3, "enriched").newest(of))

    def process_shard(self, shard: dict[str, Any], run: str = RUN) -> None:
        """The steps of a shard."""
        self.export(shard, run)
        self.enrich(shard, run)
        self.find(shard, run)

    def plan(self, run: str = RUN, given: object | None = None) -> dict[str, Any]:
        """The planner's 3 actions. `shards` is the list of the day's shards."""
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
        return self.planner(event) | {"shards": self.shards_of(begun["date"])}

    def planner(self, event: dict[str, Any]) -> dict[str, Any]:
        environment = lambdas.planner.environment.Environment(
            "enriched", "customers", self.shards, self.retention_days, self.zone
        )
        needs = lambdas.planner.handler.Dependencies(
            environment, cast("Any", self.s3), cast("Any", self.dynamodb), cast("Any", self.steps), lambda: NOW
        )
        return lambdas.planner.handler.respond(event, FakeContext(self.remaining_ms), needs)

    def export(self, shard: dict[str, Any], run: str = RUN) -> dict[str, Any]:
        """The exporter, with a Postgres that holds `rows`."""
        mine = Shard.from_json(shard)
        rows = sorted(row for row in self.rows if mine.first <= row[0] < mine.end)
        environment = lambdas.exporter.environment.Environment(
            "arn", "host", 5432, "energy", "exported", "enriched", self.zone, self.retention_days
        )
        postgres = FakePostgres(as_copied(rows))
        database = Database(environment, cast("Any", FakeSecrets(SECRET)), cast("Any", lambda **_parameters: postgres))
        needs = lambdas.exporter.handler.Dependencies(environment, database, cast("Any", self.s3), lambda: NOW)
        return lambdas.exporter.handler.respond(self.task(shard, run), FakeContext(), needs)

    def enrich(self, shard: dict[str, Any], run: str = RUN) -> dict[str, Any]:
        environment = lambdas.enricher.environment.Environment("exported", "enriched", self.zone)
        needs = lambdas.enricher.handler.Dependencies(environment, cast("Any", self.s3), lambda: NOW)
        return lambdas.enricher.handler.respond(self.task(shard, run), needs)

    def find(self, shard: dict[str, Any], run: str = RUN) -> dict[str, Any]:
        environment = lambdas.alerting.environment.Environment("enriched", self.zone)
        needs = lambdas.alerting.handler.Dependencies(environment, cast("Any", self.s3), lambda: NOW)
        return lambdas.alerting.handler.respond(self.task(shard, run), needs)

    def publish(self, run: str = RUN) -> dict[str, Any]:
        """The publisher's 3 actions with the reporter. Returns the publisher's first and last answers in one."""
        published = self.publisher("publish", run)
        for shard in self.alarm_shards(run):
            self.publisher("keep", run, shard=shard)
        made = self.report(run)
        return published | self.publisher("finish", run, published=published, report={"key": made["report"]})

    def report(self, run: str = RUN) -> dict[str, Any]:
        """The reporter."""
        environment = lambdas.reporter.environment.Environment("enriched", "alarms", self.zone)
        needs = lambdas.reporter.handler.Dependencies(
            environment, cast("Any", self.s3), cast("Any", self.alarms_table), lambda: self.now
        )
        return lambdas.reporter.handler.respond({"date": self.date, "run": run}, needs)

    def alarm_shards(self, run: str = RUN) -> list[dict[str, Any]]:
        """The items of the Map over the alarms."""
        return list(get_json(cast("Any", self.s3), "enriched", alarm_shards_key(self.day.date, run)))

    def publisher(self, action: str, run: str = RUN, **given: Any) -> dict[str, Any]:
        environment = lambdas.publisher.environment.Environment(
            "exported",
            "enriched",
            "alarms",
            "topic",
            "queue",
            self.zone,
            escalate_after_days=3,
            alarms_retention_days=self.alarms_retention_days,
        )
        needs = lambdas.publisher.handler.Dependencies(
            environment,
            cast("Any", self.s3),
            AlarmsTable(cast("Any", self.alarms_table), "alarms", lambda _seconds: None),
            Queue(cast("Any", self.sqs), "queue", lambda _seconds: None),
            Administrator(cast("Any", self.sns), "topic"),
            lambda: self.now,
        )
        return lambdas.publisher.handler.respond({**self.task(None, run), "action": action, **given}, needs)

    def task(self, shard: dict[str, Any] | None, run: str = RUN) -> dict[str, Any]:
        snapshot = {"as_known_at": format_instant(self.as_known_at), "catch_up": self.catch_up}
        return {"date": self.date, "run": run, "shard": shard, **snapshot}

    def part(self, bucket: str = "enriched", number: int = 0) -> bytes:
        return self.s3.objects[bucket, f"readings/date={self.date}/part-{number:05}.parquet"]

    def joined(self, number: int = 0, run: str = RUN) -> bytes:
        """The enricher's rows of a shard."""
        return self.s3.objects["enriched", joined_key(self.day.date, run, number)]

    @property
    def readable(self) -> dict[tuple[str, str], bytes]:
        """Returns the objects that readers use."""
        return {
            key: content for key, content in self.s3.objects.items() if key[1].startswith(("readings/", "findings/"))
        }

    @property
    def queued(self) -> list[tuple[str, str]]:
        """Returns (metering point, error type) of each message, sorted by type and metering point."""
        pairs = [(body["billing_metering_point_number"], body["error_type"]) for body in self.events]
        return sorted(pairs, key=lambda pair: (CODES.index(pair[1]), pair[0]))

    @property
    def events(self) -> list[dict[str, Any]]:
        """Returns the body of each message."""
        return [json.loads(message["MessageBody"]) for message in self.sqs.messages]

    @property
    def event_ids(self) -> list[tuple[str, int]]:
        """Returns the alarm's id and the sequence of each message. A message that was sent twice has them twice."""
        return [(body["alarm_id"], body["sequence"]) for body in self.events]

    @property
    def open_alarms(self) -> list[tuple[str, str]]:
        """Returns (metering point, error type) of each open alarm, sorted by type and metering point."""
        pairs = [(alarm.metering_point, alarm.code) for alarm in self.alarms_table.alarms() if alarm.is_alive]
        return sorted(pairs, key=lambda pair: (CODES.index(pair[1]), pair[0]))
