"""The functions share adapters for the environment, logs, DuckDB and the customers' table."""

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.customers import InvalidCustomerError
from domain.environment import EnvironmentVariableError, read_environment
from lambdas.alerting.environment import Environment as Alerting
from lambdas.authorizer.environment import Environment as Authorizer
from lambdas.enricher.environment import Environment as Enricher
from lambdas.exporter.environment import Environment as Exporter
from lambdas.planner.environment import Environment as Planner
from lambdas.publisher.environment import Environment as Publisher
from lambdas.runtime import logs
from lambdas.runtime.customers_table import Segment, scan_pages
from lambdas.runtime.duck import literal, open_duckdb
from tests.unit.lambdas.examples import an_item
from tests.unit.lambdas.fakes import FakeDynamoDB

VARIABLES = {
    "CUSTOMERS_TABLE": "customers",
    "ALARMS_TABLE": "alarms",
    "ESCALATE_AFTER_DAYS": "3",
    "ALARMS_RETENTION_DAYS": "400",
    "DATABASE_SECRET_ARN": "arn",
    "DATABASE_HOST": "host",
    "DATABASE_PORT": "5432",
    "DATABASE_NAME": "energy",
    "EXPORTED_BUCKET": "exported",
    "ENRICHED_BUCKET": "enriched",
    "ALARM_TOPIC_ARN": "topic",
    "ALARM_QUEUE_URL": "queue",
    "TIME_ZONE": "Europe/Zagreb",
    "SHARDS": "4",
    "READINGS_RETENTION_DAYS": "90",
}
NEEDED = {
    Authorizer: ["CUSTOMERS_TABLE"],
    Exporter: [
        "DATABASE_SECRET_ARN",
        "DATABASE_HOST",
        "DATABASE_PORT",
        "DATABASE_NAME",
        "EXPORTED_BUCKET",
        "ENRICHED_BUCKET",
        "TIME_ZONE",
        "READINGS_RETENTION_DAYS",
    ],
    Planner: ["ENRICHED_BUCKET", "CUSTOMERS_TABLE", "SHARDS", "READINGS_RETENTION_DAYS", "TIME_ZONE"],
    Enricher: ["EXPORTED_BUCKET", "ENRICHED_BUCKET", "TIME_ZONE"],
    Alerting: ["ENRICHED_BUCKET", "TIME_ZONE"],
    Publisher: [
        "EXPORTED_BUCKET",
        "ENRICHED_BUCKET",
        "ALARMS_TABLE",
        "ALARM_TOPIC_ARN",
        "ALARM_QUEUE_URL",
        "TIME_ZONE",
        "ESCALATE_AFTER_DAYS",
        "ALARMS_RETENTION_DAYS",
    ],
}


@pytest.mark.parametrize(("model", "needed"), NEEDED.items(), ids=lambda value: getattr(value, "__module__", ""))
def test_each_function_reads_its_variables_and_names_a_missing_one(model: type, needed: list[str]) -> None:
    given_variables = {name: VARIABLES[name] for name in needed}
    assert read_environment(model, given_variables).log_level == "INFO"
    for name in needed:
        for absent in (
            {key: value for key, value in given_variables.items() if key != name},
            {**given_variables, name: ""},
        ):
            with pytest.raises(EnvironmentVariableError, match=f"^{name} is missing$"):
                read_environment(model, absent)


