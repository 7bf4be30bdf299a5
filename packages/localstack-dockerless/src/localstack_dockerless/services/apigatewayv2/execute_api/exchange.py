"""Holds one request on its way through the gateway, with the results of the steps so far."""

import base64
import secrets
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from localstack_dockerless.services.apigatewayv2.execute_api.configuration import (
    Api,
    ApiMapping,
    Authorizer,
    Integration,
    JwtAuthorizer,
    Route,
    Stage,
)

Headers = list[tuple[str, str]]


class GatewayError(Exception):
    """The gateway itself answers: `status` and `{"message": message}`.

    `response_type` is the value of `$context.error.responseType`. `detail` goes to the log, not to the client.
    """

    def __init__(
        self,
        status: int,
        message: str,
        response_type: str,
        detail: str | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(detail or message)
        self.status = status
        self.message = message
        self.response_type = response_type
        self.headers = headers


class AnsweredError(Exception):
    """The step has set the response, and the steps after it are skipped."""


@dataclass(frozen=True)
class ClientRequest:
    """Holds the request as the client sent it: `path` (below the API's address) and `query` raw, `body` undecoded.

    A body above the limit is not read. Then `body` is empty and `body_size` has its size.
    """

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    body_size: int
    source_ip: str
    scheme: str
    protocol: str = "HTTP/1.1"

    def header(self, name: str) -> str | None:
        """Returns the header's values joined by commas. None: it was not sent."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ",".join(values) if values else None

    @property
    def host(self) -> str:
        """Returns the Host header without the port."""
        host = self.header("host") or ""
        return host.rsplit(":", 1)[0] if not host.endswith("]") else host


@dataclass
class Outgoing:
    """Holds the request that the integration gets."""

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes


@dataclass
class Response:
    """Holds the response that the client gets."""

    status: int
    headers: Headers
    body: bytes


@dataclass
class AuthorizerOutcome:
    """Holds the result of the authorizer. Times are in milliseconds. `status` is `$context.authorizer.status`.

    `context` is of a Lambda authorizer. `claims` and `scopes` are of a JWT, as the event shows them.
    """

    principal_id: str | None = None
    context: dict[str, Any] = field(default_factory=dict)
    claims: dict[str, str] | None = None
    scopes: list[str] | None = None
    error: str | None = None
    latency: int | None = None
    status: int | None = None


@dataclass
class IntegrationOutcome:
    """Holds the result of the integration. `latency` is in milliseconds."""

    status: int | None = None
    error: str | None = None
    latency: int | None = None
    request_id: str | None = None


def _new_request_id() -> str:
    return base64.b64encode(secrets.token_bytes(11)).decode()


@dataclass
class Exchange:
    """Holds a request, its API, and the results that the steps add in turn."""

    request: ClientRequest
    api: Api
    request_id: str = field(default_factory=_new_request_id)
    started_at: float = field(default_factory=time.time)
    started: float = field(default_factory=time.monotonic)
    mapping: ApiMapping | None = None
    stage: Stage | None = None
    path: str = ""
    route: Route | None = None
    path_parameters: dict[str, str] = field(default_factory=dict)
    authorized: AuthorizerOutcome = field(default_factory=AuthorizerOutcome)
    outgoing: Outgoing | None = None
    integrated: IntegrationOutcome = field(default_factory=IntegrationOutcome)
    response: Response | None = None
    error: GatewayError | None = None
    latency: int | None = None

    @property
    def matched_stage(self) -> Stage:
        """Returns the stage, for the steps after `find_stage`."""
        return _found(self.stage)

    @property
    def matched_route(self) -> Route:
        """Returns the route, for the steps after `match_route`."""
        return _found(self.route)

    @property
    def integration(self) -> Integration:
        """Returns the route's integration. Raises 404 if the route has none, as AWS answers."""
        return _found(self.matched_route.integration)

    @property
    def authorizer(self) -> Authorizer | JwtAuthorizer | None:
        """Returns the route's authorizer, if it has one."""
        return self.matched_route.authorizer

    @property
    def decoded_path(self) -> str:
        """Returns the path for authorizers and `$context.path`, decoded once. Integrations get the path undecoded.

        AWS documents no decoding. Captures of live HTTP APIs show `rawPath` of format 2.0 and `path` of 1.0 decoded:
        https://github.com/middleapi/standard-server/pull/93
        """
        return unquote(self.full_path)

    @property
    def full_path(self) -> str:
        """Returns the request's path with the stage, as the client sent it."""
        stage = self.stage.name if self.stage else "$default"
        return self.path if stage == "$default" else f"/{stage}{self.path}"

    @property
    def mapped_path(self) -> str:
        """Returns the decoded path as payload format 1.0 has it: with the key of the API mapping, if there is one.

        https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
        AWS does not document whether a mapped path has its stage. Here it has none, because the client sent none.
        """
        if self.mapping is None or not self.mapping.key:
            return self.decoded_path
        return unquote(f"/{self.mapping.key}{self.path}")


def _found[T](value: T | None) -> T:
    if value is None:
        raise GatewayError(404, "Not Found", "NOT_FOUND")
    return value
