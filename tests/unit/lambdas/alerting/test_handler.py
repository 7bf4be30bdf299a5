"""The alerting function, fed with the enricher's object."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from lambdas.alerting.environment import Environment
from lambdas.alerting.handler import Dependencies, respond
from lambdas.alerting.logic import Channels, EnrichedObjectMissingError
from lambdas.alerting.outbox import AlarmsNotSentError
from lambdas.alerting.record import AlarmListError
from lambdas.enricher.logic import enrich_day
from lambdas.shared.days import LocalDay
from lambdas.shared.pipeline_dates import InvalidDate
from tests.unit.lambdas.examples import AUTUMN, NOW, SPRING, ZAGREB, an_item, exported_parquet, readings
from tests.unit.lambdas.fakes import FakeDynamoDB, FakeS3, FakeSNS, FakeSQS, client_error

DAY = LocalDay(SPRING, ZAGREB)
SILENT, GAPS, BARE, HONEST, INACTIVE, BOTH = 1, 2, 3, 4, 5, 6
CUSTOMERS = [
    an_item(SILENT), an_item(GAPS), an_item(BARE, "I"), an_item(HONEST, "HHP"), an_item(INACTIVE, "C", active=False),
    an_item(BOTH, "P"),
]  # fmt: skip


class World:
    """All that alerting touches."""

    def __init__(self, directory: Path, *items: dict[str, Any]) -> None:
        self.directory = directory
        self.s3, self.sns, self.sqs = FakeS3(), FakeSNS(), FakeSQS()
        self.dynamodb = FakeDynamoDB(*items)

    def report(self, *rows: tuple[Any, ...], day: LocalDay = DAY) -> None:
        """Make the day's enriched object of these readings."""
        key = f"date={day.date}/part-00000.parquet"
        self.s3.objects["exported", key] = exported_parquet(self.directory, rows)
        enrich_day(
            day.date,
            cast("Any", self.s3),
            cast("Any", self.dynamodb),
            exported_bucket="exported",
            enriched_bucket="enriched",
            customers_table="customers",
            memory_mib=512,
        )

    def run(self, event: object | None = None) -> dict[str, Any]:
        environment = Environment("enriched", "customers", "topic", "queue", ZAGREB)
        channels = Channels(cast("Any", self.sns), "topic", cast("Any", self.sqs), "queue", lambda _seconds: None)
        needs = Dependencies(environment, cast("Any", self.s3), cast("Any", self.dynamodb), channels, lambda: NOW)
        return respond({"date": "2026-03-29"} if event is None else event, needs)

    @property
    def queued(self) -> list[tuple[str, str]]:
        bodies = [json.loads(message["MessageBody"]) for message in self.sqs.messages]
        return [(body["billing_metering_point_number"], body["error_type"]) for body in bodies]

    def listed(self, error_type: str) -> list[str]:
        content = json.loads(self.s3.objects["enriched", f"alarms/date=2026-03-29/{error_type}.json"])
        assert content["count"] == len(content["alarms"])
        return [alarm["billing_metering_point_number"] for alarm in content["alarms"]]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A day with one fault of each kind, one customer with two, an honest and an inactive one."""
    planted = World(tmp_path, *CUSTOMERS)
    planted.report(
        *readings(GAPS, DAY, without=[0, 50]),
        *readings(BARE, DAY, parameters=False),
        *readings(HONEST, DAY),
        *readings(BOTH, DAY, without=range(1, 92), parameters=False),
        *readings(99, DAY, without=[1]),
    )
    return planted


def test_each_fault_raises_exactly_its_alarm(world: World) -> None:
    assert world.run() == {
        "date": "2026-03-29",
        "alarms": {
            "MCD": {"found": 1, "raised": 1},
            "ICD": {"found": 2, "raised": 2},
            "MNP": {"found": 2, "raised": 2},
        },
    }
    assert world.queued == [("1", "MCD"), ("2", "ICD"), ("6", "ICD"), ("3", "MNP"), ("6", "MNP")]
    assert {each: world.listed(each) for each in ("MCD", "ICD", "MNP")} == {
        "MCD": ["1"],
        "ICD": ["2", "6"],
        "MNP": ["3", "6"],
    }


def test_the_administrator_gets_one_email_for_each_type(world: World) -> None:
    world.run()
    assert [mail["Subject"] for mail in world.sns.published] == [
        "MCD missing consumption data on 2026-03-29: 1 customer",
        "ICD incomplete consumption data on 2026-03-29: 2 customers",
        "MNP missing network parameters on 2026-03-29: 2 customers",
    ]
    assert "s3://enriched/alarms/date=2026-03-29/ICD.json" in world.sns.published[1]["Message"]
    assert {mail["TopicArn"] for mail in world.sns.published} == {"topic"}


def test_what_the_messages_tell(world: World) -> None:
    world.run()
    details = [json.loads(message["MessageBody"])["details"] for message in world.sqs.messages]
    assert details == [
        {"expected_intervals": 92},
        {
            "expected_intervals": 92,
            "received_intervals": 90,
            "missing_intervals": 2,
            "first_missing_intervals": ["2026-03-28T23:00:00Z", "2026-03-29T11:30:00Z"],
        },
        {
            "expected_intervals": 92,
            "received_intervals": 1,
            "missing_intervals": 91,
            "first_missing_intervals": [start.strftime("%Y-%m-%dT%H:%M:%SZ") for start in DAY.intervals[1:11]],
        },
        {
            "readings": 92,
            "readings_without_parameters": 92,
            "missing_parameters": ["average_voltage", "average_frequency", "voltage_drops", "down_time_period"],
        },
        {
            "readings": 1,
            "readings_without_parameters": 1,
            "missing_parameters": ["average_voltage", "average_frequency", "voltage_drops", "down_time_period"],
        },
    ]


def test_a_run_again_raises_nothing_and_writes_the_same(world: World) -> None:
    world.run()
    objects, messages, mails = dict(world.s3.objects), list(world.sqs.messages), list(world.sns.published)
    again = world.run()
    assert {counts["raised"] for counts in again["alarms"].values()} == {0}
    assert (world.s3.objects, world.sqs.messages, world.sns.published) == (objects, messages, mails)


def test_only_what_is_new_in_a_run_again_is_raised(world: World) -> None:
    world.run()
    world.dynamodb.items.append(an_item(7))
    answer = world.run()
    assert answer["alarms"]["MCD"] == {"found": 2, "raised": 1}
    assert world.queued[5:] == [("7", "MCD")]
    assert world.sns.published[3]["Subject"].endswith(": 1 customer")
    assert world.listed("MCD") == ["1", "7"]


def test_what_was_raised_stays_recorded_when_the_readings_arrive_late(world: World) -> None:
    world.run()
    before = world.s3.objects["enriched", "alarms/date=2026-03-29/ICD.json"]
    world.report(*readings(GAPS, DAY), *readings(BARE, DAY), *readings(HONEST, DAY), *readings(BOTH, DAY))
    assert world.run()["alarms"]["ICD"] == {"found": 0, "raised": 0}
    assert world.s3.objects["enriched", "alarms/date=2026-03-29/ICD.json"] == before
    assert world.listed("ICD") == ["2", "6"]


def test_a_day_without_faults_writes_empty_lists_and_sends_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, an_item(HONEST, "HHP"), an_item(INACTIVE, active=False))
    world.report(*readings(HONEST, DAY))
    assert world.run()["alarms"] == {each: {"found": 0, "raised": 0} for each in ("MCD", "ICD", "MNP")}
    assert (world.sqs.calls, world.sns.published) == ([], [])
    assert [world.listed(each) for each in ("MCD", "ICD", "MNP")] == [[], [], []]


def test_a_day_of_a_hundred_intervals(tmp_path: Path) -> None:
    world, day = World(tmp_path, an_item(1), an_item(2)), LocalDay(AUTUMN, ZAGREB)
    world.report(*readings(1, day), *readings(2, day, without=[8, 9, 10, 11]), day=day)
    answer = world.run({"date": "2026-10-25"})
    assert answer["alarms"]["ICD"]["found"] == 1
    assert json.loads(world.sqs.messages[0]["MessageBody"])["details"]["expected_intervals"] == 100


def test_a_day_without_any_reading(tmp_path: Path) -> None:
    world = World(tmp_path, *CUSTOMERS)
    world.report()
    assert world.run()["alarms"]["MCD"] == {"found": 5, "raised": 5}


def test_more_than_fifty_alarms_are_all_listed_and_queued(tmp_path: Path) -> None:
    world = World(tmp_path, *(an_item(number) for number in range(9, 132)))
    world.report()
    world.run()
    expected = [str(number) for number in range(9, 132)]
    assert world.listed("MCD") == [number for number, _ in world.queued] == expected
    assert world.sns.published[0]["Message"].splitlines()[5:-2] == expected[:50]


def test_a_queue_that_refuses_is_an_error_and_the_next_run_sends_all(world: World) -> None:
    world.sqs.refuse = lambda _call, entry: ("InternalError", False) if entry["Id"] == "1" else None
    with pytest.raises(AlarmsNotSentError):
        world.run()
    assert ("enriched", "alarms/date=2026-03-29/ICD.json") not in world.s3.objects
    world.sqs.refuse = lambda _call, _entry: None
    world.run()
    ids = [message["MessageAttributes"]["id"]["StringValue"] for message in world.sqs.messages]
    assert len(set(ids)) == 5
    assert len(ids) == 6, "the one that was taken before the failure is sent again, with the same id"


def test_a_topic_that_refuses_is_an_error_and_nothing_is_recorded(world: World) -> None:
    world.sns.fault = client_error("AuthorizationErrorException")
    with pytest.raises(ClientError):
        world.run()
    assert ("enriched", "alarms/date=2026-03-29/MCD.json") not in world.s3.objects


def test_two_runs_at_once_do_not_forget_each_others_record(world: World) -> None:
    def other_run() -> None:
        world.s3.before_put = lambda: None
        world.s3.put_object(Bucket="enriched", Key="alarms/date=2026-03-29/MCD.json", Body=b"theirs")

    world.s3.before_put = other_run
    with pytest.raises(ClientError, match="PreconditionFailed"):
        world.run()
    assert world.s3.objects["enriched", "alarms/date=2026-03-29/MCD.json"] == b"theirs"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"alarms": [{"id": 1}]}', b'{"alarms": 1}', b"\xff"])
def test_a_record_out_of_shape_is_an_error_and_raises_nothing(world: World, content: bytes) -> None:
    world.s3.objects["enriched", "alarms/date=2026-03-29/MCD.json"] = content
    with pytest.raises(AlarmListError, match=r"s3://enriched/alarms/date=2026-03-29/MCD\.json"):
        world.run()
    assert (world.sqs.calls, world.sns.published) == ([], [])


def test_a_day_that_was_not_enriched(tmp_path: Path) -> None:
    with pytest.raises(EnrichedObjectMissingError, match="s3://enriched/date=2026-03-29/"):
        World(tmp_path, *CUSTOMERS).run()


@pytest.mark.parametrize("event", [{}, {"date": "2026-11-01"}, {"date": "soon"}])
def test_it_guesses_no_date(world: World, event: dict[str, str]) -> None:
    with pytest.raises(InvalidDate):
        world.run(event)
    assert world.sqs.calls == []
