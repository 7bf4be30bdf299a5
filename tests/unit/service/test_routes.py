"""The HTTP behaviour of the app, over readings kept in memory."""

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import psycopg2
import pytest
from httpx import Response
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.identity_headers import METERING_POINT as HEADER
from domain.identity_headers import Identity
from domain.intervals import IntervalLengths
from domain.readings import QUANTITIES
from domain.supply import Supply
from tests.support.asgi_client import AsgiClient
from tests.unit.service.fakes import NUMBER, OWN, SETTINGS, FakeReadings, running_app

PATH = f"/v1/metering-points/{NUMBER}/readings"
JSON_TYPE = {"content-type": "application/json"}
READING = {"interval_start": "2026-11-23T10:15:00+01:00", "consumption_kwh": 0.317}
BATCH = json.dumps({"readings": [READING]})


def counts(**others: Any) -> dict[str, Any]:
    """The answer for a stored batch."""
    return {"stored": 0, "duplicates": 0, "revised": 0, "superseded": 0, "rejected": []} | others


@pytest.fixture
def readings() -> FakeReadings:
    return FakeReadings()


@pytest.fixture
def client(readings: FakeReadings) -> Iterator[AsgiClient]:
    with running_app(readings) as client:
        yield client


def assert_problem(response: Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["type"]
    return problem


def test_a_batch_is_stored_and_read_back(client: AsgiClient) -> None:
    answer = client.post(PATH, content=BATCH, headers=OWN | JSON_TYPE)
    assert (answer.status_code, answer.json()) == (200, counts(stored=1))
    page = client.get(PATH, headers=OWN)
    assert json.loads(page.text, parse_float=Decimal) == {
        "readings": [
            {
                "interval_start": "2026-11-23T09:15:00Z",
                **dict.fromkeys(quantity.field for quantity in QUANTITIES),
                "interval_minutes": 15,
                "consumption_kwh": Decimal("0.317"),
                "quality": "measured",
                "reported_at": "2026-11-23T12:07:00Z",
                "received_at": "2026-11-23T12:07:00Z",
            }
        ],
        "next": None,
    }


@pytest.mark.parametrize(
    "identity",
    [[], [(HEADER, "2")], [(HEADER, NUMBER), (HEADER, NUMBER)], [(HEADER, f"{NUMBER},{NUMBER}")], [(HEADER, "")]],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_only_the_metering_point_that_the_gateway_vouches_for_is_open(
    client: AsgiClient, readings: FakeReadings, method: str, identity: list[tuple[str, str]]
) -> None:
    others = [each for each in OWN.items() if each[0] != HEADER]
    headers = [*identity, *others, *JSON_TYPE.items()]
    assert_problem(client.request(method, PATH, content=BATCH, headers=headers), 403)
    assert not readings.rows


@pytest.mark.parametrize("number", ["-1", "1-", "+1", "1.0", "1e3", "abc", "1" * 36, "٣", "%31%00", "1%20", "-"])
def test_a_malformed_number_is_refused(client: AsgiClient, number: str) -> None:
    problem = assert_problem(client.get(f"/v1/metering-points/{number}/readings", headers=OWN), 422)
    assert problem["errors"][0]["field"] == "number"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content-type": ""},
        {"content-type": "text/plain"},
        {"content-type": "application/jsonp"},
        {"content-type": "application/json; charset=utf-16"},
        JSON_TYPE | {"content-encoding": "gzip"},
    ],
)
def test_another_content_type_is_refused(client: AsgiClient, headers: dict[str, str]) -> None:
    assert_problem(client.post(PATH, content=BATCH, headers=OWN | headers), 415)


@pytest.mark.parametrize(
    "value", ["application/json", "Application/JSON;charset=UTF-8", 'application/json; charset="utf-8"']
)
def test_json_may_be_declared_in_its_usual_ways(client: AsgiClient, value: str) -> None:
    assert client.post(PATH, content=BATCH, headers=OWN | {"content-type": value}).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"  \n",
        b"{",
        b"{'readings': []}",
        b"\xff\xfe",
        b'\xef\xbb\xbf{"readings": []}',
        b'{"readings": []} trailing',
        b"\x00",
        b'{"a": "\xed\xa0\x80"}',
    ],
)
def test_what_is_not_json_is_refused_with_a_reason(client: AsgiClient, body: bytes) -> None:
    assert assert_problem(client.post(PATH, content=body, headers=OWN | JSON_TYPE), 400)["detail"]


def test_errors_name_the_reading_the_field_and_the_reason(client: AsgiClient, readings: FakeReadings) -> None:
    batch = json.dumps({"readings": [READING, READING | {"consumption_kwh": -1}]})
    problem = assert_problem(client.post(PATH, content=batch, headers=OWN | JSON_TYPE), 422)
    hint = "must not be negative: energy that is fed in belongs in production_kwh"
    assert problem["errors"] == [{"index": 1, "field": "consumption_kwh", "reason": hint}]
    assert not readings.rows


