"""Asks the stack's own addresses, past the proxies that the shell's variables name."""

import urllib.request

_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def read(url: str, *, method: str = "GET", timeout: float = 30) -> bytes:
    """Returns the body of an answer without an error status.

    Raises `urllib.error.HTTPError` for such a status, other `OSError`s if nothing answers in `timeout` seconds, and
    `http.client.HTTPException` for an answer that is no HTTP.
    """
    with _OPENER.open(urllib.request.Request(url, method=method), timeout=timeout) as response:  # noqa: S310 -- http
        return bytes(response.read())
