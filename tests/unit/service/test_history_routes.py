"""The routes correct and withdraw readings, and show them as they were known."""

import pytest
from httpx import Response

from tests.support.asgi_client import AsgiClient
from tests.unit.service.calls import PATH, READING, assert_problem, counts, post
from tests.unit.service.fakes import OWN, FakeReadings


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
