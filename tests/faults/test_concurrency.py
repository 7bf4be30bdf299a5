"""Many callers with the same readings at the same moment."""

import threading
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

from local.observe.running import RunningStack
from tests.e2e.api_client import Answer, ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.readings import quarter_hours, reading, whole_day
from tests.faults.findings import Findings

CALLERS = 20
ROUNDS = 5


def test_twenty_callers_with_one_batch_make_one_row_each(
    stack: RunningStack, api: ApiClient, customers: Customers, day: date, findings: Findings
) -> None:
    customer, sent = customers.create(), whole_day(day)
    backwards = sent[::-1]  # rows locked in another order are what deadlocks are made of
    answers = _at_once(stack, customer, [sent, backwards] * (CALLERS // 2))
    assert {answer.status for answer in answers} == {200}
    counts = _added_up(answers)
    assert counts == {"stored": 96, "duplicates": 96 * (CALLERS - 1), "revised": 0, "superseded": 0}
    stored = api.stored(customer.number, customer.key)
    assert [each["consumption_kwh"] for each in stored] == [each["consumption_kwh"] for each in sent]
    findings.note(
        "The same batch of 96 sent by 20 clients at once",
        f"{CALLERS} calls",
        len(answers),
        "none",
        f"96 rows; stored {counts['stored']:,}, duplicates {counts['duplicates']:,}, revised 0",
    )


def test_two_revisions_at_once_end_as_one_of_them_and_the_counts_add_up(
    stack: RunningStack, api: ApiClient, customers: Customers, day: date, findings: Findings
) -> None:
    customer, starts = customers.create(), quarter_hours(day)
    assert api.send(customer.number, [reading(start, 1) for start in starts], customer.key).status == 200
    total = Counter[str]()
    for _ in range(ROUNDS):
        versions = [[reading(start, kwh) for start in starts[::step]] for kwh, step in ((2, 1), (3, -1))]
        answers = _at_once(stack, customer, versions * (CALLERS // 2))
        assert {answer.status for answer in answers} == {200}
        total.update(_added_up(answers))
    stored = api.stored(customer.number, customer.key)
    assert len(stored) == 96
    assert {each["consumption_kwh"] for each in stored} <= {2, 3}
    assert total["stored"] == 0
    assert total["revised"] + total["duplicates"] == 96 * CALLERS * ROUNDS
    findings.note(
        "Two revisions of one day, each by 10 clients, at once",
        f"{CALLERS * ROUNDS} calls",
        CALLERS * ROUNDS,
        "none",
        f"96 rows; {total['revised']:,} revisions, {total['duplicates']:,} duplicates",
    )


def _at_once(stack: RunningStack, customer: TestCustomer, bodies: Sequence[Sequence[dict[str, Any]]]) -> list[Answer]:
    gate = threading.Barrier(len(bodies))

    def send(body: Sequence[dict[str, Any]]) -> Answer:
        client = ApiClient(stack.api_url)
        try:
            client.health()  # connected, before all start
            gate.wait(timeout=300)
            return client.send(customer.number, body, customer.key)
        finally:
            client.close()

    with ThreadPoolExecutor(len(bodies)) as pool:
        return list(pool.map(send, bodies))


def _added_up(answers: Sequence[Answer]) -> dict[str, int]:
    total = Counter[str]()
    for answer in answers:
        total.update({name: count for name, count in answer.json.items() if name != "rejected"})
    return dict(total)
