"""A reading's whole way: through the API into the enriched object, and what is wrong with a day out as alarms."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.pipeline import Execution, Pipeline, take_messages
from tests.e2e.readings import NETWORK_PARAMETERS, quarter_hours, whole_day

GAPS = (3, 40, 95)


@dataclass(frozen=True)
class PlantedDay:
    """A day on which honest customers sent all and others did not, after one run of the pipeline."""

    day: date
    execution: Execution
    silent: TestCustomer
    with_gaps: TestCustomer
    without_parameters: TestCustomer
    with_gaps_and_without_parameters: TestCustomer
    honest: tuple[TestCustomer, ...]
    inactive: TestCustomer
    active_silent: int

    @property
    def all(self) -> list[TestCustomer]:
        faulty = (self.silent, self.with_gaps, self.without_parameters, self.with_gaps_and_without_parameters)
        return [*faulty, *self.honest, self.inactive]


@pytest.fixture(scope="module")
def planted(api: ApiClient, customers: Customers, pipeline: Pipeline, own_day: Callable[[], date]) -> PlantedDay:
    day = own_day()
    full, bare = whole_day(day, **NETWORK_PARAMETERS), whole_day(day)
    honest = {customers.create(kind=kind): full for kind in ("HHP", "I", "C", "P")} | {customers.create(): bare}
    with_gaps, industrial, both = customers.create(), customers.create(kind="I"), customers.create(kind="P")
    partly = [{**reading} if index else {**reading, "voltage_drops": None} for index, reading in enumerate(full)]
    sent = honest | {
        with_gaps: [reading for index, reading in enumerate(bare) if index not in GAPS],
        industrial: partly,
        both: bare[:50],
    }
    for customer, readings in sent.items():
        assert api.send(customer.number, readings, customer.key).status == 200
    silent, inactive = customers.create(), customers.create(active=False)
    active = customers.due_numbers(day)
    reported = {customer.number for customer in sent}
    execution = pipeline.run_day(day)
    return PlantedDay(
        day, execution, silent, with_gaps, industrial, both, tuple(honest), inactive, len(active - reported)
    )


def test_a_reading_sent_appears_in_the_enriched_object_with_the_customers_data(
    planted: PlantedDay, pipeline: Pipeline
) -> None:
    customer = planted.honest[0]
    rows = pipeline.enriched_rows(planted.day, customer.number)
    assert [row["interval_start"] for row in rows] == quarter_hours(planted.day)
    sent = whole_day(planted.day, **NETWORK_PARAMETERS)
    assert [row["consumption_kwh"] for row in rows] == [Decimal(str(each["consumption_kwh"])) for each in sent]
    for row in rows:
        assert {name: row[name] for name in customer.attributes} == customer.attributes
        assert (row["average_voltage_v"], row["average_frequency_hz"]) == (231.5, 50.01)
        assert (row["voltage_drops"], row["down_time_seconds"], row["interval_minutes"]) == (1, 30, 15)
        assert datetime.now(UTC) - row["received_at"] < timedelta(hours=1)


def test_a_silent_customer_has_no_rows(planted: PlantedDay, pipeline: Pipeline) -> None:
    assert pipeline.enriched_rows(planted.day, planted.silent.number) == []


def test_each_planted_fault_raises_exactly_its_alarm_in_the_queue(planted: PlantedDay, pipeline: Pipeline) -> None:
    numbers = [customer.number for customer in planted.all]
    raised = sorted(
        (alarm.body["billing_metering_point_number"], alarm.body["error_type"])
        for alarm in pipeline.alarms(planted.day, *numbers)
    )
    assert raised == sorted(
        [
            (planted.silent.number, "MCD"),
            (planted.with_gaps.number, "ICD"),
            (planted.without_parameters.number, "MNP"),
            (planted.with_gaps_and_without_parameters.number, "ICD"),
            (planted.with_gaps_and_without_parameters.number, "MNP"),
        ]
    )


def test_each_customer_reads_their_own_alarms(api: ApiClient, planted: PlantedDay) -> None:
    """The task calls DynamoDB with its role, in a container as on this machine.

    The hourly catch-up may raise alarms of other days at any moment.
    """
    expected = {
        planted.silent: ["MCD"],
        planted.with_gaps: ["ICD"],
        planted.with_gaps_and_without_parameters: ["ICD", "MNP"],
        planted.honest[0]: [],
    }
    for customer, codes in expected.items():
        answer = api.alarms(customer.number, customer.key)
        assert answer.status == 200, answer.body
        of_the_day = [alarm for alarm in answer.json["alarms"] if alarm["date"] == planted.day.isoformat()]
        assert [alarm["error_type"] for alarm in of_the_day] == codes


def test_a_queue_message_tells_customer_date_and_details(planted: PlantedDay, pipeline: Pipeline) -> None:
    (alarm,) = pipeline.alarms(planted.day, planted.with_gaps.number)
    assert set(alarm.body) == {
        *("event", "sequence", "alarm_id", "billing_metering_point_number", "error_type", "date", "customer", "details")
    }
    assert (alarm.body["event"], alarm.body["sequence"]) == ("raised", 1)
    assert alarm.body["billing_metering_point_number"] == str(planted.with_gaps.number)
    assert alarm.body["customer"]["name"] == planted.with_gaps.attributes["name"]
    details = alarm.body["details"]
    assert (details["expected_intervals"], details["missing_intervals"]) == (96, len(GAPS))
    starts = quarter_hours(planted.day)
    first = [datetime.fromisoformat(text) for text in details["first_missing_intervals"]]
    assert first == [starts[gap] for gap in GAPS]


def test_the_administrator_gets_one_mail_about_the_run(planted: PlantedDay, pipeline: Pipeline) -> None:
    (mail,) = pipeline.emails(str(planted.day))
    assert mail.subject.startswith(f"Alarms of {planted.day}: {planted.active_silent + 4} new; ")
    assert mail.to
    counts = {
        "ICD incomplete consumption data": 2,
        "MNP missing network parameters": 2,
        "MCD missing consumption data": planted.active_silent,
    }
    assert {f"- {name}: {count}" for name, count in counts.items()} <= set(mail.body.splitlines())


def test_the_table_has_every_alarm_as_open(planted: PlantedDay, pipeline: Pipeline) -> None:
    numbers = [customer.number for customer in planted.all]
    messages = pipeline.alarms(planted.day, *numbers)
    raised = sorted((each.body["billing_metering_point_number"], each.body["error_type"]) for each in messages)
    assert pipeline.open_alarms(planted.day, *numbers) == raised


def test_honest_and_inactive_customers_raise_nothing(planted: PlantedDay, pipeline: Pipeline) -> None:
    numbers = [customer.number for customer in (*planted.honest, planted.inactive)]
    assert pipeline.alarms(planted.day, *numbers) == []
    assert pipeline.table_alarms(planted.day, *numbers) == []


def test_the_same_date_again_gives_identical_objects_and_no_second_alarm(
    planted: PlantedDay, pipeline: Pipeline
) -> None:
    objects = pipeline.objects(str(planted.day))
    emails, alarms = pipeline.emails(str(planted.day)), pipeline.alarms(planted.day)
    assert len(objects) >= 5
    assert len(alarms) == planted.active_silent + 4
    pipeline.run_day(planted.day)
    assert pipeline.objects(str(planted.day)) == objects
    assert pipeline.emails(str(planted.day)) == emails
    assert pipeline.alarms(planted.day) == alarms


# The European Union's clocks change on the last Sundays of March and October.
@pytest.mark.parametrize(
    ("clock_change", "intervals"), [(date(2011, 3, 27), 92), (date(2011, 10, 30), 100)], ids=["spring", "autumn"]
)
def test_a_whole_day_of_a_clock_change_raises_nothing(
    api: ApiClient, customers: Customers, pipeline: Pipeline, clock_change: date, intervals: int
) -> None:
    pipeline.used_days.add(str(clock_change))
    customer = customers.create()
    assert api.send(customer.number, whole_day(clock_change), customer.key).json["stored"] == intervals
    pipeline.run_day(clock_change)
    assert len(pipeline.enriched_rows(clock_change, customer.number)) == intervals
    assert pipeline.alarms(clock_change, customer.number) == []


def test_a_consumer_of_the_queue_receives_each_message_once(
    stack: RunningStack, customers: Customers, pipeline: Pipeline, day: date
) -> None:
    silent = customers.create()
    pipeline.run_day(day)
    waiting = [alarm.body for alarm in pipeline.alarms(day)]
    received = take_messages(stack, {str(day)})
    assert sorted(map(str, received)) == sorted(map(str, waiting))
    assert str(silent.number) in {message["billing_metering_point_number"] for message in received}
    assert pipeline.alarms(day) == []
    pipeline.run_day(day)
    assert pipeline.alarms(day) == [], "what was raised and taken must not be raised again"
