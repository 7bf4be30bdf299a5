"""One request is followed from the gateway to its rows, and one run from its start to its mail, by their names."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from operations.mailbox import sent_emails
from tests.e2e.api_client import ApiClient, readings_path
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.logs import Logs
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import whole_day

LOG_SECONDS = 30
OF_A_RUN = ("planner", "exporter", "enricher", "alerting", "publisher", "reporter")
ROUNDED = timedelta(milliseconds=10)
"""The times of a log line are in milliseconds."""


@pytest.fixture
def customer(customers: Customers) -> TestCustomer:
    return customers.create()


def lines(logs: Logs, part: str, field: str, value: str, message: str = "") -> list[dict[str, Any]]:
    """Waits for the part's JSON lines whose field has the value. One of them has the message, if there is one."""

    def found() -> list[dict[str, Any]]:
        objects = [json.loads(text) for text in logs.recent(part) if text.startswith("{")]
        seen = [line for line in objects if line.get(field) == value]
        return seen if not message or message in {line["message"] for line in seen} else []

    return wait_until(found, LOG_SECONDS, f"{message} with {field} {value} in the log of {part}")


def test_a_request_is_followed_to_its_rows(api: ApiClient, logs: Logs, customer: TestCustomer, day: date) -> None:
    request_id = api.send(customer.number, whole_day(day), customer.key).request_id
    (access,) = lines(logs, "api", "requestId", request_id)
    assert access["path"] == readings_path(customer.number)
    (decision,) = lines(logs, "authorizer", "request_id", request_id)
    assert decision["message"] == "authorized"
    (served,) = [line for line in lines(logs, "ingestion", "request_id", request_id) if line["message"] == "request"]
    end = datetime.fromisoformat(served["time"])
    begin = end - timedelta(milliseconds=served["duration_ms"])
    received = {datetime.fromisoformat(row["received_at"]) for row in api.stored(customer.number, customer.key)}
    assert len(received) == 1, "one request, one transaction"
    assert begin - ROUNDED <= received.pop() <= end + ROUNDED


@pytest.fixture
def run(api: ApiClient, pipeline: Pipeline, customer: TestCustomer, day: date) -> str:
    """Runs a day that raises an alarm, so that there is a mail. Returns the name of its execution."""
    api.send(customer.number, whole_day(day)[:90], customer.key)  # 6 intervals are missing
    return pipeline.run_day(day).arn.rpartition(":")[2]


def test_a_run_is_followed_to_its_mail(stack: RunningStack, logs: Logs, run: str, day: date) -> None:
    for part in OF_A_RUN:
        assert lines(logs, part, "run", run, "started")
    assert lines(logs, "publisher", "run", run, "mail sent")
    (mail,) = [mail for mail in sent_emails(stack.edge_url) if f"\nRun: {run}\n" in mail.body]
    assert str(day) in mail.subject
