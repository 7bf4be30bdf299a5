"""The public API as a customer's program sees it; no test knows more of HTTP than this."""

import http.client
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

JSON = ("content-type", "application/json")


@dataclass(frozen=True)
class Answer:
    """What the API answered; `headers` have lower-case names."""

    status: int
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def reason(self) -> str:
        """Why it was refused: a problem's detail (RFC 9457) or API Gateway's message."""
        parsed = self.json
        return str(parsed.get("detail") or parsed.get("message") or "")

    @property
    def request_id(self) -> str:
        return self.headers["apigw-requestid"]


class ApiClient:
    """Talks to one API. Connections are kept, requests are sent as they are given."""

    def __init__(self, api_url: str, timeout: float = 60) -> None:
        self._url = api_url.rstrip("/")
        self._http = httpx.Client(trust_env=False, timeout=timeout)

    def close(self) -> None:
        self._http.close()

    def send(self, number: object, readings: Sequence[dict[str, Any]], key: str | None) -> Answer:
        """POST readings of a metering point."""
        return self.send_body(number, json.dumps({"readings": list(readings)}).encode(), key)

    def send_body(
        self, number: object, body: bytes, key: str | None, headers: Sequence[tuple[str, str]] = (JSON,)
    ) -> Answer:
        """POST any body to a metering point's readings, with these headers beside the key."""
        return self.call("POST", readings_path(number), [*headers, *_key_header(key)], body)

    def readings(self, number: object, key: str | None, **query: str) -> Answer:
        """GET a page of a metering point's readings; `from_` and `to` bound it."""
        parameters = {name.rstrip("_"): value for name, value in query.items()}
        path = f"{readings_path(number)}?{httpx.QueryParams(parameters)}" if parameters else readings_path(number)
        return self.call("GET", path, _key_header(key))

    def alarms(self, number: object, key: str | None, **query: str) -> Answer:
        """GET a page of a metering point's alarms."""
        path = readings_path(number).replace("readings", "alarms")
        return self.call("GET", f"{path}?{httpx.QueryParams(query)}", _key_header(key))

    def stored(self, number: object, key: str) -> list[dict[str, Any]]:
        """Every reading of a metering point, page after page."""
        found: list[dict[str, Any]] = []
        query: dict[str, str] = {}
        while True:
            page = self.readings(number, key, **query)
            assert page.status == 200, page
            found += page.json["readings"]
            if page.json["next"] is None:
                return found
            query = {"cursor": page.json["next"]}

    def stored_kwh(self, number: object, key: str) -> dict[datetime, float]:
        """The consumption of every stored interval of a metering point, by its start."""
        found = self.stored(number, key)
        return {datetime.fromisoformat(each["interval_start"]): float(each["consumption_kwh"]) for each in found}

    def health(self, headers: Sequence[tuple[str, str]] = ()) -> Answer:
        return self.call("GET", "/health", headers)

    def call(self, method: str, path: str, headers: Sequence[tuple[str, str]] = (), body: bytes = b"") -> Answer:
        answer = self._http.request(method, self._url + path, headers=list(headers), content=body)
        return Answer(answer.status_code, dict(answer.headers), answer.content)

    def call_raw(self, method: str, target: str, headers: Sequence[tuple[str, str]], body: bytes = b"") -> Answer:
        """A request whose target goes out byte for byte: httpx would tidy `..` and double slashes."""
        address = urlsplit(self._url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=60)
        try:
            connection.putrequest(method, address.path + target)
            for name, value in [*headers, ("content-length", str(len(body)))]:
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()


def readings_path(number: object) -> str:
    return f"/v1/metering-points/{number}/readings"


def _key_header(key: str | None) -> list[tuple[str, str]]:
    return [] if key is None else [("x-api-key", key)]
