"""The stand-in for the table of alarms keeps DynamoDB's conditions, and the night's list has every shard."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

import pytest

from bench.alarm_night import ENRICHED, OF_SHARD, RUN, make_night
from bench.programs.alarm_stand_ins import FileTable
from bench.programs.directory_s3 import DirectoryS3
from domain.alarm_items import alarm_key
from domain.alarms import Alarm, Change, Found, Move
from domain.object_keys import alarm_shards_key
from lambdas.publisher.alarms_table import AlarmsTable
from lambdas.publisher.keep_plan import KeepTask
from lambdas.runtime.json_objects import get_json

NOW, DAY = datetime(2026, 11, 4, tzinfo=UTC), date(2026, 11, 3)
ALARM = Alarm("1", "MCD", DAY, Found({"expected_intervals": 96}), {}).after(Move.RAISE, Change(NOW))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FileTable]:
    made = FileTable(tmp_path / "alarms.sqlite")
    yield made
    made.close()


def test_a_write_needs_the_sequence_that_was_read(store: FileTable) -> None:
    table = AlarmsTable(cast("Any", store), "alarms")
    assert table.put_alarm(ALARM, 0, NOW)
    assert not table.put_alarm(ALARM, 0, NOW)
    acknowledged = ALARM.after(Move.ACKNOWLEDGE, Change(NOW, by="Ana"))
    assert not table.put_alarm(acknowledged, 7, NOW)
    assert table.put_alarm(acknowledged, 1, NOW)
    assert not table.mark_sent(ALARM)
    assert table.mark_sent(acknowledged)
    (item,) = table.read([alarm_key("1", "MCD", DAY), alarm_key("2", "MCD", DAY)]).values()
    assert (item["sequence"], item["unsent"]) == ({"N": "2"}, {"S": "[]"})
    assert table.count_open() == 1


def test_a_request_that_it_does_not_know_is_refused(store: FileTable) -> None:
    with pytest.raises(ValueError, match="REMOVE"):
        store.update_item(TableName="alarms", Key={}, UpdateExpression="REMOVE unsent")


def test_a_night_has_every_customer_in_one_of_its_shards(tmp_path: Path) -> None:
    night = make_night(tmp_path, OF_SHARD + 10)
    s3: Any = DirectoryS3(tmp_path)
    tasks = [KeepTask.of_json(each) for each in get_json(s3, ENRICHED, alarm_shards_key(DAY, RUN))]
    assert night.shards == 2
    assert [task.findings.rows for task in tasks] == [OF_SHARD, 10]
