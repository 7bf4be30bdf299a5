"""Two runs of a date at once, readings that arrive meanwhile, and data that lack something."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from io import BytesIO
from tempfile import NamedTemporaryFile
from typing import Any

import duckdb

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import quarter_hours, reading, whole_day
from tests.faults.days import SentDay
from tests.faults.findings import Findings
from tests.faults.functions import Run
from tests.faults.injected import Faults
from tests.support.parquet import fetch

IN_THE_MIDDLE = 60
RUNS_WHILE_READINGS_ARRIVE = 3


def test_two_runs_of_a_date_at_once_make_consistent_objects_and_each_alarm_once(
    pipeline: Pipeline, sent: SentDay, findings: Findings
) -> None:
    runs = [Run(pipeline, str(sent.day)) for _ in range(2)]
    for run in runs:
        run.succeeded()
    assert set(sent.raised(pipeline).values()) == {1}, "an alarm was repeated"
    found = sent.check(pipeline)
    waits = sum(len(run.failed_attempts()) for run in runs)
    findings.note("Two runs of one date at once", "2 runs", "2 SUCCEEDED", f"waited for its turn {waits} times", found)


def test_a_run_while_readings_are_revised_takes_all_of_one_moment(
    stack: RunningStack, pipeline: Pipeline, sent: SentDay, customers: Customers, findings: Findings
) -> None:
    customer, seen = customers.create(), list[Any]()
    with _revised_again_and_again(stack, customer, sent.day) as revisions:
        for _ in range(RUNS_WHILE_READINGS_ARRIVE):
            Run(pipeline, str(sent.day)).succeeded()
            exported = _rows(pipeline, pipeline.exported, sent.day)
            assert exported == _rows(pipeline, pipeline.enriched, sent.day), "the objects are of two moments"
            values = {kwh for (number, _), kwh in exported.items() if number == customer.number}
            assert len(values) == 1, "half of a revision"
            seen.append(values.pop())
    found = sent.check(pipeline)
    findings.note(
        "Runs while a day is revised again and again",
        f"{RUNS_WHILE_READINGS_ARRIVE} runs, {len(revisions)} revisions of 96",
        f"{RUNS_WHILE_READINGS_ARRIVE} SUCCEEDED",
        "none",
        f"each run one revision whole: {', '.join(str(value) for value in seen)}; {found}",
    )


def test_a_customer_deleted_in_the_middle_of_a_run_is_as_the_run_found_it(
    stack: RunningStack, pipeline: Pipeline, sent: SentDay, faults: Faults, findings: Findings
) -> None:
    part = {"Bucket": "-exported-", "Key": f"^readings/date={sent.day}/"}
    with faults.planned("s3", "PutObject", calls=1, seconds=3, parameters=part) as held:
        run = Run(pipeline, str(sent.day))
        wait_until(lambda: held.hit, IN_THE_MIDDLE, "the exporter in the middle of its work")
        for customer in (sent.honest[0], sent.silent):
            _delete(stack, customer)
        run.succeeded()
    findings.note("Customers deleted during a run", "1 run, 2 deleted", "1 SUCCEEDED", "none", sent.check(pipeline))


def test_readings_of_a_customer_deleted_before_the_run_stay_and_raise_nothing(
    stack: RunningStack, pipeline: Pipeline, sent: SentDay, findings: Findings
) -> None:
    _delete(stack, sent.with_gaps)
    Run(pipeline, str(sent.day)).succeeded()
    rows = pipeline.enriched_rows(sent.day, sent.with_gaps.number)
    assert len(rows) == 90
    assert {row["name"] for row in rows} == {None}
    assert pipeline.alarms(sent.day, sent.with_gaps.number) == []
    findings.note("A customer deleted before a run", "1 run", "1 SUCCEEDED", "none", "90 rows without a customer")


def test_shards_without_rows_are_empty_parts(
    api: ApiClient, pipeline: Pipeline, customers: Customers, day: date, findings: Findings
) -> None:
    customer = customers.create()
    assert api.send(customer.number, whole_day(day), customer.key).status == 200
    Run(pipeline, str(day)).succeeded()
    counts = {bucket: _rows_of_parts(pipeline, bucket, day) for bucket in (pipeline.exported, pipeline.enriched)}
    for parts in counts.values():
        assert max(parts) == 96
        assert sum(parts) == 96
    assert len(counts[pipeline.exported]) == len(counts[pipeline.enriched])
    assert pipeline.alarms(day, customer.number) == []
    parts = counts[pipeline.enriched]
    findings.note("Shards with no rows", "1 run", "1 SUCCEEDED", "none", f"{len(parts)} parts with {parts} rows")


def test_a_day_without_any_reading_is_empty_and_alarms_every_active_customer(
    pipeline: Pipeline, customers: Customers, day: date, findings: Findings
) -> None:
    customers.create()
    Run(pipeline, str(day)).succeeded()
    parts = _rows_of_parts(pipeline, pipeline.enriched, day)
    assert parts
    assert sum(parts) == 0
    raised = Counter(alarm.body["error_type"] for alarm in pipeline.alarms(day))
    assert raised == {"MCD": len(customers.due_numbers(day))}
    findings.note("A day without any reading", "1 run", "1 SUCCEEDED", "none", f"{parts} rows, {raised['MCD']} MCD")


@contextmanager
def _revised_again_and_again(stack: RunningStack, customer: TestCustomer, day: date) -> Iterator[list[int]]:
    """Within it, the customer's whole day gets a new value again and again; gives the values that were answered."""
    answered, stop = list[int](), threading.Event()

    def revise() -> None:
        client, value = ApiClient(stack.api_url), 0
        try:
            while not stop.is_set():
                value += 1
                body = [reading(start, value) for start in quarter_hours(day)]
                if client.send(customer.number, body, customer.key).status == 200:
                    answered.append(value)
        finally:
            client.close()

    revising = threading.Thread(target=revise)
    revising.start()
    try:
        wait_until(lambda: answered, 30, "the first revision")
        yield answered
    finally:
        stop.set()
        revising.join()


def _delete(stack: RunningStack, customer: TestCustomer) -> None:
    stack.client("dynamodb").delete_item(
        TableName=stack.outputs["customers_table"],
        Key={"billing_metering_point_number": {"S": customer.number}},
    )


def _rows(pipeline: Pipeline, bucket: str, day: date) -> dict[tuple[str, Any], Any]:
    """The consumption of each metering point and interval in a day's parts."""
    return {(number, start): kwh for rows in _parts(pipeline, bucket, day) for number, start, kwh in rows}


def _rows_of_parts(pipeline: Pipeline, bucket: str, day: date) -> list[int]:
    return [len(rows) for rows in _parts(pipeline, bucket, day)]


def _parts(pipeline: Pipeline, bucket: str, day: date) -> list[list[tuple[Any, ...]]]:
    """The rows of each part, in the order of their keys."""
    s3 = pipeline.stack.client("s3")
    prefix = f"readings/date={day}/part-"
    keys = [key for found, key in pipeline.keys(str(day)) if found == bucket and key.startswith(prefix)]
    parts = []
    for key in sorted(keys):
        content = BytesIO()
        s3.download_fileobj(bucket, key, content)
        parts.append(_read(content))
    return parts


def _read(content: BytesIO) -> list[tuple[Any, ...]]:
    with NamedTemporaryFile(suffix=".parquet") as file, duckdb.connect() as connection:
        file.write(content.getvalue())
        file.flush()
        rows = connection.read_parquet(file.name).filter("consumption_kwh IS NOT NULL")
        return fetch(rows.project("billing_metering_point_number, interval_start, consumption_kwh"))
