"""The description agrees with what the service does."""

import json
from typing import Any

import pytest

from service import json_body, reading_batch
from service.openapi import EXAMPLE_READING
from service.problems import ProblemError
from tests.unit.service.fakes import NOW, FakeReadings, running_app

ROUTE = "/v1/metering-points/{number}/readings"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    with running_app(FakeReadings()) as client:
        found: dict[str, Any] = client.get("/openapi.json").json()
        return found


def test_it_lists_the_three_calls(document: dict[str, Any]) -> None:
    assert {(path, method) for path, item in document["paths"].items() for method in item} == {
        (ROUTE, "get"),
        (ROUTE, "post"),
        ("/health", "get"),
    }


def test_every_call_but_health_needs_the_key(document: dict[str, Any]) -> None:
    scheme = document["components"]["securitySchemes"]["apiKey"]
    assert (scheme["in"], scheme["name"]) == ("header", "x-api-key")
    for method in ("get", "post"):
        assert document["paths"][ROUTE][method]["security"] == [{"apiKey": []}]
    assert document["paths"]["/health"]["get"]["security"] == []


def test_every_error_of_the_service_is_a_problem(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            answers = operation["responses"]
            assert "503" in answers
            for status in set(answers) - {"200", "401", "429"}:
                assert list(answers[status]["content"]) == ["application/problem+json"]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    references = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert references <= set(document["components"]["schemas"])
    assert {"Reading", "ReadingBatch", "ReadingPage", "Problem", "StoredCounts"} <= references


def test_the_example_is_taken() -> None:
    body = json.dumps({"readings": [EXAMPLE_READING]}).encode()
    assert len(reading_batch.parse(json_body.parse(body), NOW)) == 1


def test_the_limits_described_are_the_limits_kept(document: dict[str, Any]) -> None:
    fields = document["components"]["schemas"]["Reading"]["properties"]
    for name, schema in fields.items():
        for limit, step in (("minimum", -1), ("maximum", 1)):
            if limit in schema:
                _parse({name: schema[limit]})
                with pytest.raises(ProblemError):
                    _parse({name: schema[limit] + step})


def _parse(fields: dict[str, Any]) -> None:
    body = json.dumps({"readings": [EXAMPLE_READING | fields]}).encode()
    reading_batch.parse(json_body.parse(body), NOW)
