"""A run raises each alarm once, whatever happened before."""

from datetime import date
from pathlib import Path

import pytest

from domain.days import LocalDay
from domain.findings import CODES
from domain.pipeline_dates import InvalidDate
from lambdas.publisher.alarm_lines import AlarmLinesError
from lambdas.runtime.day_lock import RunSupersededError
from lambdas.runtime.day_objects import ObjectMissingError
from lambdas.runtime.part_facts import PartFactsError
from lambdas.runtime.stored_parts import PartChangedError
from tests.unit.lambdas.alerting.test_handler import BARE, BOTH, GAPS, HONEST
from tests.unit.lambdas.examples import ZAGREB, an_item, readings
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

LIST = ("enriched", "alarms/date=2026-03-29/MCD.json")


def test_the_administrator_gets_one_email_for_each_type(world: RunWorld) -> None:
    world.run()
    assert [mail["Subject"] for mail in world.sns.published] == [
        "MCD missing consumption data on 2026-03-29: 1 customer",
        "ICD incomplete consumption data on 2026-03-29: 2 customers",
        "MNP missing network parameters on 2026-03-29: 2 customers",
    ]
    assert "s3://enriched/alarms/date=2026-03-29/ICD.json" in world.sns.published[1]["Message"]
    assert {mail["TopicArn"] for mail in world.sns.published} == {"topic"}


@pytest.mark.parametrize("other", [RUN, OTHER_RUN])
def test_a_run_again_raises_nothing_and_writes_the_same(world: RunWorld, other: str) -> None:
    world.run()
    objects, messages, mails = world.readable, list(world.sqs.messages), list(world.sns.published)
    again = world.run(other)
    assert {counts["raised"] for counts in again["alarms"].values()} == {0}
    assert (world.readable, world.sqs.messages, world.sns.published) == (objects, messages, mails)


def test_only_what_is_new_in_a_run_again_is_raised(world: RunWorld) -> None:
    world.run()
    world.dynamodb.items.append(an_item(7))
    answer = world.run(OTHER_RUN)
    assert answer["alarms"]["MCD"] == {"found": 2, "raised": 1}
    assert world.queued == [("1", "MCD"), ("7", "MCD"), ("2", "ICD"), ("6", "ICD"), ("3", "MNP"), ("6", "MNP")]
    assert world.sns.published[3]["Subject"].endswith(": 1 customer")
    assert world.listed("MCD") == ["1", "7"]


def test_what_was_raised_stays_recorded_when_the_readings_arrive_late(world: RunWorld) -> None:
    world.run()
    before = world.s3.objects["enriched", "alarms/date=2026-03-29/ICD.json"]
    world.rows = [row for number in (GAPS, BARE, HONEST, BOTH) for row in readings(number, DAY)]
    assert world.run(OTHER_RUN)["alarms"]["ICD"] == {"found": 0, "raised": 0}
    assert world.s3.objects["enriched", "alarms/date=2026-03-29/ICD.json"] == before
    assert world.listed("ICD") == ["2", "6"]


def test_a_day_without_faults_writes_empty_lists_and_sends_nothing(tmp_path: Path) -> None:
    world = RunWorld(tmp_path, an_item(HONEST, "HHP"), an_item(5, active=False))
    world.rows = readings(HONEST, DAY)
    assert world.run()["alarms"] == {each: {"found": 0, "raised": 0} for each in CODES}
    assert (world.sqs.calls, world.sns.published) == ([], [])
    assert all(world.listed(each) == [] for each in CODES)
    world.run(OTHER_RUN)
    assert world.listed("MCD") == []


def test_more_than_fifty_alarms_are_all_listed_and_queued(silent: RunWorld) -> None:
    silent.run()
    expected = [f"{number:03}" for number in range(9, 132)]
    assert silent.listed("MCD") == [number for number, _ in silent.queued] == expected
    assert silent.sns.published[0]["Message"].splitlines()[5:-2] == expected[:50]
    assert "Customers: 123\n" in silent.sns.published[0]["Message"]


def test_a_leftover_of_a_run_that_lost_its_turn_raises_nothing(world: RunWorld) -> None:
    world.process(RUN)
    world.plan(OTHER_RUN)
    with pytest.raises(RunSupersededError):
        world.publish(RUN)
    assert (world.sqs.calls, world.sns.published) == ([], [])


@pytest.mark.parametrize("bucket", ["exported", "enriched"])
def test_a_part_that_somebody_else_wrote_is_noticed_before_anything_is_raised(world: RunWorld, bucket: str) -> None:
    world.process()
    world.s3.objects[bucket, "readings/date=2026-03-29/part-00001.parquet"] = b"a leftover's"
    with pytest.raises(PartChangedError, match=f"s3://{bucket}/readings/date=2026-03-29/part-00001.parquet"):
        world.publish()
    assert (world.sqs.calls, world.sns.published) == ([], [])


def test_parts_of_a_run_with_more_shards_are_removed(world: RunWorld) -> None:
    others = {
        ("exported", "readings/date=2026-03-30/part-00001.parquet"): b"another day",
        ("enriched", "readings/date=2026-03-29/notes.txt"): b"no part",
    }
    world.s3.objects.update(others)
    world.shards = 5
    world.run()
    world.shards = 2
    world.run(OTHER_RUN)
    parts = {key for key in world.s3.objects if "part-" in key[1]} - others.keys()
    assert parts == {
        (bucket, f"{prefix}/date=2026-03-29/part-0000{number}.parquet")
        for bucket, prefix in (("exported", "readings"), ("enriched", "readings"), ("enriched", "customers"))
        for number in (0, 1)
    }
    assert world.s3.objects.items() >= others.items()


HEAD = b'{"date":"2026-03-29","error_type":"MCD","count":1,"alarms":[\n'


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'{"alarms": 1}',
        b"\xff",
        HEAD + b'{"id":1}\n]}\n',
        HEAD + b'{"id":"a","billing_metering_point_number":"1"}',
    ],
)
def test_a_list_out_of_shape_is_an_error_and_raises_nothing(world: RunWorld, content: bytes) -> None:
    world.s3.objects[LIST] = content
    with pytest.raises(AlarmLinesError):
        world.run()
    assert (world.sqs.calls, world.sns.published) == ([], [])


def test_alarms_that_were_not_found_yet(world: RunWorld) -> None:
    world.process()
    del world.s3.objects["enriched", "work/2026-03-29/one/MCD-00001.jsonl.gz"]
    with pytest.raises(ObjectMissingError, match="MCD-00001"):
        world.publish()


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"parts": {"exported": {}}, "about": {}}'])
def test_facts_out_of_shape_are_refused(world: RunWorld, content: bytes) -> None:
    world.process()
    world.s3.objects["enriched", "work/2026-03-29/one/exported-00001.json"] = content
    with pytest.raises(PartFactsError):
        world.publish()


def test_it_guesses_no_date(world: RunWorld) -> None:
    world.process()
    world.day = LocalDay(date(2026, 11, 1), ZAGREB)  # not over yet
    with pytest.raises(InvalidDate):
        world.publish()
