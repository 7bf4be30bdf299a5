"""Makes the agent's HTTP calls to the emulator, one at a time. A newer call can end the wait of an older one."""

import http.client
import os
import selectors
from urllib.error import HTTPError
from urllib.parse import urlsplit

ANSWER_WITHIN = 15.0  # seconds
LONGEST_REASON = 300  # bytes of an error's body


class CallInterruptedError(Exception):
    """The call was given up because of a local event that the emulator should know first.

    `connection` is still open. The emulator answers it when the newer call arrives, and only then may it be closed. If
    it is closed earlier, LocalStack logs an error for a request that it cannot read any more.
    """

    def __init__(self, connection: http.client.HTTPConnection) -> None:
        super().__init__()
        self.connection = connection


class Wake:
    """Wakes a waiting call from a signal handler or a thread."""

    def __init__(self) -> None:
        self.reader, self._writer = os.pipe()
        os.set_blocking(self.reader, False)
        os.set_blocking(self._writer, False)

    def ring(self) -> None:
        try:
            os.write(self._writer, b"!")
        except BlockingIOError:
            return  # it is set already

    def silence(self) -> None:
        try:
            while os.read(self.reader, 64):
                pass
        except BlockingIOError:
            return

    def wait(self, seconds: float) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(self.reader, selectors.EVENT_READ)
            selector.select(seconds)


def post(url: str, body: bytes, wake: Wake | None = None) -> bytes:
    """POSTs a JSON body and returns the answer's body. It uses no proxy: the emulator is on this network.

    Raises `OSError` (also `HTTPError`, for any status but 2xx) or `http.client.HTTPException` if it fails, and
    `CallInterruptedError` if `wake` is set before the answer arrives.
    """
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "127.0.0.1", parts.port, timeout=ANSWER_WITHIN)
    try:
        connection.request("POST", parts.path, body, {"Content-Type": "application/json"})
        if wake and _rings_first(connection, wake):
            raise CallInterruptedError(connection)
        response = connection.getresponse()
        content = response.read()
    except (OSError, http.client.HTTPException):
        connection.close()
        raise
    connection.close()
    if response.status >= 300:
        reason = f"{response.reason} {content[:LONGEST_REASON].decode(errors='replace')}"
        raise HTTPError(url, response.status, reason, response.headers, None)
    return content


def _rings_first(connection: http.client.HTTPConnection, wake: Wake) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(connection.sock, selectors.EVENT_READ)
        selector.register(wake.reader, selectors.EVENT_READ)
        ready = [key.fd for key, _ in selector.select(ANSWER_WITHIN)]
    return ready == [wake.reader]
