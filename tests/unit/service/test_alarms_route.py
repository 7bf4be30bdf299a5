"""A customer reads their own alarms, as the alarms' items describe them, and nobody else's."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import jsonschema_rs
import pytest

from domain.alarms import Alarm, Change, Found, Move, State
from domain.identity_headers import Identity
from service.alarms.alarms_query import AlarmsQuery, decode_cursor, encode_cursor
from service.alarms.alarms_table import MOST_QUERIES, AlarmsTable
from service.alarms.dynamodb import AlarmsUnavailableError
from service.http.openapi_schemas import SCHEMAS
from tests.support.asgi_client import AsgiClient
from tests.unit.service.calls import PATH, assert_problem
from tests.unit.service.fake_alarm_query import FakeAlarmQuery
from tests.unit.service.fakes import NOW, NUMBER, OWN, FakeReadings, running_app

ALARMS = PATH.replace("readings", "alarms")
DAY = date(2026, 11, 22)
OTHER = "100000000000000002"
FIRST = "2026-11-22T01:00:00Z"
DETAILS = {
    "expected_intervals": 96,
    "received_intervals": 89,
    "missing_intervals": 7,
    "first_missing_intervals": [FIRST],
}
CUSTOMER = {"name": "Ana Anic", "address": "Ilica 1", "email": "ana@example.com"}


def alarm(state: State = State.OPEN, day: date = DAY, number: str = NUMBER, code: str = "ICD") -> Alarm:
    """Returns an alarm that has reached the state by legal moves."""
    found = Found(DETAILS, intervals=(FIRST,), publications={str(day): 1})
    made = Alarm(number, code, day, found, CUSTOMER).after(Move.RAISE, Change(NOW, run="run"))
    move = {State.ACKNOWLEDGED: Move.ACKNOWLEDGE, State.CLEARED: Move.HEAL, State.DISMISSED: Move.DISMISS}.get(state)
    if move is None:
        return made
    later = NOW + timedelta(hours=1)
    if move is Move.HEAL:
        return made.after(move, Change(later))
    return made.after(move, Change(later, by="Ivo Operator", reason="a reason of the office"))


@pytest.fixture
def table() -> FakeAlarmQuery:
    return FakeAlarmQuery()


@pytest.fixture
def client(table: FakeAlarmQuery) -> Iterator[AsgiClient]:
    with running_app(FakeReadings(), query_alarms=table) as client:
        yield client


def read(client: AsgiClient, **query: Any) -> dict[str, Any]:
    answer = client.get(ALARMS, params=query, headers=OWN)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_the_open_alarms_are_shown_by_default(client: AsgiClient, table: FakeAlarmQuery) -> None:
    days = {state: DAY - timedelta(days=number) for number, state in enumerate(State)}
    table.put(alarm(state, day) for state, day in days.items())
    table.put_silence(NUMBER)
    shown = {
        state: [each["date"] for each in read(client, state=state)["alarms"]]
        for state in ("open", "acknowledged", "cleared", "all")
    }
    assert shown == {
        "open": ["2026-11-22"],
        "acknowledged": ["2026-11-21"],
        "cleared": ["2026-11-19", "2026-11-20"],
        "all": ["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"],
    }
    assert read(client) == read(client, state="open")


def test_an_alarm_has_the_words_of_its_item_and_fits_its_description(client: AsgiClient, table: FakeAlarmQuery) -> None:
    table.put([alarm()])
    table.items[0]["title"] = {"S": "The title of an earlier version"}
    table.items[0]["words"] = {"S": "words of an earlier version"}
    (shown,) = read(client)["alarms"]
    assert shown == {
        "alarm_id": alarm().id,
        "error_type": "ICD",
        "title": "The title of an earlier version",
        "words": "words of an earlier version",
        "date": "2026-11-22",
        "days": 1,
        "state": "open",
        "escalated": False,
        "sequence": 1,
        "raised_at": "2026-11-23T12:07:00Z",
        "changed_at": "2026-11-23T12:07:00Z",
        "intervals": [FIRST],
        "details": DETAILS,
    }
    schema = SCHEMAS["Alarm"]
    assert [str(each) for each in jsonschema_rs.Draft202012Validator(schema).iter_errors(shown)] == []


def test_people_and_their_reasons_are_not_shown(client: AsgiClient, table: FakeAlarmQuery) -> None:
    table.put([alarm(State.DISMISSED)])
    text = client.get(ALARMS, params={"state": "all"}, headers=OWN).text
    for hidden in ("Ivo", "office", "Ana", "Ilica", "example.com"):
        assert hidden not in text
    (request,) = table.requests
    asked = {request["ExpressionAttributeNames"][name.strip()] for name in request["ProjectionExpression"].split(",")}
    assert asked.isdisjoint({"customer", "history", "unsent", "by", "reason"})


def test_another_customers_alarms_never_show(client: AsgiClient, table: FakeAlarmQuery) -> None:
    table.put([alarm(number=OTHER), alarm(number=NUMBER, day=DAY - timedelta(days=1))])
    assert [each["date"] for each in read(client, state="all")["alarms"]] == ["2026-11-21"]
    for headers in ({}, Identity(OTHER).as_headers()):
        answer = client.get(ALARMS, headers=headers)
        assert_problem(answer, 403)
        assert answer.json() == client.get(ALARMS.replace("alarms", "days"), headers=headers).json()
    assert all(each["ExpressionAttributeValues"][":number"] == {"S": NUMBER} for each in table.requests)
    cursor = encode_cursor(f"ICD#{DAY}")
    assert read(client, state="all", cursor=cursor)["alarms"] == []


def test_pages_follow_one_another_whatever_dynamodb_ends_an_answer_at() -> None:
    every = [alarm(day=DAY - timedelta(days=number), code=code) for number in range(7) for code in ("ICD", "XYZ")]
    for looked_at in (1, 2, 3, 5, 50):
        table = FakeAlarmQuery(looked_at)
        table.put(every)
        table.put_silence(NUMBER)
        with running_app(FakeReadings(), query_alarms=table) as client:
            for limit in (1, 2, 5, 14, 100):
                found: list[dict[str, Any]] = []
                page: dict[str, Any] = {"next": ""}
                while page["next"] is not None:
                    cursor = {"cursor": page["next"]} if page["next"] else {}
                    page = read(client, limit=limit, **cursor)
                    assert len(page["alarms"]) <= limit
                    found += page["alarms"]
                expected = sorted((each.code, str(each.date)) for each in every)
                assert [(each["error_type"], each["date"]) for each in found] == expected, (looked_at, limit)


def test_a_customer_with_very_many_alarms_holds_no_thread_for_long() -> None:
    table = FakeAlarmQuery(looked_at=1)
    table.put(alarm(State.CLEARED, DAY - timedelta(days=number)) for number in range(MOST_QUERIES + 1))
    page = AlarmsTable("alarms", table).page(NUMBER, AlarmsQuery())
    assert (page.alarms, len(table.requests)) == ([], MOST_QUERIES)
    assert page.last is not None


def test_a_table_that_does_not_answer_is_a_passing_problem(client: AsgiClient, table: FakeAlarmQuery) -> None:
    table.error = AlarmsUnavailableError("AccessDeniedException: a secret of the operator")
    answer = client.get(ALARMS, headers=OWN)
    assert_problem(answer, 503)
    assert "secret" not in answer.text
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    "query",
    [
        {"state": "dismissed"},
        {"state": "OPEN"},
        {"limit": "0"},
        {"limit": "101"},
        {"cursor": "x"},
        {"cursor": encode_cursor("ICD#2026-11-22") + "="},
        {"cursor": encode_cursor("x")},
        {"from": "2026-11-22"},
    ],
)
def test_other_queries_are_refused(client: AsgiClient, query: dict[str, str]) -> None:
    assert_problem(client.get(ALARMS, params=query, headers=OWN), 422)


def test_a_cursor_gives_back_its_key() -> None:
    for key in ("ICD#2026-11-22", "MCD"):
        assert decode_cursor(encode_cursor(key)) == key


def test_a_view_needs_every_attribute_that_is_asked_for() -> None:
    changed = replace(alarm(), escalated=True)
    table = FakeAlarmQuery()
    table.put([changed])
    assert AlarmsTable("alarms", table).page(NUMBER, AlarmsQuery()).alarms[0]["escalated"] is True
