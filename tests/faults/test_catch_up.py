"""Faults while a day is caught up: the day ends as if its readings had arrived on time, in one more publication."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import pytest

from dockerless_testing.waiting import wait_until
from local.commands.published import archive_of
from local.observe.running import RunningStack
from operations.published import show_published
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import whole_day
from tests.faults.days import SentDay
from tests.faults.findings import Findings
from tests.faults.functions import Functions, Run
from tests.faults.injected import Faults

LATE_KWH = Decimal(7)
FAULTS = {
    "S3 answers errors while a day is caught up": ("PutObject", {"Key": "readings/date="}, "SlowDown", 503),
    "The record of a publication is refused twice": ("PutObject", {"Key": "publications/"}, "InternalError", 500),
}


@dataclass(frozen=True)
class LateDay:
    """A published day, and a correction of its first honest customer since."""

    stack: RunningStack
    pipeline: Pipeline
    sent: SentDay

    def run(self, **more: bool) -> Run:
        return Run(self.pipeline, str(self.sent.day), **more)

    def check(self) -> str:
        """The correction is in the second publication, and all of it is there; in words."""
        archive, day = archive_of(self.stack), self.sent.day
        assert archive.numbers(day) == [1, 2]
        change = archive.publication(day, 2).change
        assert change is not None
        assert (change.metering_points, change.intervals) == (1, 1)
        assert show_published(archive, day, 0, None, lambda _line: None) == 0
        first = self.pipeline.enriched_rows(day, self.sent.honest[0].number)[0]
        assert first["consumption_kwh"] == LATE_KWH
        assert set(self.sent.raised(self.pipeline).values()) == {1}, "an alarm was repeated"
        return "publication 2 with 1 interval changed, all parts verified, no alarm repeated"


@pytest.fixture
def late(api: ApiClient, customers: Customers, own_day: Callable[[], date], pipeline: Pipeline) -> LateDay:
    sent = SentDay.send(api, customers, own_day())
    pipeline.run_day(sent.day)
    corrected = [whole_day(sent.day)[0] | {"consumption_kwh": float(LATE_KWH)}]
    customer = sent.honest[0]
    assert api.send(customer.number, corrected, customer.key).json["revised"] == 1
    return LateDay(pipeline.stack, pipeline, sent)


@pytest.mark.parametrize("fault", FAULTS)
def test_aws_errors_while_a_day_is_caught_up(faults: Faults, late: LateDay, findings: Findings, fault: str) -> None:
    operation, parameters, code, status = FAULTS[fault]
    how = {"parameters": parameters, "code": code, "status": status, "calls": 2}
    with faults.planned("s3", operation, **how) as planned:
        late.run(catch_up=True).succeeded()
        hit = planned.hit
    assert hit == 2
    findings.note(fault, "1 catch-up", "1 SUCCEEDED", f"{hit} calls", late.check())


@pytest.mark.parametrize(
    ("function", "key"),
    [("exporter", "work/.*/exported-"), ("enricher", "work/.*/enriched-"), ("publisher", "publications/")],
)
def test_a_function_is_killed_while_a_day_is_caught_up(
    faults: Faults, late: LateDay, findings: Findings, function: str, key: str
) -> None:
    functions = Functions(late.stack)
    with faults.planned("s3", "PutObject", parameters={"Key": key}, seconds=5, calls=1) as planned:
        run = late.run(catch_up=True)
        wait_until(lambda: planned.hit, 60, f"the {function}'s write")
        assert functions.kill(function)
        run.succeeded()
    fault = f"The {function} killed while a day is caught up"
    findings.note(fault, "1 catch-up", "1 SUCCEEDED", "1 attempt", late.check())


def test_two_catch_ups_and_a_run_of_a_day_at_once(late: LateDay, findings: Findings) -> None:
    runs = [late.run(catch_up=True), late.run(catch_up=True), late.run()]
    for run in runs:
        run.succeeded()
    waits = sum(len(run.failed_attempts()) for run in runs)
    fault = "Two catch-ups and a run of one date at once"
    findings.note(fault, "3 runs", "3 SUCCEEDED", f"waited {waits} times", late.check())
