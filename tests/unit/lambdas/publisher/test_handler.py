"""A run adds its publication, and brings the alarms to its findings, whatever happened before."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from domain.days import LocalDay
from domain.findings import CODES
from domain.pipeline_dates import InvalidDate
from lambdas.publisher.handler import InvalidActionError
from lambdas.publisher.keep_plan import InvalidKeepTaskError
from lambdas.publisher.kept_record import KeptRecordError
from lambdas.runtime.day_lock import RunSupersededError
from lambdas.runtime.part_facts import PartFactsError
from lambdas.runtime.stored_parts import PartChangedError
from tests.unit.lambdas.alerting.test_handler import BARE, BOTH, GAPS, HONEST
from tests.unit.lambdas.examples import NOW, ZAGREB, an_item, readings
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

KEPT = ("enriched", "alarms/date=2026-03-29/kept.json")
ALL = [("1", "MCD"), ("2", "ICD"), ("6", "ICD"), ("3", "MNP"), ("6", "MNP")]
THIRD_RUN = OTHER_RUN + "-third"


def test_each_finding_is_an_open_alarm_and_a_message(world: RunWorld) -> None:
    answer = world.run()
    assert world.open_alarms == world.queued == ALL
    raised = {code: counted["raised"] for code, counted in answer["alarms"].items() if counted["raised"]}
    assert raised == {"MCD": 1, "ICD": 2, "MNP": 2}
    assert {body["event"] for body in world.events} == {"raised"}
    alarm = next(alarm for alarm in world.alarms_table.alarms() if alarm.code == "ICD")
    assert alarm.found.publications == {"2026-03-29": 1}
    assert alarm.customer["city"] == "Zagreb"


def test_the_administrator_gets_one_mail_for_a_run(world: RunWorld) -> None:
    world.run()
    (mail,) = world.sns.published
    assert mail["TopicArn"] == "topic"
    assert mail["Subject"] == "Alarms of 2026-03-29: 5 new; 5 open"
    assert "New: 5\n- MCD missing consumption data: 1\n- ICD incomplete consumption data: 2\n" in mail["Message"]
    assert "Still open, all days: 5\n" in mail["Message"]


@pytest.mark.parametrize("other", [RUN, OTHER_RUN])
def test_a_run_again_changes_nothing_and_writes_the_same(world: RunWorld, other: str) -> None:
    world.run()
    objects, messages, mails = world.readable, list(world.sqs.messages), list(world.sns.published)
    calls = len(world.alarms_table.calls)
    again = world.run(other)
    assert {counts["raised"] for counts in again["alarms"].values()} == {0}
    assert (world.readable, world.sqs.messages, world.sns.published) == (objects, messages, mails)
    assert len(world.alarms_table.calls) == calls, "a run without changes reads no alarm"


def test_only_what_is_new_in_a_run_again_is_raised(world: RunWorld) -> None:
    world.run()
    world.dynamodb.items.append(an_item(7))
    answer = world.run(OTHER_RUN)
    assert answer["alarms"]["MCD"] | {"found": 0} == {
        "found": 0,
        "raised": 1,
        "updated": 0,
        "escalated": 0,
        "cleared": 0,
    }
    assert world.open_alarms == world.queued == [("1", "MCD"), ("7", "MCD"), *ALL[1:]]
    assert world.sns.published[1]["Subject"] == "Alarms of 2026-03-29: 1 new; 6 open"


def test_a_day_older_than_the_retention_of_alarms_raises_all_of_them(world: RunWorld) -> None:
    world.alarms_retention_days = 30
    world.run()
    assert world.open_alarms == ALL


def test_late_readings_clear_the_alarms_and_the_queue_is_told(world: RunWorld) -> None:
    world.run()
    world.rows = [row for number in (GAPS, BARE, HONEST, BOTH) for row in readings(number, DAY)]
    answer = world.run(OTHER_RUN)
    assert answer["alarms"]["ICD"]["cleared"] == 2
    assert [pair for pair in world.open_alarms if pair[1] == "ICD"] == []
    cleared = [body for body in world.events if body["event"] == "cleared" and body["error_type"] == "ICD"]
    assert [(body["sequence"], body["details"]["cleared_by"]) for body in cleared] == [(2, "data")] * 2
    assert "cleared" in world.sns.published[1]["Subject"]


def test_a_finding_that_comes_back_reopens_its_alarm(world: RunWorld) -> None:
    gaps = list(world.rows)
    world.run()
    world.rows = [row for number in (GAPS, BARE, HONEST, BOTH) for row in readings(number, DAY)]
    world.run(OTHER_RUN)
    world.rows = gaps
    world.run(THIRD_RUN)
    assert world.open_alarms == ALL
    first = {body["alarm_id"] for body in world.events if body["sequence"] == 1}
    assert {body["alarm_id"] for body in world.events} == first, "the ids stay"


def test_a_day_without_faults_sends_nothing(tmp_path: Path) -> None:
    world = RunWorld(tmp_path, an_item(HONEST, "HHP"), an_item(5, active=False))
    world.rows = readings(HONEST, DAY)
    nothing = dict.fromkeys(("found", "raised", "updated", "escalated", "cleared"), 0)
    assert world.run()["alarms"] == dict.fromkeys(CODES, nothing)
    assert (world.sqs.calls, world.sns.published, world.alarms_table.calls) == ([], [], [])


@pytest.mark.usefixtures("few_at_once")
def test_many_alarms_are_all_kept_and_the_mail_stays_short(silent: RunWorld) -> None:
    silent.run()
    expected = [(f"{number:03}", "MCD") for number in range(9, 132)]
    assert silent.open_alarms == silent.queued == expected
    (mail,) = silent.sns.published
    assert "New: 123\n" in mail["Message"]
    assert len(mail["Message"].splitlines()) < 50


def test_a_leftover_of_a_run_that_lost_its_turn_changes_no_alarm(world: RunWorld) -> None:
    world.process(RUN)
    world.publisher("publish", RUN)
    shards = world.alarm_shards()
    world.plan(OTHER_RUN)
    for action, given in (("publish", {}), ("keep", {"shard": shards[0]}), ("finish", {})):
        with pytest.raises(RunSupersededError):
            world.publisher(action, RUN, **given)
    assert (world.sqs.calls, world.sns.published, world.alarms_table.items) == ([], [], {})


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
    prefixes = (
        ("exported", "readings"),
        *(("enriched", kind) for kind in ("readings", "customers", "findings", "days", "alarm_rows")),
    )
    assert parts == {
        (bucket, f"{prefix}/date=2026-03-29/part-0000{number}.parquet")
        for bucket, prefix in prefixes
        for number in (0, 1)
    }
    assert world.s3.objects.items() >= others.items()
    assert world.open_alarms == world.queued == ALL, "other shards find the same"


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b'{"publication": 1, "tried": [1]}'])
def test_a_record_out_of_shape_is_an_error_and_raises_nothing(world: RunWorld, content: bytes) -> None:
    world.s3.objects[KEPT] = content
    with pytest.raises(KeptRecordError):
        world.run()
    assert (world.sqs.calls, world.sns.published) == ([], [])


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"parts": {"exported": {}}, "about": {}}'])
def test_facts_out_of_shape_are_refused(world: RunWorld, content: bytes) -> None:
    world.process()
    world.s3.objects["enriched", "work/2026-03-29/one/exported-00001.json"] = content
    with pytest.raises(PartFactsError):
        world.publish()


def test_it_guesses_no_date_no_action_and_no_shard(world: RunWorld) -> None:
    world.process()
    for action in ("", "raise"):
        with pytest.raises(InvalidActionError):
            world.publisher(action)
    for shard in (None, {}, {"shard": {"number": 0}}):
        with pytest.raises(InvalidKeepTaskError):
            world.publisher("keep", shard=shard)
    world.day = LocalDay(date(2026, 11, 1), ZAGREB)  # not over yet
    with pytest.raises(InvalidDate):
        world.publish()


def test_after_a_week_without_mail_the_administrator_gets_a_sign_of_life(world: RunWorld) -> None:
    world.run()
    world.now = NOW + timedelta(days=6)
    world.run(OTHER_RUN)
    assert len(world.sns.published) == 1
    world.now = NOW + timedelta(days=7)
    world.run(THIRD_RUN)
    assert world.sns.published[1]["Subject"] == f"No news of alarms since {NOW:%Y-%m-%d}; 5 open"
    world.run(THIRD_RUN)
    assert len(world.sns.published) == 2, "the next one comes a week later"


def test_a_new_system_waits_a_week_for_its_first_sign_of_life(tmp_path: Path) -> None:
    world = RunWorld(tmp_path, an_item(HONEST))
    world.rows = readings(HONEST, DAY)
    world.run()
    world.now = NOW + timedelta(days=7)
    assert world.sns.published == []
    world.run(OTHER_RUN)
    assert len(world.sns.published) == 1