def test_a_field_name_that_is_no_text_is_refused_like_any_other(client: AsgiClient) -> None:
    body = '{"readings": [], "\\ud800": 1}'
    problem = assert_problem(client.post(PATH, content=body, headers=OWN | JSON_TYPE), 422)
    assert problem["errors"][0]["field"] == "\ud800"


def test_at_most_a_hundred_errors_are_listed(client: AsgiClient) -> None:
    batch = json.dumps({"readings": [{}] * 200})
    problem = assert_problem(client.post(PATH, content=batch, headers=OWN | JSON_TYPE), 422)
    assert len(problem["errors"]) == 100
    assert "400 errors, the first 100" in problem["detail"]


def test_a_body_over_the_limit_is_refused_by_its_length_and_by_its_bytes(client: AsgiClient) -> None:
    big = b" " * (1024 * 1024 + 1)
    assert_problem(client.post(PATH, content=big, headers=OWN | JSON_TYPE), 413)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(big), 65536):
            yield big[start : start + 65536]

    assert_problem(client.post(PATH, content=chunks(), headers=OWN | JSON_TYPE), 413)
    assert client.post(PATH, content=BATCH.ljust(1024 * 1024), headers=OWN | JSON_TYPE).status_code == 200


def test_pages_follow_one_another_without_gap_or_repeat(client: AsgiClient, readings: FakeReadings) -> None:
    starts = [f"2026-11-23T{hour:02}:{minute:02}:00Z" for hour in range(3) for minute in (0, 15, 30, 45)]
    batch = json.dumps({"readings": [READING | {"interval_start": start} for start in starts]})
    client.post(PATH, content=batch, headers=OWN | JSON_TYPE)
    seen, query = [], {"limit": "5"}
    while True:
        page = client.get(PATH, params=query, headers=OWN).json()
        seen.append([reading["interval_start"] for reading in page["readings"]])
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert [len(page) for page in seen] == [5, 5, 2]
    assert [start for page in seen for start in page] == starts


def test_a_plus_in_a_query_that_became_a_space_gets_a_hint(client: AsgiClient) -> None:
    problem = assert_problem(client.get(f"{PATH}?from=2026-11-23T01:00:00+01:00", headers=OWN), 422)
    assert "%2B" in problem["errors"][0]["reason"]


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/docs", "/redoc", PATH + "/", PATH.replace("readings", "Readings"), "/health/"]
)
def test_an_unknown_path_is_a_404_problem(client: AsgiClient, path: str) -> None:
    assert_problem(client.get(path, headers=OWN), 404)


@pytest.mark.parametrize(("path", "allowed"), [(PATH, "DELETE, GET, POST"), ("/health", "GET, HEAD")])
def test_a_wrong_method_is_a_405_problem_that_names_the_right_ones(client: AsgiClient, path: str, allowed: str) -> None:
    for method in ("PUT", "PATCH", "OPTIONS", "BREW"):
        response = client.request(method, path, headers=OWN)
        assert_problem(response, 405)
        assert response.headers["allow"] == allowed


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("SELECT", {}, Exception("connection refused")),
        PoolTimeoutError("no connection"),
        psycopg2.OperationalError("server closed the connection unexpectedly"),  # as a connection goes back to its pool
    ],
)
def test_without_a_database_it_asks_to_try_again(client: AsgiClient, readings: FakeReadings, error: Exception) -> None:
    readings.error = error
    response = client.post(PATH, content=BATCH, headers=OWN | JSON_TYPE)
    assert_problem(response, 503)
    assert int(response.headers["retry-after"]) > 0


@pytest.mark.parametrize("error", [ProgrammingError("SELECT", {}, Exception("secret")), RuntimeError("secret")])
def test_a_fault_of_the_program_is_a_500_problem_that_gives_nothing_away(
    client: AsgiClient, readings: FakeReadings, error: Exception
) -> None:
    readings.error = error
    response = client.post(PATH, content=BATCH, headers=OWN | JSON_TYPE)
    assert_problem(response, 500)
    assert "secret" not in response.text


def post(client: AsgiClient, *readings: dict[str, Any], query: str = "", **body: Any) -> Response:
    content = json.dumps({"readings": readings, **body})
    return client.post(PATH + query, content=content, headers=OWN | JSON_TYPE)


