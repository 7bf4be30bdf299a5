from datetime import UTC, datetime, timedelta
from typing import Any

from local.tools.pipeline import facts
from local.tools.pipeline_run import Failure, readable_cause, states_left

START = datetime(2026, 11, 1, tzinfo=UTC)


def event(seconds: float, kind: str, **details: Any) -> dict[str, Any]:
    return {"timestamp": START + timedelta(seconds=seconds), "type": kind, **details}


def entered(seconds: float, name: str) -> dict[str, Any]:
    return event(seconds, "TaskStateEntered", stateEnteredEventDetails={"name": name})


def left(seconds: float, name: str) -> dict[str, Any]:
    return event(seconds, "TaskStateExited", stateExitedEventDetails={"name": name, "output": "{}"})


def test_a_state_that_was_left_has_its_time_and_its_functions_answer() -> None:
    output = '{"Payload": {"date": "2026-11-01", "rows": 96}, "StatusCode": 200}'
    events = [
        event(0, "ExecutionStarted"),
        entered(0, "ExportDay"),
        event(1, "TaskSucceeded", taskSucceededEventDetails={"output": output}),
        left(1.5, "ExportDay"),
        entered(1.5, "EnrichDay"),
    ]
    (state,) = states_left(events)
    assert (state.name, state.seconds, state.failure) == ("ExportDay", 1.5, None)
    assert state.result == {"date": "2026-11-01", "rows": 96}


def test_a_state_whose_failure_was_caught_tells_it() -> None:
    cause = '{"errorType": "InvalidDate", "errorMessage": "2999-01-01 is in the future"}'
    events = [
        entered(0, "ExportDay"),
        event(1, "TaskFailed", taskFailedEventDetails={"error": "InvalidDate", "cause": cause}),
        left(1, "ExportDay"),
        entered(1, "NotifyFailure"),
        event(2, "TaskSucceeded", taskSucceededEventDetails={"output": '{"MessageId": "1"}'}),
        left(2, "NotifyFailure"),
    ]
    failed, told = states_left(events)
    assert failed.failure == Failure("InvalidDate", "2999-01-01 is in the future")
    assert (told.failure, told.result) == (None, None)


def test_a_retried_task_that_succeeds_has_no_failure() -> None:
    events = [
        entered(0, "EnrichDay"),
        event(1, "TaskTimedOut", taskTimedOutEventDetails={"error": "States.Timeout"}),
        event(2, "TaskSucceeded", taskSucceededEventDetails={"output": '{"Payload": {}}'}),
        left(2, "EnrichDay"),
    ]
    assert states_left(events)[0].failure is None


def test_a_cause_is_the_functions_message_or_the_text_itself() -> None:
    assert readable_cause('{"errorMessage": "no such day"}') == "no such day"
    assert readable_cause("plain text") == "plain text"
    assert readable_cause("[1]") == "[1]"
    assert readable_cause("") == ""


def test_facts_are_words_without_the_date_and_the_objects() -> None:
    result = {"date": "2026-11-01", "rows": 4505, "alarms": {"MCD": {"found": 1, "raised": 0}}, "object": "s3://b/k"}
    assert facts(result) == "rows 4,505, alarms MCD 1 (0 new)"
    assert facts(None) == ""
