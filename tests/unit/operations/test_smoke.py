"""The smoke test finds each way in which a deployment can fail, and leaves no customer behind."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from domain.api_keys import hash_api_key
from domain.customers import HASHES
from operations import smoke
from operations.customer_texts import FaultyTextsError
from tests.unit.operations.customer_world import OUTPUTS, CustomersInMemory

PATH = re.compile(r"/v1/metering-points/(?P<number>[^/]+)/(?P<what>\w+)")
STEPS = [
    "the service is healthy",
    "no key is refused",
    "a wrong key is refused",
    "a reading is stored",
    "it is read back",
    "it is withdrawn",
    "the deleted customer is refused",
]


class Api:
    """A small API over a table in memory. `answers` replaces the answer of a call, by method and what is asked for."""

    def __init__(self, **answers: Callable[[], httpx.Response]) -> None:
        self.table = CustomersInMemory()
        self.readings: dict[str, float] = {}
        self.answers = answers
        self.numbers: set[str] = set()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/health":
            return self._answer("health", httpx.Response(200, json={}))
        found = PATH.fullmatch(request.url.path)
        assert found
        self.numbers.add(found["number"])
        if "x-api-key" not in request.headers:
            return self._answer("no_key", httpx.Response(401, json={"message": "Unauthorized"}))
        if not self._is_open(found["number"], request.headers["x-api-key"]):
            return self._answer("wrong_key", httpx.Response(403, json={"message": "Forbidden"}))
        return self._answer(request.method, self._do(request))

    def _is_open(self, number: str, key: str) -> bool:
        item = self.table.items.get(number)
        return item is not None and {"S": hash_api_key(key)} in item[HASHES]["L"]

    def _do(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            (reading,) = json.loads(request.content)["readings"]
            self.readings[reading["interval_start"]] = reading["consumption_kwh"]
            return httpx.Response(200, json={"stored": 1})
        first, end = request.url.params.get("from", ""), request.url.params.get("to", "9999")
        found = {start: kwh for start, kwh in self.readings.items() if first <= start < end}
        if request.method == "DELETE":
            self.readings = {start: kwh for start, kwh in self.readings.items() if start not in found}
            return httpx.Response(200, json={"withdrawn": len(found)})
        rows = [{"interval_start": start, "consumption_kwh": kwh} for start, kwh in found.items()]
        return httpx.Response(200, json={"readings": rows})

    def _answer(self, name: str, usual: httpx.Response) -> httpx.Response:
        return self.answers[name]() if name in self.answers else usual


def smoke_test(api: Api, number: str = "", pattern: str = "[0-9A-Z-]{1,35}") -> int:
    outputs = OUTPUTS | {"api_url": "https://api.example/", "metering_point_pattern": pattern}
    return smoke.run(outputs, api.table, number, httpx.MockTransport(api))


def test_a_deployment_that_works_passes_each_step(capsys: pytest.CaptureFixture[str]) -> None:
    api = Api()
    assert smoke_test(api) == 0
    assert [line[8:] for line in capsys.readouterr().out.splitlines() if line.startswith("ok ")] == STEPS
    assert api.table.items == {}
    assert api.readings == {}
    (number,) = api.numbers
    assert number.startswith(smoke.PREFIX)


@pytest.mark.parametrize(
    ("broken", "answer", "step"),
    [
        ("no_key", httpx.Response(200, json={}), "no key is refused"),
        ("wrong_key", httpx.Response(200, json={"stored": 1}), "a wrong key is refused"),
        ("POST", httpx.Response(503, json={}), "a reading is stored"),
        ("POST", httpx.Response(200, json={"stored": 0}), "a reading is stored"),
        ("GET", httpx.Response(200, json={"readings": []}), "it is read back"),
        ("DELETE", httpx.Response(200, json={"withdrawn": 0}), "it is withdrawn"),
    ],
)
def test_a_wrong_answer_fails_its_step_and_the_customer_is_deleted(
    broken: str, answer: httpx.Response, step: str, capsys: pytest.CaptureFixture[str]
) -> None:
    api = Api(**{broken: lambda: answer})
    assert smoke_test(api) == 1
    assert f"FAILED  {step}: " in capsys.readouterr().out
    assert api.table.items == {}


def test_a_customer_that_cannot_be_deleted_is_noticed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    api = Api()
    monkeypatch.setattr(api.table, "delete_item", lambda **_: None)
    assert smoke_test(api) == 1
    assert "FAILED  the deleted customer is refused" in capsys.readouterr().out


def test_an_api_that_does_not_answer_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> httpx.Response:
        raise httpx.ConnectError("connection refused")

    monkeypatch.setattr(smoke, "HEALTHY_WITHIN_SECONDS", 0.0)
    assert smoke_test(Api(health=refuse)) == 1
    assert "FAILED  the service is healthy: connection refused" in capsys.readouterr().out


def test_a_deployment_with_other_numbers_needs_one() -> None:
    api = Api()
    with pytest.raises(FaultyTextsError, match="has not the form of this deployment's numbers"):
        smoke_test(api, pattern="[0-9]{10}")
    assert smoke_test(api, "9999999999", "[0-9]{10}") == 0
    assert api.numbers == {"9999999999"}


def test_the_reading_is_of_a_quarter_hour_that_is_over() -> None:
    now = datetime(2026, 11, 27, 0, 7, 31, 5, tzinfo=UTC)
    start = smoke._last_quarter_hour(now)
    assert start == datetime(2026, 11, 26, 23, 45, tzinfo=UTC)
    assert start + timedelta(minutes=15) <= now