def test_a_late_retry_counts_as_superseded_and_changes_nothing(client: AsgiClient) -> None:
    correction = READING | {"consumption_kwh": 2}
    post(client, READING, reported_at="2026-11-23T11:00:00Z")
    assert post(client, correction, reported_at="2026-11-23T11:30:00Z").json() == counts(revised=1)
    assert post(client, READING, reported_at="2026-11-23T11:00:00Z").json() == counts(superseded=1)
    [reading] = client.get(PATH, headers=OWN).json()["readings"]
    assert (reading["consumption_kwh"], reading["reported_at"]) == (2, "2026-11-23T11:30:00Z")


def test_only_the_consumption_can_be_corrected(client: AsgiClient) -> None:
    post(client, READING | {"average_voltage_v": 231.5, "quality": "estimated"})
    post(client, READING | {"consumption_kwh": 2})
    [reading] = client.get(PATH, headers=OWN).json()["readings"]
    assert (reading["consumption_kwh"], reading["average_voltage_v"], reading["quality"]) == (2, 231.5, "estimated")
    post(client, READING | {"consumption_kwh": 2, "average_voltage_v": None})
    [reading] = client.get(PATH, headers=OWN).json()["readings"]
    assert reading["average_voltage_v"] is None


def test_the_good_readings_of_a_batch_can_be_stored(client: AsgiClient) -> None:
    wrong = READING | {"interval_start": "2026-11-24T00:00:00Z"}
    rejected = [{"index": 1, "field": "interval_start", "detail": "is in the future"}]
    assert post(client, READING, wrong).status_code == 422
    assert post(client, READING, wrong, READING, query="?on_error=skip").json() == counts(
        stored=1, duplicates=1, rejected=rejected
    )
    assert post(client, wrong, query="?on_error=skip").json()["stored"] == 0
    assert_problem(post(client, READING, query="?on_error=ignore"), 422)
    assert_problem(post(client, READING, query="?skip=1"), 422)


def test_readings_are_shown_as_they_were_known(client: AsgiClient) -> None:
    post(client, READING)
    post(client, READING | {"consumption_kwh": 2})
    for instant, expected in (("12:06:59", []), ("12:07:00", [0.317])):
        page = client.get(PATH, params={"as_known_at": f"2026-11-23T{instant}Z"}, headers=OWN).json()
        assert [each["consumption_kwh"] for each in page["readings"]] == expected
    assert_problem(client.get(PATH, params={"as_known_at": "2026-11-23T12:08:00Z"}, headers=OWN), 422)


REVISIONS = PATH.replace("readings", "revisions")


def test_every_version_is_among_the_revisions(client: AsgiClient) -> None:
    for kwh in (1, 2, 3):
        post(client, READING | {"consumption_kwh": kwh}, READING | {"interval_start": "2026-11-23T09:00:00Z"})
    first = client.get(REVISIONS, params={"limit": "1"}, headers=OWN).json()
    assert [each["interval_start"] for each in first["revisions"]] == ["2026-11-23T09:00:00Z"]
    second = client.get(REVISIONS, params={"limit": "1", "cursor": first["next"]}, headers=OWN).json()
    assert [(each["consumption_kwh"], each["replaced_at"]) for each in second["revisions"]] == [
        (1, "2026-11-23T12:07:01Z"),
        (2, "2026-11-23T12:07:02Z"),
        (3, None),
    ]
    assert second["next"] is None


def withdraw(client: AsgiClient, **query: str) -> Response:
    return client.request("DELETE", PATH, params=query, headers=OWN)


def test_readings_can_be_withdrawn(client: AsgiClient) -> None:
    post(client, READING, READING | {"interval_start": "2026-11-23T09:30:00Z"})
    span = {"from": "2026-11-23T09:00:00Z", "to": "2026-11-23T09:30:00Z"}
    assert withdraw(client, **span).json() == {"withdrawn": 1}
    assert withdraw(client, **span).json() == {"withdrawn": 0}
    page = client.get(PATH, headers=OWN).json()
    assert [each["interval_start"] for each in page["readings"]] == ["2026-11-23T09:30:00Z"]
    assert [each["withdrawn"] for each in client.get(REVISIONS, headers=OWN).json()["revisions"]] == [
        True, False, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "from"),
        ({"from": "2026-11-23T09:00:00Z"}, "to"),
        ({"from": "2026-11-23T09:00:00Z", "to": "2026-11-23T09:00:00Z"}, "to"),
        ({"from": "2026-11-23T09:30:00Z", "to": "2026-11-23T09:00:00Z"}, "to"),
        ({"from": "2026-11-23T09:01:00Z", "to": "2026-11-23T09:02:00Z"}, "to"),
        ({"from": "2026-11-01T00:00:00Z", "to": "2026-11-23T09:00:00Z"}, "to"),
        ({"from": "0001-01-01T00:00:00Z", "to": "9999-12-31T00:00:00Z"}, "from"),
        ({"from": "2026-11-23T09:00:00Z", "to": "2026-11-23T13:00:00Z"}, "from"),
        ({"from": "1999-11-23T09:00:00Z", "to": "1999-11-23T10:00:00Z"}, "from"),
        ({"from": "2026-11-23T09:00:00Z", "to": "2026-11-23T10:00:00Z", "reported_at": "2027-01-01T00:00:00Z"},
         "reported_at"),
    ],
)  # fmt: skip
def test_a_range_that_cannot_be_withdrawn_is_refused(
    client: AsgiClient, readings: FakeReadings, query: dict[str, str], field: str
) -> None:
    assert assert_problem(withdraw(client, **query), 422)["errors"][0]["field"] == field
    assert not readings.rows


