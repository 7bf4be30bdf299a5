"""A run ends at a given moment, and a later run completes the day."""

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from lambdas.publisher.alarm_queue import AlarmsNotSentError
from tests.unit.lambdas.examples import readings
from tests.unit.lambdas.fakes import client_error
from tests.unit.lambdas.publisher.crashes import CrashError, crash_at, writes
from tests.unit.lambdas.run_world import DAY, OTHER_RUN, RUN, RunWorld

MOMENTS = {
    "before the first batch is recorded": (1, writes("raised/")),
    "before a later batch is recorded": (7, writes("raised/")),
    "before the list is written": (1, writes("alarms/")),
    "before the e-mail is noted": (1, writes("mailed/")),
    "while the batches are deleted": (3, lambda operation, key: operation == "delete" and "raised/" in key),
    "before the note is deleted": (1, lambda operation, key: operation == "delete" and "mailed/" in key),
}


@pytest.mark.parametrize("run", [RUN, OTHER_RUN])
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.usefixtures("recorded_at_once")
def test_after_a_crash_the_next_attempt_completes_the_day(silent: RunWorld, moment: str, run: str) -> None:
    silent.s3.fault = crash_at(*MOMENTS[moment])
    with pytest.raises(CrashError):
        silent.run()
    silent.s3.fault = lambda _operation, _key: None
    silent.run(run)
    assert silent.listed("MCD") == [f"{number:03}" for number in range(9, 132)]
    assert len(set(silent.alarm_ids)) == 123
    assert len(silent.alarm_ids) <= 123 + 10, "more than one batch was sent twice"
    mails = [mail["Message"] for mail in silent.sns.published]
    assert len(mails) == (2 if moment == "before the e-mail is noted" else 1)
    assert all("Customers: 123\n" in mail for mail in mails)
    assert [key for _, key in silent.s3.objects if "raised/" in key or "mailed/" in key] == []


@pytest.mark.usefixtures("recorded_at_once")
def test_the_list_is_the_same_with_and_without_a_crash(silent: RunWorld, tmp_path: Path) -> None:
    silent.s3.fault = crash_at(5, writes("raised/"))
    with pytest.raises(CrashError):
        silent.run()
    silent.s3.fault = lambda _operation, _key: None
    silent.run(OTHER_RUN)
    smooth = RunWorld(tmp_path, *silent.dynamodb.items, shards=3)
    smooth.run()
    assert silent.readable == smooth.readable


@pytest.mark.usefixtures("recorded_at_once")
def test_what_a_crashed_run_had_sent_is_recorded_though_the_next_does_not_find_it(silent: RunWorld) -> None:
    silent.s3.fault = crash_at(3, writes("raised/"))
    with pytest.raises(CrashError):
        silent.run()
    silent.s3.fault = lambda _operation, _key: None
    silent.rows = [row for number in range(9, 20) for row in readings(f"{number:03}", DAY)]  # late
    silent.run(OTHER_RUN)
    assert silent.listed("MCD") == [f"{number:03}" for number in range(9, 132)]
    assert "Customers: 123\n" in silent.sns.published[0]["Message"]


def test_a_repeat_has_the_id_of_what_it_repeats_whatever_changed_meanwhile(silent: RunWorld) -> None:
    silent.s3.fault = crash_at(1, writes("raised/"))
    with pytest.raises(CrashError):
        silent.run()
    silent.s3.fault = lambda _operation, _key: None
    sent = {message["MessageBody"]: message for message in silent.sqs.messages}
    silent.dynamodb.items = [item | {"name": {"S": "Renamed"}, "type": {"S": "I"}} for item in silent.dynamodb.items]
    silent.shards = 5
    silent.run(OTHER_RUN)
    assert (len(silent.alarm_ids), len(set(silent.alarm_ids))) == (2 * 123, 123)
    assert all(message["MessageBody"] not in sent for message in silent.sqs.messages[123:]), "only the id is the same"


def test_a_queue_that_refuses_is_an_error_and_the_next_run_sends_all(world: RunWorld) -> None:
    world.sqs.refuse = lambda _call, entry: ("InternalError", False) if entry["Id"] == "1" else None
    with pytest.raises(AlarmsNotSentError):
        world.run()
    assert ("enriched", "alarms/date=2026-03-29/ICD.json") not in world.s3.objects
    world.sqs.refuse = lambda _call, _entry: None
    world.run(OTHER_RUN)
    assert len(set(world.alarm_ids)) == 5
    assert len(world.alarm_ids) == 6, "the one that was taken before the failure is sent again, with the same id"


def test_a_topic_that_refuses_is_an_error_and_the_next_run_tells(world: RunWorld) -> None:
    world.sns.fault = client_error("InternalError")
    with pytest.raises(ClientError):
        world.run()
    world.sns.fault = None
    world.run(OTHER_RUN)
    assert len(world.alarm_ids) == len(set(world.alarm_ids)) == 5
    assert len(world.sns.published) == 3
    assert world.listed("MCD") == ["1"]
