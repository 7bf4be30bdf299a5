"""Serves the credentials of a task's role to the task's process, as the ECS agent does on AWS.

On AWS the agent answers `GET /v2/credentials/<id>` at 169.254.170.2, an address of the task's own network, and the
process finds the path in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI. A process of this machine has no such network. So the
agent answers on the loopback, and the process finds the address in AWS_CONTAINER_CREDENTIALS_FULL_URI. The SDKs take
plain HTTP there from loopback addresses only. The id is random, so no other process can guess the path.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html
"""

import json
import threading
from collections.abc import Callable
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from localstack_dockerless.services.ecs.agent.protocol import Credentials, ProtocolError

HOST = "127.0.0.1"
PATH = "/v2/credentials/"
REQUEST_WITHIN = 10.0  # seconds


class CredentialsServer:
    """Answers from construction to `close`, for the one task that `serve` named last.

    `fetch(task)` gets credentials of a task's role. It raises `OSError`, `HTTPException` or `ProtocolError`.
    """

    def __init__(self, fetch: Callable[[str], Credentials]) -> None:
        self._fetch = fetch
        self._served: tuple[str, str] | None = None  # the id of the credentials, and the task
        outer = self

        class Handler(BaseHTTPRequestHandler):
            timeout = REQUEST_WITHIN

            def do_GET(self) -> None:
                status, answer = outer._answer(self.path)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Logs nothing: the path is a secret."""

        self._server = ThreadingHTTPServer((HOST, 0), Handler)
        threading.Thread(target=self._server.serve_forever, name="credentials", daemon=True).start()

    def serve(self, task: str, credentials_id: str) -> str:
        """Returns the address at which the task's process gets its credentials."""
        self._served = credentials_id, task
        return f"http://{HOST}:{self._server.server_port}{PATH}{credentials_id}"

    def forget(self) -> None:
        """Refuses the id from now on, because the task has ended."""
        self._served = None

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, path: str) -> tuple[int, dict[str, object]]:
        """Returns the status and the body, in the form of the ECS agent's answers."""
        served = self._served
        if not path.startswith(PATH) or path == PATH:
            return _error(400, "NoIdInRequest", "No Credential ID in the request")
        if served is None or path != PATH + served[0]:
            return _error(400, "InvalidIdInRequest", "Credentials not found")
        try:
            found = self._fetch(served[1])
        except (OSError, HTTPException, ProtocolError) as error:
            return _error(503, "CredentialsUninitialized", f"Credentials uninitialized for ID: {error}")
        return 200, {
            "RoleArn": found.role_arn,
            "AccessKeyId": found.access_key_id,
            "SecretAccessKey": found.secret_access_key,
            "Token": found.token,
            "Expiration": found.expiration,
        }


def _error(status: int, code: str, text: str) -> tuple[int, dict[str, object]]:
    return status, {"code": code, "message": f"CredentialsV2Request: {text}", "HTTPErrorCode": status}
