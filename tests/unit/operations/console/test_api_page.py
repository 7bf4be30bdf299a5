"""Tries calls of the API: only the document's calls to the API's own address, and the key in no answer."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from operations.console.data.api_calls import ApiCalls, ApiUnreachableError
from operations.console.data.api_description import CallError, Request, pretty
from operations.console.pages.api import description, marked
from tests.unit.operations.console.console_world import ConsoleWorld

KEY = "a-key-that-nobody-may-see"


class Api:
    """Stands in for the API. It keeps the requests."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []
        self.answer = httpx.Response(200, json={"days": [], "told": "<script>"})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        return self.answer


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def console(api: Api, tmp_path: Path) -> Iterator[ConsoleWorld]:
    made = ConsoleWorld(tmp_path, {})
    made.app.state.data.api_calls = ApiCalls("https://api.invalid/", httpx.MockTransport(api))
    yield made
    made.close()


def test_every_call_of_the_document_has_a_form(console: ConsoleWorld) -> None:
    page = console.get("/api").text
    calls = description().calls
    assert len(calls) >= 6
    for call in calls:
        assert f'action="/api/{call.id}#{call.id}"' in page
        for each in call.parameters:
            assert f'name="{each.name}"' in page


def test_a_call_goes_to_the_api_with_the_key_in_its_header_alone(
    console: ConsoleWorld, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = console.post("/api/list_days", {"key": KEY, "number": "HR 1/2?x", "from": "2026-11-01", "to": ""})
    (request,) = api.requests
    assert str(request.url) == "https://api.invalid/v1/metering-points/HR%201%2F2%3Fx/days?from=2026-11-01"
    assert request.headers["x-api-key"] == KEY
    assert page.status_code == 200
    assert KEY not in page.text
    assert KEY not in caplog.text
    assert "&lt;script&gt;" in page.text
    assert "$API_KEY" in page.text


def test_a_body_is_sent_as_it_is(console: ConsoleWorld, api: Api) -> None:
    body = '{"readings": [] }'
    console.post("/api/store_readings", {"key": KEY, "number": "1", "body": body})
    (request,) = api.requests
    assert (request.method, request.content.decode()) == ("POST", body)
    assert request.headers["content-type"] == "application/json"


def test_a_redirect_is_shown_and_not_followed(console: ConsoleWorld, api: Api) -> None:
    api.answer = httpx.Response(302, headers={"location": "https://elsewhere.invalid"})
    assert "302 Found" in console.post("/api/health").text
    assert len(api.requests) == 1


def test_a_missing_value_is_told_and_nothing_is_sent(console: ConsoleWorld, api: Api) -> None:
    assert "number is missing" in console.post("/api/list_days", {"key": KEY}).text
    assert api.requests == []


def test_an_unknown_call_and_a_form_from_elsewhere_are_refused(console: ConsoleWorld, api: Api) -> None:
    assert console.post("/api/delete_everything").status_code == 404
    assert console.post("/api/health", csrf=False).status_code == 403
    assert api.requests == []


@pytest.mark.parametrize("number", [".", ".."])
def test_a_number_is_no_step_of_a_path(number: str) -> None:
    call = description().call("list_days")
    assert call is not None
    with pytest.raises(CallError, match="no part of a path"):
        call.request({"number": number})


def test_an_api_that_does_not_answer_says_why() -> None:
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no route", request=request)

    calls = ApiCalls("https://api.invalid", httpx.MockTransport(refuse))
    with pytest.raises(ApiUnreachableError, match="no route"):
        asyncio.run(calls.send(Request("GET", "/health"), KEY))


def test_json_is_laid_out_and_other_text_stays() -> None:
    assert pretty('{"a":1}') == '{\n  "a": 1\n}'
    assert pretty("Šibenik <b>") == "Šibenik <b>"


def test_code_in_a_description_is_marked_and_escaped() -> None:
    assert str(marked("With `a<b` it <i>stops</i>")) == "With <code>a&lt;b</code> it &lt;i&gt;stops&lt;/i&gt;"
