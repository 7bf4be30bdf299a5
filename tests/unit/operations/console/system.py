"""A system with published days and alarms, and the fakes of all services that the console asks."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx

from domain.alarms import Alarm, Change, Found, Move
from lambdas.publisher.alarms_table import AlarmsTable
from operations.console.data.alarms import AlarmName
from operations.console.security import FIELD
from tests.unit.lambdas.examples import NOW
from tests.unit.operations.console.console_world import PORT, ConsoleWorld
from tests.unit.operations.replay_world import MONDAY, ReplayWorld

STARTED = datetime(2026, 3, 24, 4, tzinfo=UTC)
ICD = {
    "expected_intervals": 96,
    "received_intervals": 95,
    "missing_intervals": 1,
    "first_missing_intervals": ["2026-03-29T01:00:00Z"],
}


class FakeQueues:
    """Keeps the messages. `waiting` has the number of messages of each queue."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.waiting = {"dead": 0, "undelivered": 0}

    def send_message(self, **request: Any) -> None:
        self.messages.append(json.loads(request["MessageBody"]))

    def get_queue_attributes(self, **request: Any) -> dict[str, Any]:
        return {"Attributes": {"ApproximateNumberOfMessages": str(self.waiting[request["QueueUrl"]])}}


class FakeRuns:
    """Has executions, the newest first: name, status, input."""

    def __init__(self) -> None:
        self.executions: list[tuple[str, str, dict[str, Any]]] = [("one", "SUCCEEDED", {"date": str(MONDAY)})]
        self.fault: Callable[[], None] = lambda: None

    def list_executions(self, **_request: Any) -> dict[str, Any]:
        self.fault()
        return {
            "executions": [
                {"executionArn": f"arn:{name}", "name": name, "status": status, "startDate": STARTED,
                 "stopDate": STARTED.replace(second=42)}
                for name, status, _ in self.executions
            ]
        }  # fmt: skip

    def describe_execution(self, **request: Any) -> dict[str, Any]:
        name = request["executionArn"].removeprefix("arn:")
        (found,) = [each for each in self.executions if each[0] == name]
        failed = {"error": "ShardFailed", "cause": "part 3 <b>lost</b>"} if found[1] == "FAILED" else {}
        return {"input": json.dumps(found[2]), **failed}


class FakeHealth:
    """The service's tasks, and the CloudWatch alarms."""

    def __init__(self) -> None:
        self.running = 2
        self.firing: list[str] = []

    def describe_services(self, **_request: Any) -> dict[str, Any]:
        return {"services": [{"runningCount": self.running, "desiredCount": 2, "pendingCount": 0, "events": []}]}

    def describe_alarms(self, **_request: Any) -> dict[str, Any]:
        found = [
            {"AlarmName": name, "StateValue": "ALARM", "StateReason": "above", "StateUpdatedTimestamp": STARTED}
            for name in self.firing
        ]
        return {"MetricAlarms": found, "CompositeAlarms": []}


class System:
    """The console in front of a system of 4 customers in 2 shards."""

    def __init__(self, folder: Path, **outputs: Any) -> None:
        (folder / "world").mkdir()
        self.days = ReplayWorld(folder / "world")
        self.queues, self.runs, self.health = FakeQueues(), FakeRuns(), FakeHealth()
        clients = {
            "s3": self.days.runs.s3,
            "dynamodb": self.days.runs.alarms_table,
            "sqs": self.queues,
            "stepfunctions": self.runs,
            "ecs": self.health,
            "cloudwatch": self.health,
        }
        self.console = ConsoleWorld(folder, clients, monitoring_alarms=["too-slow"], **outputs)

    def get(self, path: str, **options: Any) -> httpx.Response:
        """Loads a page."""
        return self.console.get(path, **options)

    def post(
        self, path: str, *, csrf: bool = True, fragment: bool = False, **fields: str | list[str]
    ) -> httpx.Response:
        """Sends a form as the console's own page does. A field may have several values."""
        headers = self.console._headers("en") | {"origin": ORIGIN, "content-type": "application/x-www-form-urlencoded"}
        token = {FIELD: self.console._guard.form_token()} if csrf else {}
        headers |= {"hx-request": "true"} if fragment else {}
        return self.console._client.post(path, headers=headers, content=urlencode(fields | token, doseq=True))

    def alarm(self, number: str, code: str = "ICD", day: date = MONDAY, *moves: Move, **customer: Any) -> Alarm:
        """Puts an alarm into the table. `customer` are other values than those of Ana."""
        ana = {"name": "Ana", "address": "Ilica 1", "city": "Zagreb", "type": "HH"}
        alarm = Alarm(number, code, day, Found(ICD, publications={str(day): 1}), ana | customer)
        for move in (Move.RAISE, *moves):
            alarm = alarm.after(move, Change(NOW, by="Ivo" if move in (Move.ACKNOWLEDGE, Move.DISMISS) else "data"))
        table = AlarmsTable(self.days.runs.alarms_table, "alarms")  # type: ignore[arg-type]
        assert table.put_alarm(alarm, 0, NOW)
        assert table.mark_sent(alarm)
        self.console.app.state.data.alarms.forget()
        return alarm

    def alarms(self) -> dict[str, Alarm]:
        """Returns the alarms by the names in their paths."""
        return {AlarmName.of(each).text: each for each in self.days.runs.alarms_table.alarms()}


ORIGIN = f"http://127.0.0.1:{PORT}"
