"""Describes an HTTP API for the data plane in plain values: a snapshot of the control plane."""

from collections.abc import Mapping
from dataclasses import dataclass, field

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
class Integration:
    """Holds the destination of a route's requests. `uri` is a listener ARN (VPC_LINK), `timeout` in seconds."""

    id: str
    uri: str
    method: str
    timeout: float
    connection_id: str
    request_parameters: Mapping[str, str] = field(default_factory=dict)
    response_parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """Holds a route with its authorizer and integration. `integration` is None for a route without a target."""

    key: str
    authorizer: Authorizer | None
    integration: Integration | None


@dataclass(frozen=True)
class Deployment:
    """Holds the routes that a stage serves: the table that finds a route, and each route by its key."""

    table: RouteTable
    routes: Mapping[str, Route]


@dataclass(frozen=True)
class Api:
    """Holds an API: its stages by name, and their deployments under the same names. A stage may have none."""

    id: str
    account: str
    region: str
    stages: Mapping[str, Stage]
    deployments: Mapping[str, Deployment]
    vpc_links: frozenset[str]
