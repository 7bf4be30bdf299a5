"""A day is published, and kept up to date: late readings end as if they had arrived on time."""

import json
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from local.commands.published import archive_of
from local.observe.running import RunningStack
from operations.published import show_published
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.pipeline import Execution, Pipeline
from tests.e2e.readings import ZONE, whole_day

REPORTED = [datetime(2026, 1, 1, hour, tzinfo=UTC).isoformat() for hour in (1, 2, 3)]


def caught_up(pipeline: Pipeline, day: date) -> Execution:
    """The catch-up of one day, as a catch-up starts it."""
    execution = pipeline.run({"date": str(day), "catch_up": True})
    assert execution.status == "SUCCEEDED", execution
    return execution


def versions(customer: TestCustomer, day: date) -> list[tuple[TestCustomer, dict[str, Any]]]:
    """A customer's messages: the day in 4 pieces, and 2 corrections of a piece."""
    readings = whole_day(day)
    pieces = [readings[start : start + 24] for start in range(0, 96, 24)]
    messages = [{"readings": piece, "reported_at": REPORTED[0]} for piece in pieces]
    for number, reported_at in enumerate(REPORTED[1:], 1):
        corrected = [each | {"consumption_kwh": each["consumption_kwh"] + number} for each in pieces[number]]
        messages.append({"readings": corrected, "reported_at": reported_at})
    return [(customer, message) for message in messages]


@pytest.fixture
def send(api: ApiClient) -> Callable[[tuple[TestCustomer, dict[str, Any]]], None]:
    def sent(version: tuple[TestCustomer, dict[str, Any]]) -> None:
        customer, message = version
        assert api.send_body(customer.number, json.dumps(message).encode(), customer.key).status == 200

    return sent


def test_readings_late_twice_and_in_any_order_end_as_readings_on_time(
    stack: RunningStack,
    customers: Customers,
    pipeline: Pipeline,
    own_day: Callable[[], date],
    send: Callable[[tuple[TestCustomer, dict[str, Any]]], None],
) -> None:
    created = [customers.create() for _ in range(3)]
    on_time, late = own_day(), own_day()
    for version in [version for customer in created for version in versions(customer, on_time)]:
        send(version)
    pipeline.run_day(on_time)
    messages = [version for customer in created for version in versions(customer, late)]
    order = random.Random(42)  # noqa: S311  an order, no secret
    messages += order.sample(messages, 5)
    order.shuffle(messages)
    pipeline.run_day(late)
    for turn, version in enumerate(messages):
        send(version)
        if turn in (3, 11):
            caught_up(pipeline, late)
    caught_up(pipeline, late)
    for customer in created:
        expected, found = (_rows(pipeline, day, customer) for day in (on_time, late))
        assert found == expected
    assert caught_up(pipeline, late).output["publication"]["is_new"] is False
    told: list[str] = []
    assert show_published(archive_of(stack), late, 0, None, told.append) == 0, told


def _rows(pipeline: Pipeline, day: date, customer: TestCustomer) -> list[dict[str, Any]]:
    """The customer's enriched rows, without the date and the arrival."""
    rows = pipeline.enriched_rows(day, customer.number)
    return [
        {name: value for name, value in row.items() if name not in ("interval_start", "received_at")} for row in rows
    ]


def test_a_correction_publishes_its_shard_alone_and_a_part_that_was_tampered_with_is_found(
    stack: RunningStack, api: ApiClient, customers: Customers, pipeline: Pipeline, day: date
) -> None:
    created = [customers.create() for _ in range(2)]
    for customer in created:
        assert api.send(customer.number, whole_day(day), customer.key).status == 200
    pipeline.run_day(day)
    corrected = whole_day(day)[:1]
    corrected[0]["consumption_kwh"] = 7.5
    assert api.send(created[0].number, corrected, created[0].key).json["revised"] == 1
    assert caught_up(pipeline, day).output["publication"] == {"number": 2, "is_new": True}
    archive = archive_of(stack)
    first, second = archive.publication(day, 1), archive.publication(day, 2)
    assert second.change is not None
    assert (second.change.metering_points, second.change.intervals, second.change.parts) == (1, 1, 1)
    assert sum(mine.is_same_as(its) for mine, its in zip(first.shards, second.shards, strict=True)) == (
        len(first.shards) - 1
    )
    part = second.shards[0].enriched
    pipeline.put(pipeline.enriched, part.key, b"tampered with")
    assert show_published(archive, day, 0, None, lambda _line: None) == 0, "the published version is another one"
    s3 = stack.client("s3")
    s3.delete_object(Bucket=pipeline.enriched, Key=part.key, VersionId=part.version_id)
    told: list[str] = []
    assert show_published(archive, day, 0, None, told.append) == 1
    assert any(part.key in line and "WRONG" in line for line in told)
    assert pipeline.run_day(day).output["publication"] == {"number": 3, "is_new": True}
    assert show_published(archive, day, 0, None, told.append) == 0


def test_the_catch_up_finds_the_day_by_itself(api: ApiClient, customers: Customers, pipeline: Pipeline) -> None:
    day = datetime.now(ZONE).date() - timedelta(
        days=10
    )  # the newest days come first, and other tests use days long past
    pipeline.used_days.add(str(day))
    customer, readings = customers.create(), whole_day(day)
    assert api.send(customer.number, readings[:90], customer.key).status == 200
    pipeline.run_day(day)
    assert api.send(customer.number, readings[90:], customer.key).status == 200
    found = pipeline.run({"catch_up": True})
    assert found.status == "SUCCEEDED"
    assert str(day) in [each["date"] for each in found.output["days"]]
    assert len(pipeline.enriched_rows(day, customer.number)) == len(readings)
