"""The functions run one after the other, as Lambda calls them, on a real Postgres, S3, DynamoDB, SNS and SQS."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

import lambdas.alerting.handler
import lambdas.authorizer.handler
import lambdas.enricher.handler
import lambdas.exporter.handler
import lambdas.planner.handler
import lambdas.publisher.handler
import lambdas.reporter.handler
from domain.customers import KEY, TEXT_LIMITS
from domain.days import LocalDay
from domain.shards import Shard
from lambdas.planner.acquire_day import DateLocked
from lambdas.runtime.day_lock import DayLock, LockLostError, RunSupersededError
from lambdas.runtime.day_objects import ObjectMissingError
from tests.events import load_event
from tests.integration.lambdas.pipeline_steps import plan, run_steps
from tests.integration.lambdas.pipeline_world import API_KEY, PipelineWorld, customer, whole_day
from tests.unit.lambdas.examples import SPRING, ZAGREB
from tests.unit.lambdas.fakes import FakeContext
from tests.unit.lambdas.run_world import counts

# Over in 2025, so that the handlers' own clock takes it.
DAY = LocalDay(SPRING.replace(year=2025, day=30), ZAGREB)
DATE = {"date": "2025-03-30"}
HANDLERS = (
    lambdas.authorizer.handler,
    lambdas.planner.handler,
    lambdas.exporter.handler,
    lambdas.enricher.handler,
    lambdas.alerting.handler,
    lambdas.publisher.handler,
    lambdas.reporter.handler,
)
RUN, OTHER_RUN = (f"arn:aws:states:eu-central-1:000000000000:execution:pipeline:{name}" for name in ("one", "two"))
pytestmark = pytest.mark.usefixtures("variables")


@pytest.fixture(autouse=True)
def _new_environments() -> Iterator[None]:
    for handler in HANDLERS:
        handler.dependencies.cache_clear()
    yield
    for handler in HANDLERS:
        handler.dependencies.cache_clear()


def run(event: dict[str, Any] = DATE, name: str = RUN) -> dict[str, Any]:
    return run_steps(event, name)


@pytest.fixture
def planted(world: PipelineWorld) -> PipelineWorld:
    """Plants customers: 1 is silent, 2 has gaps, 3 lacks parameters, 4 is honest, 5 is inactive, 6 is unknown."""
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
    counted = run()["alarms"]
    assert {code: each for code, each in counted.items() if any(each.values())} == {
        each: counts(found=1, raised=1) for each in ("MCD", "ICD", "MNP")
    }
    messages = planted.alarms()
    assert raised(messages) == {("1", "MCD"), ("2", "ICD"), ("3", "MNP")}
    assert len(messages) == 3
    attributes = [message["MessageAttributes"] for message in messages]
    assert {each["date"]["StringValue"] for each in attributes} == {"2025-03-30"}
    assert [mail["Subject"] for mail in planted.mails()] == ["Alarms of 2025-03-30: 3 new; 3 open"]
    assert planted.open_alarms() == raised(messages)


@pytest.mark.parametrize("name", [RUN, OTHER_RUN])
def test_a_run_again_changes_no_object_and_alarms_no_second_time(planted: PipelineWorld, name: str) -> None:
    run()
    objects = [planted.readable(bucket) for bucket in (planted.exported, planted.enriched)]
    assert [len(each) for each in objects] == [3, 6]
    planted.alarms(), planted.mails()
    assert {counts["raised"] for counts in run(name=name)["alarms"].values()} == {0}
    assert [planted.readable(bucket) for bucket in (planted.exported, planted.enriched)] == objects
    assert (planted.alarms(), planted.mails()) == ([], [])


def test_a_run_again_raises_what_is_new_alone(planted: PipelineWorld) -> None:
    run()
    planted.alarms(), planted.mails()
    planted.add_customers(customer(7))
    assert run(name=OTHER_RUN)["alarms"]["MCD"]["raised"] == 1
    assert raised(planted.alarms()) == {("7", "MCD")}
    assert [mail["Subject"] for mail in planted.mails()] == ["Alarms of 2025-03-30: 1 new; 4 open"]


def test_a_scheduled_event_is_for_the_day_before(planted: PipelineWorld) -> None:
    assert run({**load_event("scheduled"), "time": "2025-03-31T02:00:00Z"})["date"] == "2025-03-30"
    assert len(planted.objects(planted.exported)) == 3


def test_more_customers_than_a_page_and_more_alarms_than_a_batch(world: PipelineWorld) -> None:
    world.add_customers(*(customer(number) for number in range(1, 124)))
    assert run()["alarms"]["MCD"] == counts(found=123, raised=123)
    assert raised(world.alarms()) == {(str(number), "MCD") for number in range(1, 124)}
    (mail,) = world.mails()
    assert "New: 123\n" in mail["Message"]


def test_broken_customers_stop_nobody_and_the_longest_ones_are_sent(planted: PipelineWorld) -> None:
    table = planted.client("dynamodb")
    item = customer(7).to_item([])
    broken: dict[int, dict[str, Any]] = {
        10: {"name": {"S": "🔌" * 90_000}},
        11: {"type": {"S": "Z"}},
        12: {"active": {"S": "true"}},
        13: {"name": {"L": [{"S": "Ana"}]}},
        14: {"email": {"NULL": True}},
        15: {"city": {"B": b"Zagreb"}},
        16: {"name": {"S": "Ana\x1b"}},
    }
    for number, changed in broken.items():
        table.put_item(TableName=planted.table, Item=item | changed | {KEY: {"S": str(number)}})
    table.put_item(TableName=planted.table, Item={KEY: {"S": "17"}})
    table.put_item(TableName=planted.table, Item=item | {KEY: {"S": "8.5"}, "unknown": {"BOOL": True}})
    longest = {name: {"S": "🔌" * most} for name, most in TEXT_LIMITS.items()}
    for number in range(100, 160):
        table.put_item(TableName=planted.table, Item=item | longest | {KEY: {"S": str(number)}})
    planted.store(whole_day(11, DAY))
    planned = plan(DATE, RUN)
    assert planned["set_aside"]["customers"] == len(broken) + 2
    for number in (*broken, 17):
        assert f"\ncustomer {number}: " in planned["set_aside"]["message"]
    assert "is '8.5'" in planned["set_aside"]["message"]
    published = run()
    assert published["alarms"]["MCD"] == counts(found=61, raised=61)
    assert published["enriched"] == {"rows": 90 + 4 * 92, "rows_without_customer": 2 * 92, "estimated": 0}
    assert raised(planted.alarms()) == {("2", "ICD"), ("3", "MNP"), *((str(n), "MCD") for n in (1, *range(100, 160)))}


def test_of_two_runs_that_take_the_day_at_once_one_loses(world: PipelineWorld) -> None:
    lock = DayLock(world.s3, world.enriched)
    lock.acquire(DAY.date, RUN, None)
    with pytest.raises(LockLostError):
        lock.acquire(DAY.date, OTHER_RUN, None)
    holder = lock.holder(DAY.date)
    lock.acquire(DAY.date, OTHER_RUN, holder)
    with pytest.raises(LockLostError):
        lock.acquire(DAY.date, RUN, holder)
    lock.require(DAY.date, OTHER_RUN)
    with pytest.raises(RunSupersededError):
        lock.require(DAY.date, RUN)


def test_the_day_of_a_running_execution_is_not_taken(planted: PipelineWorld) -> None:
    with planted.execution() as running:
        planted.lock(DAY.date, running)
        with pytest.raises(DateLocked, match=running):
            run()
        assert planted.objects(planted.exported) == {}
    run()
    assert len(planted.objects(planted.exported)) == 3


def test_steps_out_of_turn_fail_by_name(world: PipelineWorld) -> None:
    plan(DATE, RUN)
    task = {**DATE, "run": RUN, "shard": Shard(0).as_json(), "as_known_at": "2026-01-01T00:00:00Z"}
    with pytest.raises(ObjectMissingError, match=f"s3://{world.enriched}/work/2025-03-30/one/exported-00000"):
        lambdas.enricher.handler.handle(task, FakeContext())


def test_a_missing_queue_is_an_error(planted: PipelineWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALARM_QUEUE_URL", f"{planted.queue_url}-gone")
    with pytest.raises(ClientError):
        run()
    assert planted.mails() == []


def test_the_authorizer_on_a_real_table(world: PipelineWorld) -> None:
    world.add_customers(customer(385000000000000001), customer(2, active=False))
    event = load_event("authorizer_request")
    assert event["headers"]["x-api-key"] == API_KEY
    assert lambdas.authorizer.handler.handle(event, FakeContext()) == {
        "isAuthorized": True,
        "context": {
            "billing_metering_point_number": "385000000000000001",
            "interval_minutes": "15",
            "supply": "/",
        },
    }
    for number in ("2", "3"):
        refused = {**event, "pathParameters": {"number": number}}
        assert lambdas.authorizer.handler.handle(refused, FakeContext()) == {"isAuthorized": False}


def test_a_missing_table_is_no_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUSTOMERS_TABLE", "gone")
    with pytest.raises(ClientError):
        lambdas.authorizer.handler.handle(load_event("authorizer_request"), FakeContext())


def test_the_reporter_writes_the_numbers_of_the_day_and_the_mail_names_its_report(planted: PipelineWorld) -> None:
    run()
    objects = planted.objects(planted.enriched)
    summary = json.loads(objects["summaries/date=2025-03-30/000001.json"])
    # The day has 23 hours. The metering point 6 has no customer, and 5 is not active.
    assert (summary["total"]["metering_points"], summary["total"]["complete"]) == (4, 2)
    assert (summary["total"]["expected"], summary["total"]["received"]) == (4 * 92, 90 + 92 + 92)
    assert len(summary["hours"]) == 23
    assert sum(hour["received"] for hour in summary["hours"]) == summary["total"]["received"]
    assert summary["alarms"]["open"] == {"ICD": {"open": 1}, "MCD": {"open": 1}, "MNP": {"open": 1}}
    assert [point["number"] for point in summary["worst"]] == ["1", "2", "3"]
    assert objects["reports/date=2025-03-30/000001.html"].startswith(b"<!doctype html>")
    (mail,) = [each for each in planted.mails() if each["Subject"].startswith("Alarms of")]
    assert f"s3://{planted.enriched}/reports/date=2025-03-30/000001.html\n" in mail["Message"]


def test_a_second_run_writes_no_summary_and_no_report(planted: PipelineWorld) -> None:
    run()
    before = {each for each in planted.versions() if each[1].startswith(("numbers/", "summaries/", "reports/"))}
    run(name=OTHER_RUN)
    after = {each for each in planted.versions() if each[1].startswith(("numbers/", "summaries/", "reports/"))}
    assert before == after
