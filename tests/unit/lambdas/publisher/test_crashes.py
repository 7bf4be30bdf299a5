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
    "before the alarms are written": (1, "put"),
    "between 2 alarms": (17, "put"),
    "before the first is noted as sent": (1, "update"),
    "between 2 notes": (30, "update"),
    "in a later shard": (60, "put"),
}


@pytest.mark.parametrize("run", [RUN, OTHER_RUN])
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.usefixtures("few_at_once")
def test_after_a_crash_the_next_attempt_completes_the_day(silent: RunWorld, moment: str, run: str) -> None:
    number, operation = MOMENTS[moment]
    silent.alarms_table.before = crash_at(number, lambda called: called == operation)
    with pytest.raises(CrashError):
        silent.run()
    silent.alarms_table.before = lambda _operation: None
    silent.run(run)
    assert silent.open_alarms == [(f"{number:03}", "MCD") for number in range(9, 132)]
    assert len(set(silent.event_ids)) == 123
    assert len(silent.event_ids) <= 123 + 10, "more than one batch was sent twice"
    (mail,) = silent.sns.published
    assert mail["Subject"] == "Alarms of 2026-03-29: 123 new; 123 open", "it counts the alarms of both attempts"


@pytest.mark.parametrize("key", ["kept.json", "last-mail.json", "completed.json", "alarms-0000"])
def test_a_crash_before_a_record_repeats_at_most_the_mail(silent: RunWorld, key: str) -> None:
    silent.s3.fault = crash_at(2 if key == "kept.json" else 1, writes(key))
    with pytest.raises(CrashError):
        silent.run()
    silent.s3.fault = lambda _operation, _key: None
    silent.run(OTHER_RUN)
    assert len(silent.open_alarms) == len(silent.event_ids) == 123
    assert {mail["Subject"] for mail in silent.sns.published} == {"Alarms of 2026-03-29: 123 new; 123 open"}
    assert len(silent.sns.published) == (2 if key in ("kept.json", "last-mail.json") else 1)


@pytest.mark.usefixtures("few_at_once")
def test_an_alarm_of_a_crashed_run_is_cleared_though_the_next_does_not_find_it(silent: RunWorld) -> None:
    silent.alarms_table.before = crash_at(30, lambda called: called == "update")
    with pytest.raises(CrashError):
        silent.run()
    silent.alarms_table.before = lambda _operation: None
    late = [f"{number:03}" for number in range(9, 20)]
    silent.rows = [row for number in late for row in readings(number, DAY)]
    silent.run(OTHER_RUN)
    assert silent.open_alarms == [(f"{number:03}", "MCD") for number in range(20, 132)]


@pytest.mark.usefixtures("few_at_once")
def test_the_alarms_are_the_same_with_and_without_a_crash(silent: RunWorld, tmp_path: Path) -> None:
    silent.alarms_table.before = crash_at(45, lambda called: called == "put")
    with pytest.raises(CrashError):
        silent.run()
    silent.alarms_table.before = lambda _operation: None
    silent.run(RUN)
    smooth = RunWorld(tmp_path, *silent.dynamodb.items, shards=3)
    smooth.run(RUN)
    assert silent.alarms_table.items == smooth.alarms_table.items


def test_a_queue_that_refuses_is_an_error_and_the_next_run_sends_all(world: RunWorld) -> None:
    world.sqs.refuse = lambda _call, entry: ("InternalError", False) if entry["Id"] == "1" else None
    with pytest.raises(AlarmsNotSentError):
        world.run()
    world.sqs.refuse = lambda _call, _entry: None
    world.run(OTHER_RUN)
    assert len(set(world.event_ids)) == 5
    assert len(world.event_ids) <= 7, "what was taken before the failure is sent again, with the same id"


def test_a_topic_that_refuses_is_an_error_and_the_next_run_tells(world: RunWorld) -> None:
    world.sns.fault = client_error("InternalError")
    with pytest.raises(ClientError):
        world.run()
    world.sns.fault = None
    world.run(OTHER_RUN)
    assert len(world.event_ids) == len(set(world.event_ids)) == 5
    (mail,) = world.sns.published
    assert mail["Subject"] == "Alarms of 2026-03-29: 5 new; 5 open"
    assert "- The run one ended before its mail. This run made up for it.\n" in mail["Message"]
