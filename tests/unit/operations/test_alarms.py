"""The operator's command lists alarms, and makes a person's moves once each."""

import argparse
import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, cast

import pytest

from domain.alarms import Alarm, Change, Found, IllegalMoveError, Move
from lambdas.publisher.alarms_table import AlarmsTable
from operations.alarms import AlarmDesk, AlarmsError, Wanted, act, add_actions
from tests.unit.lambdas.examples import NOW, SPRING
from tests.unit.lambdas.fake_alarms import FakeAlarms


class Queue:
    """Keeps the messages."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.fault: Exception | None = None

    def send_message(self, **request: Any) -> None:
        if self.fault:
            raise self.fault
        self.messages.append(request)

    @property
    def events(self) -> list[tuple[str, int]]:
        bodies = [json.loads(message["MessageBody"]) for message in self.messages]
        return [(body["event"], body["sequence"]) for body in bodies]


class Desk:
    """A table with 4 alarms: 2 open ones on 2 days, an acknowledged and a cleared one."""

    def __init__(self) -> None:
        self.table, self.queue = FakeAlarms(), Queue()
        self.desk = AlarmDesk(cast("Any", self.table), self.queue, "alarms", "queue")
        self.first, self.later = self.put("1"), self.put("2", day=SPRING + timedelta(days=1))
        self.acknowledged = self.put("3", Move.ACKNOWLEDGE)
        self.cleared = self.put("3", Move.HEAL, code="MNP")

    def put(self, number: str, *moves: Move, code: str = "ICD", day: date = SPRING) -> Alarm:
        details = {
            "expected_intervals": 96,
            "missing_intervals": 1,
            "first_missing_intervals": ["2026-03-29T01:00:00Z"],
        }
        mnp = {"readings": 9, "readings_without_parameters": 9, "missing_parameters": ["voltage_drops"]}
        alarm = Alarm(number, code, day, Found(details if code == "ICD" else mnp), {}).after(Move.RAISE, Change(NOW))
        for move in moves:
            alarm = alarm.after(move, Change(NOW, by="Ivo" if move is Move.ACKNOWLEDGE else "data"))
        table = AlarmsTable(cast("Any", self.table), "alarms")
        assert table.put_alarm(alarm, 0, NOW)
        assert table.mark_sent(alarm)
        return alarm

    def run(self, *words: str) -> list[str]:
        told: list[str] = []
        assert act(self.desk, options(words), told.append) == 0
        return told

    def listed(self, *words: str) -> list[str]:
        """The ids that the command lists."""
        return [line.split()[0] for line in self.run("list", *words) if not line.startswith(" ")]


def options(words: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_actions(parser)
    return parser.parse_args(words)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_open_alarms_are_listed_by_default(desk: Desk) -> None:
    assert desk.listed() == [desk.first.id, desk.later.id]
    assert desk.run("list")[1] == "  1 of 96 intervals missing, the first at 01:00 UTC"


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (("--state", "acknowledged"), ["acknowledged"]),
        (("--state", "cleared"), ["cleared"]),
        (("--state", "all"), ["first", "acknowledged", "cleared", "later"]),
        (("--date", "2026-03-30"), ["later"]),
        (("--number", "3", "--state", "all"), ["acknowledged", "cleared"]),
        (("--number", "9"), []),
    ],
)
def test_alarms_are_listed_by_state_day_and_metering_point(
    desk: Desk, words: tuple[str, ...], names: list[str]
) -> None:
    expected = [getattr(desk, name).id for name in names]
    assert [each for each in desk.listed(*words) if each != "no"] == expected


def test_a_person_acknowledges_and_clears_with_a_reason(desk: Desk) -> None:
    desk.run("acknowledge", desk.first.id[:8], "--by", "Ana", "--reason", "I call them")
    desk.run("clear", desk.first.id, "--by", "Ana", "--reason", "new meter")
    (alarm,) = desk.desk.alarms(Wanted("cleared", "1"))
    assert (alarm.by, alarm.reason, alarm.sequence, alarm.unsent) == ("Ana", "new meter", 3, ())
    assert desk.queue.events == [("acknowledged", 2), ("cleared", 3)]
    assert desk.queue.messages[0]["MessageAttributes"]["sequence"]["StringValue"] == "2"


def test_the_expiry_of_an_alarm_stays(desk: Desk) -> None:
    before = desk.table.items["1", f"ICD#{SPRING}"]["expires_at"]
    desk.run("acknowledge", desk.first.id)
    assert desk.table.items["1", f"ICD#{SPRING}"]["expires_at"] == before


def test_what_cannot_be_done_is_refused(desk: Desk) -> None:
    with pytest.raises(IllegalMoveError, match="acknowledged cannot acknowledge"):
        desk.run("acknowledge", desk.acknowledged.id)
    with pytest.raises(AlarmsError, match="no alarm has an id"):
        desk.run("acknowledge", "00000000")
    with pytest.raises(AlarmsError, match="3 alarms"):
        desk.run("acknowledge", "")
    with pytest.raises(AlarmsError, match="with a reason"):
        desk.run("clear", desk.first.id, "--reason", " ")
    assert desk.queue.events == []


def test_a_change_meanwhile_is_not_overwritten(desk: Desk) -> None:
    stale = desk.desk.named(desk.first.id)
    desk.run("acknowledge", desk.first.id, "--by", "Ivo")
    with pytest.raises(AlarmsError, match="changed the alarm meanwhile"):
        desk.desk.change(stale, Move.ACKNOWLEDGE, Change(NOW, by="Ana"))
    assert desk.queue.events == [("acknowledged", 2)]


def test_an_interrupted_command_is_made_up_for_by_the_next_one(desk: Desk) -> None:
    desk.queue.fault = RuntimeError("interrupted")
    with pytest.raises(RuntimeError):
        desk.run("acknowledge", desk.first.id)
    desk.queue.fault = None
    desk.run("clear", desk.first.id, "--reason", "new meter")
    assert desk.queue.events == [("acknowledged", 2), ("cleared", 3)]
