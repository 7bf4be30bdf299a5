"""Describes an HTTP API for the data plane in plain values: a snapshot of the control plane."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from localstack_dockerless.services.apigatewayv2.execute_api.routes import RouteTable


@dataclass(frozen=True)
class Throttling:
    """Holds the steady requests per second and the bucket's size. The defaults are an account's quotas in a Region.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    """

    rate: float = 10_000.0
    burst: int = 5_000


@dataclass(frozen=True)
class AccessLog:
    """Holds the ARN of the CloudWatch log group of a stage's access log, and a line's format."""

    destination_arn: str
    format: str


@dataclass(frozen=True)
class Stage:
    """Holds a stage. `throttling` is by route key, with the stage's default under None."""

    name: str
    variables: Mapping[str, str] = field(default_factory=dict)
    throttling: Mapping[str | None, Throttling] = field(default_factory=dict)
    access_log: AccessLog | None = None

    def throttling_of(self, route_key: str) -> Throttling:
        """Returns the limits of one route: its own, else the stage's default, else the account's."""
        return self.throttling.get(route_key) or self.throttling.get(None) or Throttling()


@dataclass(frozen=True)
class Authorizer:
    """Holds a REQUEST authorizer. `ttl` is in seconds. 0: results are not cached."""

    id: str
    function_arn: str
    payload_version: str
    simple_responses: bool
    identity_sources: tuple[str, ...]
    ttl: int
    credentials_arn: str | None


@dataclass(frozen=True)
class JwtAuthorizer:
    """Holds a JWT authorizer. A token must come from `issuer` and be for one of `audience`."""

    id: str
    issuer: str
    audience: tuple[str, ...]
    identity_sources: tuple[str, ...]


class Kind(Enum):
    """Says who answers the requests of an integration."""

    LISTENER = "a load balancer's listener, through a VPC link"
    URL = "an HTTP server"
    FUNCTION = "a Lambda function"
    ACTION = "an action of an AWS service"


@dataclass(frozen=True)
class Integration:
    """Holds the destination of a route's requests. `timeout` is in seconds.

    `uri` is a listener's ARN, a URL or a function's ARN, and may have stage variables. `subtype` names an action.
    """

    id: str
    uri: str
    method: str
    timeout: float
    connection_id: str | None
    request_parameters: Mapping[str, str] = field(default_factory=dict)
    response_parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    kind: Kind = Kind.LISTENER
    payload_version: str = "1.0"
    subtype: str | None = None
    credentials_arn: str | None = None


@dataclass(frozen=True)
class Route:
    """Holds a route with its authorizer and integration. `integration` is None for a route without a target.

    A JWT needs one of `scopes`, if there are any.
    """

    key: str
    authorizer: Authorizer | JwtAuthorizer | None
    integration: Integration | None
    scopes: tuple[str, ...] = ()

    @property
    def resource(self) -> str:
        """Returns the path of the route key, or `$default`."""
        return self.key.partition(" ")[2] or self.key


@dataclass(frozen=True)
class Deployment:
    """Holds the routes that a stage serves: the table that finds a route, and each route by its key."""

    table: RouteTable
    routes: Mapping[str, Route]


@dataclass(frozen=True)
class Cors:
    """Holds the CORS configuration of an API. `max_age` is in seconds."""

    allow_origins: tuple[str, ...] = ()
    allow_methods: tuple[str, ...] = ()
    allow_headers: tuple[str, ...] = ()
    expose_headers: tuple[str, ...] = ()
    max_age: int | None = None
    allow_credentials: bool = False


@dataclass(frozen=True)
class ApiMapping:
    """Holds an API mapping of a custom domain name. `key` is the path without slashes at its ends, empty for all."""

    key: str
    api_id: str
    stage: str


@dataclass(frozen=True)
class Api:
    """Holds an API: its stages by name, and their deployments under the same names. A stage may have none.

    `own_address` is False if only custom domain names lead to the API.
    """

    id: str
    account: str
    region: str
    stages: Mapping[str, Stage]
    deployments: Mapping[str, Deployment]
    vpc_links: frozenset[str]
    cors: Cors | None = None
    own_address: bool = True