DAYS = PATH.replace("readings", "days")


def test_days_have_their_energy_and_their_intervals(client: AsgiClient) -> None:
    post(client, READING, READING | {"interval_start": "2026-11-22T09:00:00Z", "production_kwh": 0.5})
    days = client.get(DAYS, params={"from": "2026-11-21", "to": "2026-11-22"}, headers=OWN).json()["days"]
    assert days == [
        {"date": "2026-11-21", "consumption_kwh": None, "production_kwh": None, "expected": 96, "received": 0},
        {"date": "2026-11-22", "consumption_kwh": 0.317, "production_kwh": 0.5, "expected": 96, "received": 1},
    ]
    assert len(client.get(DAYS, headers=OWN).json()["days"]) == 31


def test_a_day_expects_the_intervals_of_its_own_length_inside_the_supply(client: AsgiClient) -> None:
    lengths = IntervalLengths(15, ((datetime(2026, 10, 25, 23, tzinfo=UTC), 5),))
    supply = Supply(datetime(2026, 10, 24, 8, tzinfo=UTC))
    caller = Identity(NUMBER, lengths, supply).as_headers()
    days = client.get(DAYS, params={"from": "2026-10-23", "to": "2026-10-26"}, headers=caller).json()["days"]
    assert [day["expected"] for day in days] == [0, 56, 100, 288]


@pytest.mark.parametrize(
    "query",
    [
        {"from": "2026-11-22T00:00:00Z"},
        {"from": "2026-W48-1"},
        {"from": "2026-02-30"},
        {"from": "2026-11-22", "to": "2026-11-21"},
        {"to": "2026-11-24"},
        {"from": "2025-11-22", "to": "2026-11-23"},
        {"from": "1900-01-01", "to": "1900-01-02"},
        {"day": "2026-11-22"},
    ],
)
def test_other_days_are_refused(client: AsgiClient, query: dict[str, str]) -> None:
    assert_problem(client.get(DAYS, params=query, headers=OWN), 422)


def test_a_utility_can_narrow_the_numbers(readings: FakeReadings) -> None:
    with running_app(readings, replace(SETTINGS, metering_point_pattern="[0-9]{18}")) as client:
        problem = assert_problem(client.post(PATH, content=BATCH, headers=OWN | JSON_TYPE), 422)
    assert "[0-9]{18}" in problem["errors"][0]["reason"]


def test_without_one_of_the_gateways_headers_nobody_is_let_in(client: AsgiClient) -> None:
    for name in OWN:
        others = {each: value for each, value in OWN.items() if each != name}
        assert_problem(client.post(PATH, content=BATCH, headers=others | JSON_TYPE), 403)


EDGES = [
    *("0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "0001-01-02T00:00:00Z"),
    *("9999-12-31T23:45:00Z", "9999-12-31T23:45:00-14:00", "9999-12-30T00:00:00Z"),
]
"""The first and the last times of Python's calendar. An offset or a zone leads past some of them."""


@pytest.mark.parametrize("instant", EDGES)
def test_a_time_at_the_edge_of_the_calendar_is_no_fault(client: AsgiClient, instant: str) -> None:
    start = READING["interval_start"]
    assert_problem(post(client, READING | {"interval_start": instant}), 422)
    assert post(client, READING, reported_at=instant).status_code in (200, 422)
    for query in ({"from": instant}, {"to": instant}, {"from": instant, "to": instant}, {"as_known_at": instant}):
        for path in (PATH, REVISIONS):
            assert client.get(path, params=query, headers=OWN).status_code in (200, 422)
    for span in ({"from": instant, "to": start}, {"from": start, "to": instant}, {"from": instant, "to": instant}):
        assert_problem(withdraw(client, **span), 422)
    for to in (instant, start):
        assert_problem(client.get(DAYS, params={"from": instant[:10], "to": to[:10]}, headers=OWN), 422)
    assert_problem(client.get(DAYS, params={"to": instant[:10]}, headers=OWN), 422)
