"""The functions one after the other as Lambda calls them, on a real Postgres, S3, DynamoDB, SNS and SQS."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

import lambdas.alerting.handler
import lambdas.authorizer.handler
import lambdas.enricher.handler
import lambdas.exporter.handler
from lambdas.alerting.record import AlarmLists
from lambdas.enricher.logic import ExportedObjectMissingError
from lambdas.shared.alarms import ErrorType
from lambdas.shared.days import LocalDay
from tests.events import load_event
from tests.integration.lambdas.pipeline_world import API_KEY, PipelineWorld, customer, whole_day
from tests.unit.lambdas.examples import SPRING, ZAGREB
from tests.unit.lambdas.fakes import FakeContext

# Over in 2025, so that the handlers' own clock takes it.
DAY = LocalDay(SPRING.replace(year=2025, day=30), ZAGREB)
DATE = {"date": "2025-03-30"}
HANDLERS = (
    lambdas.authorizer.handler,
    lambdas.exporter.handler,
    lambdas.enricher.handler,
    lambdas.alerting.handler,
)
pytestmark = pytest.mark.usefixtures("variables")


@pytest.fixture(autouse=True)
def _new_environments() -> Iterator[None]:
    for handler in HANDLERS:
        handler.dependencies.cache_clear()
    yield
    for handler in HANDLERS:
        handler.dependencies.cache_clear()


def run(event: dict[str, Any] = DATE) -> dict[str, Any]:
    exported = lambdas.exporter.handler.handle(event, FakeContext())
    enriched = lambdas.enricher.handler.handle(exported, FakeContext())
    return lambdas.alerting.handler.handle(enriched, FakeContext())


@pytest.fixture
def planted(world: PipelineWorld) -> PipelineWorld:
    """1 is silent, 2 has gaps, 3 lacks parameters, 4 is honest, 5 inactive, 6 unknown."""
    world.add_customers(customer(1), customer(2), customer(3, "I"), customer(4, "HHP"), customer(5, "C", active=False))
    world.store(whole_day(2, DAY, without=[5, 91]))
    world.store(whole_day(3, DAY, parameters=False))
    world.store(whole_day(4, DAY))
    world.store(whole_day(6, DAY))
    return world


def raised(messages: list[dict[str, Any]]) -> set[tuple[str, str]]:
    bodies = [json.loads(message["Body"]) for message in messages]
    return {(body["billing_metering_point_number"], body["error_type"]) for body in bodies}


def test_a_day_from_the_table_to_the_alarms(planted: PipelineWorld) -> None:
    assert run()["alarms"] == {each: {"found": 1, "raised": 1} for each in ("MCD", "ICD", "MNP")}
    messages = planted.alarms()
    assert raised(messages) == {("1", "MCD"), ("2", "ICD"), ("3", "MNP")}
    assert len(messages) == 3
    attributes = [message["MessageAttributes"] for message in messages]
    assert {each["date"]["StringValue"] for each in attributes} == {"2025-03-30"}
    assert {mail["Subject"] for mail in planted.mails()} == {
        "MCD missing consumption data on 2025-03-30: 1 customer",
        "ICD incomplete consumption data on 2025-03-30: 1 customer",
        "MNP missing network parameters on 2025-03-30: 1 customer",
    }
    listed = json.loads(planted.objects(planted.enriched)["alarms/date=2025-03-30/ICD.json"])
    assert listed["alarms"][0]["details"]["missing_intervals"] == 2


def test_a_run_again_changes_no_object_and_alarms_no_second_time(planted: PipelineWorld) -> None:
    run()
    objects = [planted.objects(bucket) for bucket in (planted.exported, planted.enriched)]
    assert [len(each) for each in objects] == [1, 4]
    planted.alarms(), planted.mails()
    assert {counts["raised"] for counts in run()["alarms"].values()} == {0}
    assert [planted.objects(bucket) for bucket in (planted.exported, planted.enriched)] == objects
    assert (planted.alarms(), planted.mails()) == ([], [])


def test_a_run_again_raises_what_is_new_alone(planted: PipelineWorld) -> None:
    run()
    planted.alarms(), planted.mails()
    planted.add_customers(customer(7))
    assert run()["alarms"]["MCD"] == {"found": 2, "raised": 1}
    assert raised(planted.alarms()) == {("7", "MCD")}
    assert [mail["Subject"] for mail in planted.mails()] == ["MCD missing consumption data on 2025-03-30: 1 customer"]


def test_a_scheduled_event_is_for_the_day_before(planted: PipelineWorld) -> None:
    assert run({**load_event("scheduled"), "time": "2025-03-31T02:00:00Z"})["date"] == "2025-03-30"
    assert len(planted.objects(planted.exported)) == 1


def test_more_customers_than_a_page_and_more_alarms_than_a_batch(world: PipelineWorld) -> None:
    world.add_customers(*(customer(number) for number in range(1, 124)))
    assert run()["alarms"]["MCD"] == {"found": 123, "raised": 123}
    assert raised(world.alarms()) == {(str(number), "MCD") for number in range(1, 124)}
    (mail,) = world.mails()
    assert "Customers: 123\n" in mail["Message"]


def test_two_runs_at_once_do_not_overwrite_each_others_record(world: PipelineWorld) -> None:
    lists = AlarmLists(world.s3, world.enriched)
    mine = lists.load(DAY.date, ErrorType.MCD)
    lists.save(lists.load(DAY.date, ErrorType.MCD))
    with pytest.raises(ClientError, match="PreconditionFailed"):
        lists.save(mine)
    known = lists.load(DAY.date, ErrorType.MCD)
    lists.save(known)
    assert known.etag


def test_steps_out_of_turn_fail_by_name(world: PipelineWorld) -> None:
    with pytest.raises(ExportedObjectMissingError, match=f"s3://{world.exported}/date=2025-03-30/"):
        lambdas.enricher.handler.handle(DATE, FakeContext())


def test_a_missing_queue_is_an_error(planted: PipelineWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALARM_QUEUE_URL", f"{planted.queue_url}-gone")
    with pytest.raises(ClientError):
        run()
    assert [key for key in planted.objects(planted.enriched) if key.startswith("alarms/")] == []


def test_the_authorizer_on_a_real_table(world: PipelineWorld) -> None:
    world.add_customers(customer(385000000000000001), customer(2, active=False))
    event = load_event("authorizer_request")
    assert event["headers"]["x-api-key"] == API_KEY
    assert lambdas.authorizer.handler.handle(event, FakeContext()) == {
        "isAuthorized": True,
        "context": {"billing_metering_point_number": "385000000000000001"},
    }
    for number in ("2", "3"):
        refused = {**event, "pathParameters": {"number": number}}
        assert lambdas.authorizer.handler.handle(refused, FakeContext()) == {"isAuthorized": False}


def test_a_missing_table_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTOMERS_TABLE", "gone")
    with pytest.raises(ClientError):
        lambdas.authorizer.handler.handle(load_event("authorizer_request"), FakeContext())
