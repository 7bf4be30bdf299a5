"""Sends a person's calls to the public API, and to no other address.

Redirects are not followed, and the shell's proxies are not used. The key is in the header alone.
"""

import time
from dataclasses import dataclass

import httpx

from operations.console.data.api_description import Request, pretty

TIMEOUT_SECONDS = 35.0
"""A little more than API Gateway itself waits, which is 30 s."""

MOST_SHOWN = 200_000
"""So many characters of an answer are shown."""


class ApiUnreachableError(Exception):
    """The API does not answer. The text says why."""


@dataclass(frozen=True)
class ApiAnswer:
    """What the API answered. `body` is JSON with a line for each value, where it is JSON."""

    status: int
    reason: str
    seconds: float
    headers: tuple[tuple[str, str], ...]
    body: str
    is_cut: bool

    @property
    def is_good(self) -> bool:
        """Whether the call was done."""
        return 200 <= self.status < 300


class ApiCalls:
    """The public API at its address."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """A test gives a transport that opens no socket."""
        self.url = url.rstrip("/")
        self._transport = transport

    async def send(self, request: Request, key: str) -> ApiAnswer:
        """Sends a request. Raises `ApiUnreachableError`."""
        headers = {"x-api-key": key} if key else {}
        if request.body:
            headers["content-type"] = "application/json"
        started = time.perf_counter()
        try:
            async with httpx.AsyncClient(
                trust_env=False, follow_redirects=False, timeout=TIMEOUT_SECONDS, transport=self._transport
            ) as client:
                answer = await client.request(
                    request.method,
                    f"{self.url}{request.target}",
                    headers=headers,
                    content=request.body.encode() or None,
                )
        except (httpx.HTTPError, UnicodeEncodeError) as error:
            # The message of httpx has the address and no header.
            raise ApiUnreachableError(str(error) or type(error).__name__) from error
        text = pretty(answer.text)
        shown = tuple(sorted((name, value) for name, value in answer.headers.items()))
        seconds = time.perf_counter() - started
        return ApiAnswer(
            answer.status_code, answer.reason_phrase, seconds, shown, text[:MOST_SHOWN], len(text) > MOST_SHOWN
        )
