"""Calls the service's routes and checks the shape of its answers."""

import json
from typing import Any

from httpx import Response

from tests.support.asgi_client import AsgiClient
from tests.unit.service.fakes import NUMBER, OWN

PATH = f"/v1/metering-points/{NUMBER}/readings"
JSON_TYPE = {"content-type": "application/json"}
READING = {"interval_start": "2026-11-23T10:15:00+01:00", "consumption_kwh": 0.317}
BATCH = json.dumps({"readings": [READING]})


def counts(**others: Any) -> dict[str, Any]:
    """Returns the answer for a stored batch."""
    return {"stored": 0, "duplicates": 0, "revised": 0, "superseded": 0, "rejected": []} | others


def assert_problem(response: Response, status: int) -> dict[str, Any]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["type"]
    return problem


def post(client: AsgiClient, *readings: dict[str, Any], query: str = "", **body: Any) -> Response:
    content = json.dumps({"readings": readings, **body})
    return client.post(PATH + query, content=content, headers=OWN | JSON_TYPE)
