from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.commands.pipeline import asked_days, facts
from local.launcher.settings import SettingsError
from operations.execution_history import Failure, readable_cause, states_left, states_of_executions
from tests.unit.lambdas.run_world import counts

START = datetime(2026, 11, 1, tzinfo=UTC)


class History:
    """Makes an execution's events. An event follows the one before, or the given event."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.add(0, "ExecutionStarted")

    def add(self, seconds: float, kind: str, after: int | None = None, **details: Any) -> int:
        number = len(self.events) + 1
        before = number - 1 if after is None else after
        common = {"id": number, "previousEventId": before, "timestamp": START + timedelta(seconds=seconds)}
        self.events.append({**common, "type": kind, **details})
        return number

    def entered(self, seconds: float, name: str, after: int | None = None, kind: str = "Task") -> int:
        return self.add(seconds, f"{kind}StateEntered", after, stateEnteredEventDetails={"name": name})

    def left(self, seconds: float, name: str, after: int | None = None, kind: str = "Task") -> int:
        return self.add(seconds, f"{kind}StateExited", after, stateExitedEventDetails={"name": name, "output": "{}"})

    def succeeded(self, seconds: float, output: str, after: int | None = None) -> int:
        return self.add(seconds, "TaskSucceeded", after, taskSucceededEventDetails={"output": output})


@pytest.fixture
def history() -> History:
    return History()


def test_a_state_that_was_left_has_its_time_and_its_functions_answer(history: History) -> None:
    history.entered(0, "BeginRun")
    history.succeeded(1, '{"Payload": {"date": "2026-11-01", "rows": 96}, "StatusCode": 200}')
    history.left(1.5, "BeginRun")
    history.entered(1.5, "PublishDay")
    (state,) = states_left(history.events)
    assert (state.name, state.seconds, state.failure) == ("BeginRun", 1.5, None)
    assert state.result == {"date": "2026-11-01", "rows": 96}


def test_a_state_whose_failure_was_caught_tells_it(history: History) -> None:
    cause = '{"errorType": "InvalidDate", "errorMessage": "2999-01-01 is in the future"}'
    history.entered(0, "BeginRun")
    history.add(1, "TaskFailed", taskFailedEventDetails={"error": "InvalidDate", "cause": cause})
    history.left(1, "BeginRun")
    history.entered(1, "NotifyFailure")
    history.succeeded(2, '{"MessageId": "1"}')
    history.left(2, "NotifyFailure")
    failed, told = states_left(history.events)
    assert failed.failure == Failure("InvalidDate", "2999-01-01 is in the future")
    assert (told.failure, told.result) == (None, None)


def test_a_choice_and_a_pass_state_are_left_out(history: History) -> None:
    history.entered(0, "AnyDayMissed", kind="Choice")
    history.left(0, "AnyDayMissed", kind="Choice")
    history.entered(0, "PublishDay")
    history.left(1, "PublishDay")
    history.entered(1, "Summary", kind="Pass")
    history.left(1, "Summary", kind="Pass")
    assert [state.name for state in states_left(history.events)] == ["PublishDay"]


def test_a_retried_task_that_succeeds_has_no_failure(history: History) -> None:
    history.entered(0, "PublishDay")
    history.add(1, "TaskTimedOut", taskTimedOutEventDetails={"error": "States.Timeout"})
    history.succeeded(2, '{"Payload": {}}')
    history.left(2, "PublishDay")
    assert states_left(history.events)[0].failure is None


def interleaved(history: History) -> tuple[int, int]:
    """Makes two branches of a Map whose exports end in the other order. Returns their last events."""
    history.entered(0, "ProcessShards", kind="Map")
    started = history.add(0, "MapStateStarted")
    first, second = (history.add(0, "MapIterationStarted", started) for _ in range(2))
    first = history.entered(0, "ExportShard", first)
    second = history.entered(1, "ExportShard", second)
    second = history.succeeded(2, '{"Payload": {"shard": 1, "rows": 20, "etag": "b", "found": {"MCD": 2}}}', second)
    second = history.left(2, "ExportShard", second)
    first = history.succeeded(3, '{"Payload": {"shard": 0, "rows": 10, "etag": "a", "found": {"MCD": 1}}}', first)
    first = history.left(3, "ExportShard", first)
    return history.entered(3, "EnrichShard", first), history.entered(2, "EnrichShard", second)


def test_the_branches_of_a_map_are_added_up_once_it_is_left(history: History) -> None:
    first, second = interleaved(history)
    assert states_left(history.events) == []
    history.left(5, "EnrichShard", history.succeeded(5, '{"Payload": {"rows": 10}}', first))
    last = history.left(6, "EnrichShard", history.succeeded(6, '{"Payload": {"rows": 20}}', second))
    history.add(6, "MapStateSucceeded", last)
    history.left(6, "ProcessShards", kind="Map")
    history.entered(6, "PublishDay")
    history.left(7, "PublishDay")
    export, enrich, publish = states_left(history.events)
    assert (export.name, export.times, export.seconds) == ("ExportShard", 2, 3.0)
    assert (export.result["rows"], export.result["found"]) == (30, {"MCD": 3})
    assert (enrich.name, enrich.times, enrich.seconds) == ("EnrichShard", 2, 4.0)
    assert (publish.name, publish.times) == ("PublishDay", 1)


def test_a_map_that_failed_tells_which_of_its_states_did(history: History) -> None:
    first, _ = interleaved(history)
    failed = history.add(4, "TaskFailed", first, taskFailedEventDetails={"error": "Full", "cause": "no space"})
    history.add(4, "MapStateFailed", failed)
    history.left(4, "ProcessShards", kind="Map")
    export, enrich = states_left(history.events)
    assert (export.failure, enrich.failure) == (None, Failure("Full", "no space"))


def test_a_distributed_map_names_its_run_and_the_states_of_its_executions_are_added_up(history: History) -> None:
    history.entered(0, "ProcessShards", kind="Map")
    history.add(0, "MapStateStarted")
    history.add(0, "MapRunStarted", mapRunStartedEventDetails={"mapRunArn": "arn:mapRun"})
    history.add(6, "MapRunSucceeded")
    history.left(6, "ProcessShards", kind="Map")
    (shards,) = states_left(history.events)
    assert (shards.name, shards.map_run) == ("ProcessShards", "arn:mapRun")
    children = [History(), History()]
    for number, child in enumerate(children):
        child.entered(number, "ExportShard")
        child.succeeded(number + 1, '{"Payload": {"rows": 10}}')
        child.left(number + 2, "ExportShard")
    children[1].entered(3, "EnrichShard")
    children[1].add(4, "TaskFailed", taskFailedEventDetails={"error": "Full", "cause": "no space"})
    children[1].left(4, "EnrichShard")
    export, enrich = states_of_executions(child.events for child in children)
    assert (export.name, export.times, export.seconds, export.result) == ("ExportShard", 2, 3.0, {"rows": 20})
    assert (enrich.times, enrich.failure) == (1, Failure("Full", "no space"))


def test_a_cause_is_the_functions_message_or_the_text_itself() -> None:
    assert readable_cause('{"errorMessage": "no such day"}') == "no such day"
    assert readable_cause("plain text") == "plain text"
    assert readable_cause("[1]") == "[1]"
    assert readable_cause("") == ""


def test_facts_are_words_without_the_date_and_the_objects() -> None:
    result = {"date": "2026-11-01", "rows": 4505, "alarms": {"MCD": counts(found=1, cleared=2)}, "object": "s3://b/k"}
    assert facts(result) == "rows 4,505, alarms MCD 1 (2 cleared)"
    assert facts(None) == ""
    assert facts({"shards": [{}, {}], "shard": 1, "etag": "e"}) == "shards 2"


def test_the_days_that_are_asked_for() -> None:
    assert asked_days("", "", "") == [""]
    assert asked_days("2026-11-01", "", "") == ["2026-11-01"]
    assert asked_days("", "2026-02-27", "2026-03-01") == ["2026-02-27", "2026-02-28", "2026-03-01"]


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [("2026-11-01", "2026-11-01", "2026-11-02"), ("", "2026-11-01", ""), ("", "", "2026-11-01"),
     ("", "2026-11-02", "2026-11-01"), ("", "1.11.2026", "2026-11-02")],
)  # fmt: skip
def test_days_that_do_not_go_together_are_refused(day: str, first: str, last: str) -> None:
    with pytest.raises(SettingsError):
        asked_days(day, first, last)
