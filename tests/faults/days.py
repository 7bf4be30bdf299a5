"""A day with honest, silent and incomplete customers, and what a run of it must have made in the end."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import whole_day

HONEST = 3


@dataclass(frozen=True)
class SentDay:
    """Three honest customers, one with gaps and one silent; all were answered 200."""

    day: date
    honest: tuple[TestCustomer, ...]
    with_gaps: TestCustomer
    silent: TestCustomer
    customers: Customers

    @classmethod
    def send(cls, api: ApiClient, customers: Customers, day: date) -> "SentDay":
        honest = tuple(customers.create() for _ in range(HONEST))
        with_gaps, silent = customers.create(), customers.create()
        for customer in honest:
            assert api.send(customer.number, whole_day(day), customer.key).json["stored"] == 96
        assert api.send(with_gaps.number, whole_day(day)[:90], with_gaps.key).json["stored"] == 90
        return cls(day, honest, with_gaps, silent, customers)

    @property
    def rows(self) -> int:
        return 96 * len(self.honest) + 90

    def check(self, pipeline: Pipeline) -> str:
        """Every row once, every alarm at least once in the queue and once in the table; in words, with the figures."""
        for customer in self.honest:
            rows = pipeline.enriched_rows(self.day, customer.number)
            sent = [Decimal(str(each["consumption_kwh"])) for each in whole_day(self.day)]
            assert [row["consumption_kwh"] for row in rows] == sent
            assert {row["name"] for row in rows} == {customer.attributes["name"]}
        assert len(pipeline.enriched_rows(self.day, self.with_gaps.number)) == 90
        assert pipeline.enriched_rows(self.day, self.silent.number) == []
        raised = self.raised(pipeline)
        wanted = {(str(self.with_gaps.number), "ICD"), (str(self.silent.number), "MCD")}
        own = {str(customer.number) for customer in (*self.honest, self.with_gaps, self.silent)}
        assert {alarm for alarm in raised if alarm[0] in own} == wanted
        assert pipeline.open_alarms(self.day, *own) == sorted(wanted)
        mails = [mail for mail in pipeline.emails(f"{self.day}") if mail.subject.startswith("Alarms of ")]
        assert mails, "no mail told of the alarms"
        repeats = sum(raised.values()) - len(raised)
        told = "1 e-mail" if len(mails) == 1 else f"{len(mails)} e-mails"
        return f"{self.rows:,} rows once, {len(raised):,} alarms ({repeats} repeated), {told}"

    def raised(self, pipeline: Pipeline) -> Counter[tuple[str, str]]:
        """How often each metering point and error type of the day is in the queue."""
        bodies: Sequence[dict[str, Any]] = [alarm.body for alarm in pipeline.alarms(self.day)]
        return Counter(
            (body["billing_metering_point_number"], body["error_type"]) for body in bodies if body["event"] == "raised"
        )
