"""The app answers HTTP requests, over readings that are kept in memory."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal

import psycopg2
import pytest
from sqlalchemy.exc import OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from domain.identity_headers import METERING_POINT as HEADER
from domain.readings import QUANTITIES
from tests.support.asgi_client import AsgiClient
from tests.unit.service.calls import BATCH, JSON_TYPE, PATH, READING, assert_problem, counts
from tests.unit.service.fakes import NUMBER, OWN, SETTINGS, FakeReadings, running_app


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


def test_a_utility_can_narrow_the_numbers(readings: FakeReadings) -> None:
    with running_app(readings, replace(SETTINGS, metering_point_pattern="[0-9]{18}")) as client:
        problem = assert_problem(client.post(PATH, content=BATCH, headers=OWN | JSON_TYPE), 422)
    assert "[0-9]{18}" in problem["errors"][0]["reason"]


def test_without_one_of_the_gateways_headers_nobody_is_let_in(client: AsgiClient) -> None:
    for name in OWN:
        others = {each: value for each, value in OWN.items() if each != name}
        assert_problem(client.post(PATH, content=BATCH, headers=others | JSON_TYPE), 403)
