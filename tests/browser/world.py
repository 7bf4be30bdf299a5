"""A day with what the pages show: whole days, missing quarter-hours, hostile names, and a mail about it."""

from dataclasses import dataclass
from datetime import date

from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.pipeline import Pipeline
from tests.e2e.readings import NETWORK_PARAMETERS, quarter_hours, whole_day

MISSING = 41
"""The index of the quarter-hour that is missing: 10:15 to 10:30."""

MISSING_AT = "10:15"

HOSTILE_NAME = "<script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
HOSTILE_ADDRESS = "\"'`&lt;{{ 7 * 7 }} \N{RIGHT-TO-LEFT OVERRIDE}gnitirw\N{HEBREW LETTER ALEF}\N{ARABIC LETTER BEH}"
HOSTILE_CITY = "'); DROP TABLE customers;--"


@dataclass(frozen=True)
class World:
    """A published day with its customers. The late one's reading arrives while a page is open."""

    day: date
    whole: TestCustomer
    lacking: TestCustomer
    late: TestCustomer
    hostile: TestCustomer

    @classmethod
    def publish(cls, api: ApiClient, customers: Customers, pipeline: Pipeline, day: date) -> "World":
        """Sends the readings of the day and runs it."""
        whole, lacking, late, hostile = (customers.create(kind=kind) for kind in ("I", "HH", "HH", "HH"))
        customers.spoil(hostile, name={"S": HOSTILE_NAME}, address={"S": HOSTILE_ADDRESS}, city={"S": HOSTILE_CITY})
        made = cls(day, whole, lacking, late, hostile)
        made.send(api, whole, whole_day(day, production_kwh=0.05, **NETWORK_PARAMETERS))
        readings = whole_day(day)
        for customer in (lacking, late, hostile):
            made.send(api, customer, readings[:MISSING] + readings[MISSING + 1 :])
        pipeline.run_day(day)
        expected = sorted((each.number, "ICD") for each in (lacking, late, hostile))
        assert pipeline.open_alarms(day, whole.number, lacking.number, late.number, hostile.number) == expected
        return made

    def send(self, api: ApiClient, customer: TestCustomer, readings: list[dict[str, object]]) -> None:
        """Sends readings of a customer, which must be taken."""
        answer = api.send(customer.number, readings, customer.key)
        assert answer.status == 200, answer

    def missing_reading(self) -> list[dict[str, object]]:
        """Returns the reading that is missing."""
        assert len(quarter_hours(self.day)) == 96
        return whole_day(self.day)[MISSING : MISSING + 1]

    def alarm(self, customer: TestCustomer) -> str:
        """Returns the path of the alarm's page."""
        return f"/alarms/{customer.number}/{self.day}/ICD"
