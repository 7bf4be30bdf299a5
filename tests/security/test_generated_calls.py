"""More than ten thousand calls made from the API's description, through the gateway of the running stack.

`GENERATED_CALLS_SEED=7` makes others; `GENERATED_CALLS=2` twice as many. What a run found can be had again with the
seed that it names.
"""

import multiprocessing
import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import pytest

from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.security.database import Database
from tests.security.generated_calls import KINDS, run
from tests.security.sending import Caller, Outcome, Work

SEED = int(os.environ.get("GENERATED_CALLS_SEED") or 20_070_201)
TIMES = int(os.environ.get("GENERATED_CALLS") or 1)
PROCESSES = 2
LEAST = 10_000

# Of each kind so many examples; kinds of several parts (two methods, two modes) make them for each part.
CALLS = {
    "broken_batches": 1_500,
    "skipped_batches": 600,
    "valid_batches": 1_150,
    "broken_queries": 1_000,
    "valid_queries": 600,
    "described_batches": 600,
    "described_queries": 750,
    "raw_bodies": 650,
    "other_operations": 160,
    "strangers": 400,
    "other_paths": 250,
    "health": 330,
}


@dataclass(frozen=True)
class Campaign:
    """All of it: what was done for which customer, and what the database held before and after."""

    outcomes: dict[TestCustomer, Outcome]
    others: list[TestCustomer]
    before: dict[str, int]
    after: dict[str, int]

    @property
    def statuses(self) -> Counter[int]:
        return sum((outcome.statuses for outcome in self.outcomes.values()), Counter())


@pytest.fixture(scope="module")
def campaign(stack: RunningStack, customers: Customers, database: Database) -> Campaign:
    """Every kind of calls, each with a customer of its own, in processes of their own."""
    callers = {kind: customers.create() for kind in CALLS}
    others = [customers.create() for _ in CALLS]
    work = [
        Work(kind, count * TIMES, SEED, stack.api_url, _caller(callers[kind]), _caller(other))
        for (kind, count), other in zip(CALLS.items(), others, strict=True)
    ]
    before = database.readings_of()
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        outcomes = {callers[outcome.kind]: outcome for outcome in pool.map(run, work)}
    return Campaign(outcomes, others, before, database.readings_of())


@pytest.fixture
def api(stack: RunningStack) -> Iterator[ApiClient]:
    client = ApiClient(stack.api_url)
    yield client
    client.close()


def _caller(customer: TestCustomer) -> Caller:
    return Caller(customer.number, customer.key)


@pytest.fixture(scope="module", autouse=True)
def _summary(campaign: Campaign, request: pytest.FixtureRequest) -> None:
    """What was sent, above the tests' result."""
    plugins = request.config.pluginmanager
    lines = [
        f"  {outcome.kind:<18}{outcome.statuses.total():>6} calls  "
        + ", ".join(f"{status}: {count}" for status, count in sorted(outcome.statuses.items()))
        for outcome in campaign.outcomes.values()
    ]
    with plugins.getplugin("capturemanager").global_and_fixture_disabled():
        for line in ["", *lines, f"  {campaign.statuses.total():,} calls in all, seed {SEED}"]:
            plugins.getplugin("terminalreporter").write_line(line)


def test_every_kind_of_call_is_made() -> None:
    assert set(CALLS) == set(KINDS)


def test_ten_thousand_calls_find_no_violation_of_the_contract(campaign: Campaign) -> None:
    assert [finding for outcome in campaign.outcomes.values() for finding in outcome.findings] == []
    assert campaign.statuses.total() >= LEAST


def test_no_call_ends_in_a_server_error(campaign: Campaign) -> None:
    assert {status: count for status, count in campaign.statuses.items() if status >= 500} == {}


def test_calls_of_every_sort_were_among_them(campaign: Campaign) -> None:
    """A run that was refused at the door would find nothing."""
    assert set(campaign.statuses) >= {200, 400, 401, 403, 415, 422}
    assert campaign.statuses[200] > LEAST / 5
    assert campaign.statuses[422] > LEAST / 5


def test_what_was_accepted_is_stored_and_nothing_else(campaign: Campaign, api: ApiClient) -> None:
    for customer, outcome in campaign.outcomes.items():
        stored = api.stored(customer.number, customer.key)
        assert len(stored) == len(outcome.model.stored), outcome.kind
        assert outcome.model.holds(stored), outcome.kind


def test_the_database_has_not_one_reading_more(campaign: Campaign) -> None:
    """Counted over every metering point, those that no customer has too."""
    accepted = {customer.number: len(outcome.model.stored) for customer, outcome in campaign.outcomes.items()}
    grown = {number: count - campaign.before.get(number, 0) for number, count in campaign.after.items()}
    assert {number: count for number, count in grown.items() if count} == {
        number: count for number, count in accepted.items() if count
    }
    assert not {customer.number for customer in campaign.others} & set(campaign.after)