def test_variables_are_typed() -> None:
    exporter = read_environment(Exporter, {**VARIABLES, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024"})
    assert exporter.database_port == 5432
    assert exporter.time_zone == ZoneInfo("Europe/Zagreb")
    assert exporter.aws_lambda_function_memory_size == 1024
    assert exporter.database_sslmode == "prefer"


def test_every_problem_is_named_at_once() -> None:
    wrong = {**VARIABLES, "DATABASE_PORT": "five", "TIME_ZONE": "Europe/Atlantis", "DATABASE_HOST": ""}
    with pytest.raises(EnvironmentVariableError) as caught:
        read_environment(Exporter, wrong)
    assert str(caught.value).split("; ") == [
        "DATABASE_HOST is missing",
        "DATABASE_PORT is 'five', it must be a whole number from 1 to 65535",
        "TIME_ZONE is 'Europe/Atlantis', it must be a time zone's IANA name",
    ]


@pytest.mark.parametrize("zone", ["../../etc/passwd", "/etc/localtime", "Europe"])
def test_a_zone_is_looked_up_by_name_alone(zone: str) -> None:
    @dataclass(frozen=True)
    class Model:
        time_zone: ZoneInfo

    with pytest.raises(EnvironmentVariableError, match="TIME_ZONE"):
        read_environment(Model, {"TIME_ZONE": zone})


def test_a_log_line_is_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure("INFO")
    logs.log("exported", rows=92, text="a\nb")
    logs.log("unseen", logging.DEBUG)
    logging.getLogger(logs.LOGGER).handlers.clear()
    (line,) = capsys.readouterr().out.splitlines()
    read = json.loads(line)
    assert (read["level"], read["message"], read["rows"], read["text"]) == ("INFO", "exported", 92, "a\nb")


def test_duckdb_is_held_to_the_function_and_to_the_machine(tmp_path: Path) -> None:
    settings = "SELECT value FROM duckdb_settings() WHERE name = ?"
    with open_duckdb(tmp_path, 1024) as duck:
        values = {}
        for name in ("threads", "TimeZone", "memory_limit", "temp_directory", "autoload_known_extensions",
                     "autoinstall_known_extensions", "preserve_insertion_order"):  # fmt: skip
            row = duck.execute(settings, [name]).fetchone()
            values[name] = row[0] if row else None
        loaded = duck.execute("SELECT extension_name FROM duckdb_extensions() WHERE loaded").fetchall()
    assert values == {
        "threads": "1",
        "TimeZone": "UTC",
        "memory_limit": "512.0 MiB",
        "temp_directory": str(tmp_path / "spill"),
        "autoload_known_extensions": "false",
        "autoinstall_known_extensions": "false",
        "preserve_insertion_order": "true",
    }
    assert {("parquet",), ("json",)} <= set(loaded)
    with pytest.raises(duckdb.ConnectionException):
        duck.execute("SELECT 1")


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_a_literal_is_its_text(text: str) -> None:
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT {literal(text)}").fetchone() == (text,)


@given(st.integers(0, 40), st.integers(1, 7), st.integers(1, 8))
def test_a_scan_yields_every_customer_once(count: int, segments: int, page_size: int) -> None:
    numbers = [f"{number:02}" for number in range(count)]
    dynamodb = FakeDynamoDB(*map(an_item, numbers), page_size=page_size)
    refused: list[InvalidCustomerError] = []
    pages = [
        page
        for number in range(segments)
        for page in scan_pages(cast("Any", dynamodb), "customers", Segment(number, segments), None, refused.append)
    ]
    assert refused == []
    assert sorted(customer.metering_point for customers, _ in pages for customer in customers) == numbers
    assert sum(position is None for _, position in pages) == segments


@given(st.integers(1, 20), st.integers(1, 4), st.integers(0, 5))
def test_a_scan_continues_after_the_position_of_any_page(count: int, page_size: int, read: int) -> None:
    numbers = [f"{number:02}" for number in range(count)]
    dynamodb = cast("Any", FakeDynamoDB(*map(an_item, numbers), page_size=page_size))
    found: list[str] = []
    position: Any = None
    for _ in range(read + 1):
        customers, position = next(scan_pages(dynamodb, "customers", Segment(0, 1), position, _refuse))
        found += [customer.metering_point for customer in customers]
        if position is None:
            break
    else:
        rest = scan_pages(dynamodb, "customers", Segment(0, 1), position, _refuse)
        found += [customer.metering_point for customers, _ in rest for customer in customers]
    assert found == numbers


def _refuse(error: InvalidCustomerError) -> None:
    raise error
