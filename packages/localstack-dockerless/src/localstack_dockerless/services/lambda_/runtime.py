"""Holds one running runtime: the function's process, its Runtime API and its output, read by the waiting caller."""

import os
import selectors
import time
from collections import deque
from collections.abc import Callable, Mapping
from http import HTTPStatus

from localstack_dockerless.services.lambda_.events import Event, Kind
from localstack_dockerless.services.lambda_.output import Message, OutputParser
from localstack_dockerless.services.lambda_.process import Command, FunctionProcess, peak_memory
from localstack_dockerless.services.lambda_.runtime_api import PREFIX, Connection, Request, listen

MEMORY_CHECK_SECONDS = 0.05


class Runtime:
    """Runs one runtime. One thread at a time may use it: an environment handles one invocation at a time.

    Parameters
    ----------
    make_command
        Gets the Runtime API's `host:port`, returns the command.
    memory_limit
        Bytes that the process and its children may hold.
    log
        Gets each message of the function as soon as it is read.
    """

    def __init__(
        self, make_command: Callable[[str], Command], memory_limit: int, log: Callable[[Message], None]
    ) -> None:
        self._log = log
        self._memory_limit = memory_limit
        self._output = OutputParser()
        self._events: deque[Event] = deque()
        self._selector = selectors.DefaultSelector()
        self._listener = listen()
        self._connections: set[Connection] = set()
        self._waiting: Connection | None = None
        self._memory_checked = 0.0
        self.memory_used = 0
        try:
            host, port = self._listener.getsockname()
            self.process = FunctionProcess(make_command(f"{host}:{port}"))
        except BaseException:
            self._listener.close()
            self._selector.close()
            raise
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(self.process.output, selectors.EVENT_READ, self._read_output)
        self._selector.register(self.process.exit_handle, selectors.EVENT_READ, self._exited)

    def wait(self, deadline: float) -> Event:
        """Returns the next event. `deadline` is on the clock of `time.monotonic`."""
        while True:
            if self._events:
                return self._events.popleft()
            left = deadline - time.monotonic()
            if left <= 0:
                return Event(Kind.TIMED_OUT)
            for key, _ in self._selector.select(min(left, MEMORY_CHECK_SECONDS)):
                key.data()
            if self._over_memory(due=bool(self._events)):
                return Event(Kind.OUT_OF_MEMORY)

    def send(self, headers: Mapping[str, str], payload: bytes, deadline: float) -> None:
        """Answers the runtime's `next` request, after `Kind.READY`. Raises `OSError` if the runtime has ended."""
        connection = self._waiting
        if connection is None:
            raise ConnectionError("the runtime is not waiting for an invocation")
        self._waiting = None
        connection.socket.settimeout(max(deadline - time.monotonic(), 0.001))
        connection.answer(HTTPStatus.OK, payload, {"Content-Type": "application/json", **headers})

    def kill(self) -> None:
        self.process.kill()
        self._read_output()

    def close(self) -> None:
        """Kills the remaining processes and closes every socket and pipe."""
        self.kill()
        for message in self._output.finish():
            self._log(message)
        for connection in self._connections:
            connection.close()
        self._selector.close()
        self._listener.close()
        self.process.close()

    def _accept(self) -> None:
        sock, _ = self._listener.accept()
        connection = Connection(sock)
        self._connections.add(connection)
        self._selector.register(sock, selectors.EVENT_READ, lambda: self._read_requests(connection))

    def _read_requests(self, connection: Connection) -> None:
        requests = connection.receive()
        if requests is None:
            self._selector.unregister(connection.socket)
            self._connections.discard(connection)
            connection.close()
            return
        for request in requests:
            self._handle(connection, request)

    def _handle(self, connection: Connection, request: Request) -> None:
        """Handles one call of the Runtime API. It reads the output first, which belongs before the call's event."""
        action = request.path.removeprefix(PREFIX)
        if request.method == "GET" and action == "/invocation/next":
            self._waiting = connection
            self._events.append(Event(Kind.READY))
            return
        kinds = {"response": Kind.RESPONSE, "error": Kind.ERROR}
        kind = Kind.INIT_ERROR if action == "/init/error" else kinds.get(action.rpartition("/")[2])
        if request.method != "POST" or kind is None:
            connection.answer(HTTPStatus.NOT_FOUND, b'{"errorType": "NotFound", "errorMessage": "no such call"}')
            return
        self._read_output()
        error_type = request.headers.get("lambda-runtime-function-error-type")
        self._events.append(Event(kind, request.body, error_type))
        connection.answer(HTTPStatus.ACCEPTED, b'{"status": "OK"}')

    def _read_output(self) -> None:
        """Reads all output that is in the pipe now."""
        while self.process.output in self._selector.get_map():
            try:
                data = os.read(self.process.output, 1 << 16)
            except BlockingIOError:
                return
            if not data:
                self._selector.unregister(self.process.output)
                return
            for message in self._output.feed(data):
                self._log(message)

    def _exited(self) -> None:
        self._selector.unregister(self.process.exit_handle)
        self._read_output()
        self._events.append(Event(Kind.EXITED))

    def _over_memory(self, *, due: bool) -> bool:
        now = time.monotonic()
        if due or now - self._memory_checked >= MEMORY_CHECK_SECONDS:
            self._memory_checked = now
            self.memory_used = max(self.memory_used, peak_memory(self.process.pid))
        return self.memory_used > self._memory_limit
