"""Every part's log group has what it should, for as long as it should, and never an API key."""

import json
from datetime import date
from typing import Any

import pytest

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.e2e.api_client import JSON, ApiClient, readings_path
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.logs import Logs
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import whole_day

LOG_SECONDS = 30
FUNCTIONS = ("authorizer", "planner", "exporter", "enricher", "alerting", "publisher", "reporter")


@pytest.fixture
def customer(customers: Customers) -> TestCustomer:
    return customers.create()


def _access_line(logs: Logs, request_id: str) -> dict[str, Any]:
    def find() -> dict[str, Any]:
        lines = [json.loads(message) for message in logs.recent("api")]
        return next((line for line in lines if line["requestId"] == request_id), {})

    return wait_until(find, LOG_SECONDS, f"the access log line of {request_id}")


def test_the_access_log_has_a_line_for_each_request(
    api: ApiClient, logs: Logs, customer: TestCustomer, day: date
) -> None:
    stored = api.send(customer.number, whole_day(day), customer.key)
    refused = api.send(customer.number, whole_day(day), "B" * 43)
    keyless = api.send(customer.number, whole_day(day), None)
    line = _access_line(logs, stored.request_id)
    assert (line["httpMethod"], line["status"], line["integrationStatus"]) == ("POST", "200", "200")
    assert line["routeKey"] == "POST /v1/metering-points/{number}/readings"
    assert line["path"] == readings_path(customer.number)
    assert int(line["responseLength"]) == len(stored.body)
    assert _access_line(logs, refused.request_id)["status"] == "403"
    assert _access_line(logs, keyless.request_id)["status"] == "401"


def test_the_service_logs_each_request_as_json(api: ApiClient, logs: Logs, customer: TestCustomer, day: date) -> None:
    answer = api.send(customer.number, whole_day(day), customer.key)

    def find() -> dict[str, Any]:
        lines = [json.loads(message) for message in logs.recent("ingestion")]
        of_request = (line for line in lines if line.get("request_id") == answer.request_id)
        return next((line for line in of_request if "method" in line), {})  # others tell what it did

    line = wait_until(find, LOG_SECONDS, "the request in the service's log")
    assert (line["method"], line["status"]) == ("POST", 200)


def test_each_function_logs_the_start_the_end_and_the_report_of_an_invocation(
    api: ApiClient, logs: Logs, pipeline: Pipeline, customer: TestCustomer, day: date
) -> None:
    api.send(customer.number, whole_day(day), customer.key)
    pipeline.run_day(day)
    for function in FUNCTIONS:
        marks = ("START RequestId: ", "END RequestId: ", "REPORT RequestId: ")

        def has_all(function: str = function, marks: tuple[str, ...] = marks) -> bool:
            messages = logs.recent(function)
            return all(any(message.startswith(mark) for message in messages) for mark in marks)

        wait_until(has_all, LOG_SECONDS, f"START, END and REPORT of the {function}")


def test_the_pipeline_logs_its_executions(logs: Logs, pipeline: Pipeline, day: date) -> None:
    execution = pipeline.run_day(day)
    wait_until(
        lambda: any(execution.arn in message for message in logs.recent("pipeline")),
        LOG_SECONDS,
        "the execution in the state machine's log",
    )


def test_every_log_group_forgets_after_a_while(logs: Logs) -> None:
    assert {name: logs.group(name).get("retentionInDays", 0) > 0 for name in logs.names} == dict.fromkeys(
        logs.names, True
    )


def test_no_log_has_an_api_key(api: ApiClient, logs: Logs, pipeline: Pipeline, customers: Customers, day: date) -> None:
    wrong = "wrong-key-" + "w" * 33
    customer, other = customers.create(), customers.create()
    keys = (customer.key, other.key, wrong)
    api.send(customer.number, whole_day(day), customer.key)
    api.send(customer.number, whole_day(day), wrong)
    api.send(customer.number, whole_day(day), other.key)
    api.send_body(customer.number, b"{", customer.key)
    api.call_raw("GET", readings_path(customer.number), [JSON, ("x-api-key", customer.key), ("x-api-key", other.key)])
    pipeline.run_day(day)
    last = api.readings(customer.number, customer.key)
    _access_line(logs, last.request_id)
    for name in logs.names:
        found = [message for message in logs.messages(name) if any(key in message for key in keys)]
        assert found == [], f"an API key is in the log group of {name}"


def test_no_log_has_the_database_password(stack: RunningStack, logs: Logs) -> None:
    secret = stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["database_secret_arn"])
    password = json.loads(secret["SecretString"])["password"]
    assert len(password) >= 16
    for name in logs.names:
        assert [message for message in logs.messages(name) if password in message] == []
