"""The enricher, fed with the exporter's answer."""

from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from lambdas.enricher import logic
from lambdas.enricher.environment import Environment
from lambdas.enricher.handler import Dependencies, respond
from lambdas.enricher.logic import ExportedObjectMissingError, RowCountError
from lambdas.shared.customers import InvalidCustomerError
from lambdas.shared.days import LocalDay
from lambdas.shared.pipeline_dates import InvalidDate
from tests.events import load_event
from tests.unit.lambdas.examples import (
    NOW,
    SPRING,
    ZAGREB,
    an_item,
    exported_parquet,
    read_parquet,
    readings,
)
from tests.unit.lambdas.fakes import FakeDynamoDB, FakeS3, client_error

DAY = LocalDay(SPRING, ZAGREB)
KEY = "date=2026-03-29/part-00000.parquet"


@pytest.fixture
def s3(tmp_path: Path) -> FakeS3:
    """The exported day of customers 1, 2 and the unknown 3."""
    fake = FakeS3()
    rows = [row for number in (1, 2, 3) for row in readings(number, DAY, parameters=number == 2)]
    fake.objects["exported", KEY] = exported_parquet(tmp_path, rows)
    return fake


def enrich(s3: FakeS3, dynamodb: FakeDynamoDB, event: object | None = None) -> dict[str, Any]:
    environment = Environment("exported", "enriched", "customers", ZAGREB)
    needs = Dependencies(environment, cast("Any", s3), cast("Any", dynamodb), lambda: NOW)
    return respond(load_event("export_answer") if event is None else event, needs)


def test_each_reading_gets_its_customer(s3: FakeS3, tmp_path: Path) -> None:
    answer = enrich(s3, FakeDynamoDB(an_item(1), an_item(2, "I", active=False), an_item(9)))
    assert answer == {
        "date": "2026-03-29",
        "rows": 276,
        "rows_without_customer": 92,
        "customers": 3,
        "object": f"s3://enriched/{KEY}",
    }
    content = s3.objects["enriched", KEY]
    exported = read_parquet(tmp_path, s3.objects["exported", KEY])
    assert read_parquet(tmp_path, content, "SELECT columns(*) FROM rows")[0][:9] == exported[0]
    customers = (
        "SELECT DISTINCT billing_metering_point_number, columns(* EXCLUDE (sample_time, {0})) FROM rows ORDER BY 1"
    )
    others = "billing_metering_point_number, consumption_kwh, average_voltage, average_frequency, voltage_drops"
    found = read_parquet(tmp_path, content, customers.format(f"{others}, down_time_period, received_at, revision"))
    assert found == [
        (1, "Šime 1", "Ilica 1", "Zagreb", "Grad Zagreb", "customer1@example.org", "HH", True),
        (2, "Šime 2", "Ilica 1", "Zagreb", "Grad Zagreb", "customer2@example.org", "I", False),
        (3, None, None, None, None, None, None, None),
    ]


def test_rows_keep_their_values_and_their_order(s3: FakeS3, tmp_path: Path) -> None:
    enrich(s3, FakeDynamoDB(*(an_item(number) for number in (3, 1, 2))))
    exported = read_parquet(tmp_path, s3.objects["exported", KEY])
    enriched = read_parquet(tmp_path, s3.objects["enriched", KEY])
    assert [row[:9] for row in enriched] == exported


def test_the_same_day_gives_the_same_bytes_in_whatever_order_the_table_answers(s3: FakeS3) -> None:
    items = [an_item(number) for number in range(1, 30)]
    enrich(s3, FakeDynamoDB(*items))
    first = s3.objects["enriched", KEY]
    enrich(s3, FakeDynamoDB(*reversed(items), page_size=100))
    assert s3.objects["enriched", KEY] == first


def test_several_exported_parts_are_one_day(s3: FakeS3, tmp_path: Path) -> None:
    s3.objects["exported", "date=2026-03-29/part-00001.parquet"] = exported_parquet(tmp_path, readings(4, DAY))
    assert enrich(s3, FakeDynamoDB(an_item(4)))["rows"] == 368


def test_a_day_without_readings(tmp_path: Path) -> None:
    s3 = FakeS3()
    s3.objects["exported", KEY] = exported_parquet(tmp_path, [])
    assert enrich(s3, FakeDynamoDB(an_item(1)))["rows"] == 0
    assert read_parquet(tmp_path, s3.objects["enriched", KEY]) == []
    assert len(read_parquet(tmp_path, s3.objects["enriched", KEY], "DESCRIBE rows")) == 16


def test_no_customers_at_all(s3: FakeS3) -> None:
    answer = enrich(s3, FakeDynamoDB())
    assert (answer["rows"], answer["rows_without_customer"]) == (276, 276)


@pytest.mark.parametrize("name", ['"; DROP TABLE customers; --', "a,b\n\r\t\\\"'", "null", "Đurđa ✓ 🔌", ""])
def test_any_name_comes_through(s3: FakeS3, tmp_path: Path, name: str) -> None:
    enrich(s3, FakeDynamoDB({**an_item(1), "name": {"S": name}}))
    names = "SELECT DISTINCT name FROM rows WHERE billing_metering_point_number = 1"
    assert read_parquet(tmp_path, s3.objects["enriched", KEY], names) == [(name,)]


def test_key_hashes_are_never_asked_for(s3: FakeS3) -> None:
    dynamodb = FakeDynamoDB(*(an_item(number) for number in range(1, 20)))
    enrich(s3, dynamodb)
    assert {request["Segment"] for request in dynamodb.requests} == {0, 1, 2, 3}
    assert len(dynamodb.requests) > 4
    for request in dynamodb.requests:
        assert "api_key_hashes" not in request["ExpressionAttributeNames"].values()
        assert "TotalSegments" in request


def test_a_day_that_was_not_exported() -> None:
    with pytest.raises(ExportedObjectMissingError, match="s3://exported/date=2026-03-29/"):
        enrich(FakeS3(), FakeDynamoDB())


def test_a_join_that_changes_the_rows_publishes_nothing(s3: FakeS3, monkeypatch: pytest.MonkeyPatch) -> None:
    def lossy(exported: list[Path]) -> str:
        return f"SELECT *, true AS active FROM read_parquet('{exported[0]}') LIMIT 5"  # noqa: S608

    monkeypatch.setattr(logic, "_joined", lossy)
    with pytest.raises(RowCountError, match="276 rows exported, 5 enriched"):
        enrich(s3, FakeDynamoDB())
    assert ("enriched", KEY) not in s3.objects


def test_a_customer_out_of_shape_publishes_nothing(s3: FakeS3) -> None:
    with pytest.raises(InvalidCustomerError):
        enrich(s3, FakeDynamoDB(an_item(1), {**an_item(2), "type": {"S": "?"}}))
    assert ("enriched", KEY) not in s3.objects


def test_a_fault_of_the_table_is_raised(s3: FakeS3) -> None:
    dynamodb = FakeDynamoDB(an_item(1))
    dynamodb.fault = client_error("ResourceNotFoundException")
    with pytest.raises(ClientError):
        enrich(s3, dynamodb)


@pytest.mark.parametrize("event", [{}, {"date": "2026-11-01"}, load_event("scheduled")])
def test_it_guesses_no_date(s3: FakeS3, event: dict[str, Any]) -> None:
    with pytest.raises(InvalidDate):
        enrich(s3, FakeDynamoDB(), event)
