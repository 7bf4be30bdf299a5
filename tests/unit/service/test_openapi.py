"""The API's description agrees with the service."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from domain.intervals import IntervalLengths
from local.commands.openapi import PATH, as_text
from service.http import json_body
from service.http.openapi_schemas import EXAMPLE_READING
from service.problems import ProblemError
from service.readings import parser
from tests.unit.service.fakes import TERMS, FakeReadings, running_app

ROOT = Path(__file__).parents[3]
PROBLEM = "application/problem+json"
HOURS = replace(TERMS, grid=replace(TERMS.grid, lengths=IntervalLengths(60)))
ROUTE = "/v1/metering-points/{number}/readings"


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    with running_app(FakeReadings()) as client:
        found: dict[str, Any] = client.get("/openapi.json").json()
        return found


def test_every_call_but_health_needs_the_key(document: dict[str, Any]) -> None:
    scheme = document["components"]["securitySchemes"]["apiKey"]
    assert (scheme["in"], scheme["name"]) == ("header", "x-api-key")
    for method in ("get", "post", "delete"):
        assert document["paths"][ROUTE][method]["security"] == [{"apiKey": []}]
    assert document["paths"]["/health"]["get"]["security"] == []


def test_every_answer_is_described_with_its_body(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            for status, answer in operation["responses"].items():
                types = set(answer["content"])
                assert answer["description"], status
                assert "apigw-requestid" in answer["headers"]
                assert types <= ({"application/json"} if status == "200" else {PROBLEM, "application/json"})


def test_who_answers_what(document: dict[str, Any]) -> None:
    """The service answers with problems, the gateway with messages. Some statuses come from both."""
    by: dict[str, set[str]] = {PROBLEM: set(), "application/json": set()}
    for status, answer in document["paths"][ROUTE]["post"]["responses"].items():
        for media_type in answer["content"]:
            by[media_type].add(status)
    assert by[PROBLEM] == {"400", "403", "408", "413", "415", "422", "503"}
    assert by["application/json"] == {"200", "400", "401", "403", "413", "414", "429", "431", "500", "503", "504"}


def test_when_to_try_again_is_described(document: dict[str, Any]) -> None:
    for item in document["paths"].values():
        for operation in item.values():
            assert operation["responses"]["503"]["headers"]["Retry-After"]["schema"]["type"] == "integer"


def test_every_schema_has_an_example_that_fits_and_takes_nothing_unknown(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        whole = schema | {"components": document["components"]}
        validator = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        assert schema["additionalProperties"] is False, name
        for example in schema["examples"]:
            assert [str(error) for error in validator.iter_errors(example)] == [], name
            with pytest.raises(jsonschema_rs.ValidationError):
                validator.validate(example | {"unheard_of": 1})


def test_the_published_document_is_the_services(document: dict[str, Any]) -> None:
    """`python -m local.commands.openapi` writes the document."""
    assert PATH.read_text(encoding="utf-8") == as_text(document)


# What a text may say of a call that is sent once more, and the limit that it has to say with it.
PROMISES = re.compile(r"harmless|idempoten|no effect|safe to (?:re)?(?:send|try|peat)|changes nothing", re.IGNORECASE)
LIMIT = re.compile(r"as long as nothing newer was stored for its intervals")


def promises(text: str) -> list[str]:
    """Returns the sentences that promise something about a repeated POST."""
    plain = re.sub(r"\s+", " ", text)
    sentences = re.split(r"(?<=[.;|])\s", plain)
    repeats = re.compile(r"repeat|again|retr", re.IGNORECASE)
    return [each for each in sentences if PROMISES.search(each) and repeats.search(each)]


def texts_about_the_api(document: dict[str, Any]) -> dict[str, str]:
    sources = [
        *(ROOT / "service").rglob("*.py"),
        ROOT / "README.md",
        ROOT / "docs/api.md",
        ROOT / "seed/loader.py",
        ROOT / "docs/faults.md",
        ROOT / "docs/security.md",
    ]
    return {
        "OpenAPI": " ".join(strings(document)),
        **{str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sources},
    }


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


def test_what_is_promised_of_a_repeated_call_has_its_limit(document: dict[str, Any]) -> None:
    """The last arrival decides. So a late repeat undoes a correction that was stored in between."""
    found = {name: promises(text) for name, text in texts_about_the_api(document).items()}
    assert found["docs/api.md"]
    assert len(found["OpenAPI"]) >= 2  # of the call, and of its 504
    assert [each for sentences in found.values() for each in sentences if not LIMIT.search(each)] == []


def test_a_promise_without_its_limit_is_found() -> None:
    assert promises("A repeated call is harmless. Others are not.") == ["A repeated call is harmless."]


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    text = json.dumps(document)
    references = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert references <= set(document["components"]["schemas"])
    assert references == set(document["components"]["schemas"])


def test_the_example_is_taken() -> None:
    body = json.dumps({"readings": [EXAMPLE_READING]}).encode()
    assert len(parser.parse(json_body.parse(body), TERMS).readings) == 1


def test_the_limits_described_are_the_limits_kept(document: dict[str, Any]) -> None:
    fields = document["components"]["schemas"]["Reading"]["properties"]
    for name, schema in fields.items():
        for limit, step in (("minimum", -1), ("maximum", 1)):
            if limit in schema:
                _parse({name: schema[limit]})
                with pytest.raises(ProblemError):
                    _parse({name: schema[limit] + step})


def _parse(fields: dict[str, Any]) -> None:
    start = {} if "interval_start" in fields else {"interval_start": "2026-11-22T10:00:00+01:00"}
    terms = TERMS if "interval_start" in fields else HOURS  # the longest down time is that of the longest interval
    body = json.dumps({"readings": [EXAMPLE_READING | start | fields]}).encode()
    parser.parse(json_body.parse(body), terms)


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("2026-11-22T10:15:00+01:00", True),
        ("2026-11-22t10:15:00.000z", True),
        ("2026-11-22T10:15:00+05:45", True),
        ("2026-11-22T10:15:03.1Z", True),
        ("2026-11-22T10:15:00", False),
        ("2026-11-22 10:15:00Z", False),
    ],
)
def test_the_pattern_of_an_interval_start_says_what_is_taken(document: dict[str, Any], text: str, taken: bool) -> None:
    schema = document["components"]["schemas"]["Reading"]["properties"]["interval_start"]
    assert jsonschema_rs.is_valid(schema, text) is taken
    if taken:
        _parse({"interval_start": text})
    else:
        with pytest.raises(ProblemError):
            _parse({"interval_start": text})
