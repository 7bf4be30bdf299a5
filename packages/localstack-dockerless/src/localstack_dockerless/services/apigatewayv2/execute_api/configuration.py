"""An HTTP API as the data plane sees it: plain values, a snapshot of what the control plane holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from localstack_dockerless.services.apigatewayv2.execute_api.routes import RouteTable


@dataclass(frozen=True)
class Throttling:
    """Steady requests a second and the bucket's size; the defaults are an account's quotas in a Region.

    Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html
    """

    rate: float = 10_000.0
    burst: int = 5_000


@dataclass(frozen=True)
class AccessLog:
    """Where a stage's access log goes: the ARN of a CloudWatch log group, and a line's format."""

    destination_arn: str
    format: str


@dataclass(frozen=True)
class Stage:
    """A stage; `throttling` by route key, with the stage's default under None."""

    name: str
    variables: Mapping[str, str] = field(default_factory=dict)
    throttling: Mapping[str | None, Throttling] = field(default_factory=dict)
    access_log: AccessLog | None = None

    def throttling_of(self, route_key: str) -> Throttling:
        """The limits for one route: its own, else the stage's default, else the account's."""
        return self.throttling.get(route_key) or self.throttling.get(None) or Throttling()


@dataclass(frozen=True)
class Authorizer:
    """A REQUEST authorizer; `ttl` in seconds, 0 when results are not cached."""

    id: str
    function_arn: str
    payload_version: str
    simple_responses: bool
    identity_sources: tuple[str, ...]
    ttl: int
    credentials_arn: str | None


@dataclass(frozen=True)
class Integration:
    """Where a route's requests go; `uri` is a listener ARN (VPC_LINK), `timeout` in seconds."""

    id: str
    uri: str
    method: str
    timeout: float
    connection_id: str
    request_parameters: Mapping[str, str] = field(default_factory=dict)
    response_parameters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """A route with what it leads to; `integration` is None for a route without a target."""

    key: str
    authorizer: Authorizer | None
    integration: Integration | None


@dataclass(frozen=True)
class Deployment:
    """The routes that a stage serves: how to find one, and each by its key."""

    table: RouteTable
    routes: Mapping[str, Route]


@dataclass(frozen=True)
class Api:
    """An API: its stages by name, and under the same names what is deployed to them, if anything is."""

    id: str
    account: str
    region: str
    stages: Mapping[str, Stage]
    deployments: Mapping[str, Deployment]
    vpc_links: frozenset[str]
