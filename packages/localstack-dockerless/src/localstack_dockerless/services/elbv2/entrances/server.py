"""Is the HTTP/1.1 server of one listener of a load balancer. It terminates TLS for an HTTPS listener."""

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from localstack_dockerless.services.elbv2.entrances import answering, requests
from localstack_dockerless.services.elbv2.load_balancer.connections import Answer
from localstack_dockerless.services.elbv2.load_balancer.forward import Request, page

HANDSHAKE_SECONDS = 10.0
BODYLESS = frozenset({204, 304})


class ListenerServer(ThreadingHTTPServer):
    """Serves the listener `listener_arn` at an address and port. Raises `OSError` if the port cannot be opened."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: str, port: int, listener_arn: str, tls: ssl.SSLContext | None, idle: float) -> None:
        self.listener_arn = listener_arn
        self.tls = tls
        self.idle = idle
        super().__init__((address, port), _Handler)
        self._thread = threading.Thread(
            target=self.serve_forever, kwargs={"poll_interval": 0.2}, name=f"elb-listener-{port}", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stops accepting connections. Requests under way are answered."""
        self.shutdown()
        self.server_close()
        self._thread.join()

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Makes the TLS handshake in the connection's own thread, so that a slow client delays no other client."""
        request.settimeout(HANDSHAKE_SECONDS)
        if self.tls:
            try:
                request = self.tls.wrap_socket(request, server_side=True)
            except (ssl.SSLError, OSError):
                return  # the client gave up, or does not trust the certificate
        super().finish_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        if not self.tls:
            super().shutdown_request(request)
            return
        self.close_request(request)  # the wrapped socket has the descriptor

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignores a client that closed its connection."""


class _Handler(BaseHTTPRequestHandler):
    server: ListenerServer
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 65536

    def setup(self) -> None:
        super().setup()
        self.connection.settimeout(self.server.idle)

    def finish(self) -> None:
        super().finish()
        if isinstance(self.request, ssl.SSLSocket):
            self.request.close()

    def handle_one_request(self) -> None:
        try:
            self.raw_requestline = self.rfile.readline(requests.LONGEST_LINE + 1)
        except TimeoutError:
            self.close_connection = True
            return
        if not self.raw_requestline or not self.parse_request():
            self.close_connection = True
            return
        try:
            path, query = requests.target(self.path)
            body = requests.body(self.headers, self.rfile)  # type: ignore[arg-type]  # a buffered reader
        except requests.BadRequestError:
            self.close_connection = True
            self._send(page(400, "Bad Request"))
            return
        headers = tuple((name, str(value)) for name, value in self.headers.items())
        request = Request(self.command, path, query, headers, body, self.client_address[0])
        self._send(answering.answer(self.server.listener_arn, request))

    def _send(self, answer: Answer) -> None:
        self.send_response_only(answer.status, answer.reason)
        length = next((value for name, value in answer.headers if name.lower() == "content-length"), None)
        bodyless = self.command == "HEAD" or answer.status in BODYLESS
        for name, value in answer.headers:
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        if not bodyless:
            self.send_header("Content-Length", str(len(answer.body)))
        elif length is not None:
            self.send_header("Content-Length", length)
        if not any(name.lower() == "date" for name, _ in answer.headers):
            self.send_header("Date", self.date_time_string())
        self.send_header("Connection", "close" if self.close_connection else "keep-alive")
        self.end_headers()
        if not bodyless:
            self.wfile.write(answer.body)
        self.wfile.flush()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answers a request that is no HTTP with a page of the load balancer's own."""
        self.close_connection = True
        if not hasattr(self, "command") or self.command is None:
            self.command = "GET"
        self._send(page(code, message or "Bad Request"))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the overridden name
        """Logs nothing: `answering` logs failures."""
