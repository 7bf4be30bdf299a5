"""Runs a TCP proxy. A test can cut or silence it and check the reaction of a client."""

import contextlib
import selectors
import socket
import threading
from types import TracebackType


class TcpProxy:
    """Listens on a free port of 127.0.0.1 and forwards to `target`.

    `cut` closes the listener and every connection. `restore` opens the same port again. `silence` keeps all connections
    open and accepts further ones, but moves no byte.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._peers: dict[socket.socket, socket.socket] = {}
        self._silent = threading.Event()
        self._pause = threading.Event()
        self._closing = False
        self.port = 0
        self._listener: socket.socket | None = None
        self._selector = selectors.DefaultSelector()
        self._waker, self._wakened = socket.socketpair()
        self._selector.register(self._wakened, selectors.EVENT_READ)
        self.restore()
        self._thread = threading.Thread(target=self._serve, name="tcp-proxy")
        self._thread.start()

    def __enter__(self) -> "TcpProxy":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing = True
        self._waker.send(b"x")
        self._thread.join()
        self.cut()
        self._selector.close()
        self._waker.close()
        self._wakened.close()

    def cut(self) -> None:
        with self._lock:
            for one in [*self._peers, *([self._listener] if self._listener else [])]:
                self._forget(one)
            self._peers.clear()
            self._listener = None

    def restore(self) -> None:
        with self._lock:
            self._silent.clear()
            self._listener = self._listener or self._listen()

    def silence(self) -> None:
        self._silent.set()

    def _listen(self) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", self.port), backlog=64)
        self.port = listener.getsockname()[1]
        self._selector.register(listener, selectors.EVENT_READ)
        return listener

    def _serve(self) -> None:
        while not self._closing:
            if self._silent.is_set():
                # The waiting bytes stay unread, so select would return at once.
                self._pause.wait(0.02)
            for key, _ in self._selector.select(timeout=0.05):
                with self._lock:
                    self._handle(key.fileobj)

    def _handle(self, ready: object) -> None:
        if ready is self._listener and self._listener is not None:
            self._connect(self._listener.accept()[0])
        elif isinstance(ready, socket.socket) and ready in self._peers and not self._silent.is_set():
            self._move(ready)

    def _connect(self, near: socket.socket) -> None:
        far = socket.create_connection(self._target)
        for one, other in ((near, far), (far, near)):
            self._peers[one] = other
            self._selector.register(one, selectors.EVENT_READ)

    def _move(self, source: socket.socket) -> None:
        target = self._peers[source]
        try:
            data = source.recv(65536)
            target.sendall(data)
        except OSError:
            data = b""
        if not data:
            for one in (source, target):
                self._peers.pop(one)
                self._forget(one)

    def _forget(self, one: socket.socket) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(one)
        one.close()
