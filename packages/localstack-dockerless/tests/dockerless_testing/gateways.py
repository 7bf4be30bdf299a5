"""Makes load balancers and HTTP APIs through the AWS API, calls them byte by byte, and removes them."""

import http.client
import time
import uuid
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from dockerless_testing.waiting import wait_until

ACCOUNT = "000000000000"


@dataclass(frozen=True)
class HttpAnswer:
    """Holds a client's answer. `headers` has every repetition."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def values(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


def call(
    url: str,
    path: str,
    method: str = "GET",
    *,
    headers: Iterable[tuple[str, str]] = (),
    body: bytes | None = None,
    chunks: Iterable[bytes] = (),
) -> HttpAnswer:
    """Sends exactly this path and these headers. The client adds only `Host` and the body's framing."""
    parts = urlsplit(url)
    given = list(headers)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
    try:
        has_host = any(name.lower() == "host" for name, _ in given)
        connection.putrequest(method, parts.path + path, skip_host=has_host, skip_accept_encoding=True)
        for name, value in given:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        if chunks:
            connection.putheader("Transfer-Encoding", "chunked")
        connection.endheaders(body)
        for chunk in [*chunks, b""] if chunks else []:
            connection.send(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        response = connection.getresponse()
        return HttpAnswer(response.status, list(response.headers.items()), response.read())
    finally:
        connection.close()


@dataclass
class Balancer:
    """Holds a load balancer with one listener and one target group, in a network of its own."""

    emulator: Any
    stack: ExitStack
    name: str = field(default_factory=lambda: f"t{uuid.uuid4().hex[:12]}")
    group_settings: dict[str, Any] = field(default_factory=dict)
    scheme: str = "internal"
    port: int = 80

    def __post_init__(self) -> None:
        self.elb = self.emulator.client("elbv2")
        ec2 = self.emulator.client("ec2")
        self.vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
        self.stack.callback(ec2.delete_vpc, VpcId=self.vpc)
        self.subnets = [self._subnet(ec2, number) for number in (0, 1)]
        balancer = self.elb.create_load_balancer(Name=self.name, Subnets=self.subnets, Scheme=self.scheme)
        self.arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
        self.address: str = balancer["LoadBalancers"][0]["DNSName"]
        self.group = self.target_group()
        self.stack.callback(self.elb.delete_load_balancer, LoadBalancerArn=self.arn)
        self.listener = self.new_listener({"Type": "forward", "TargetGroupArn": self.group}, self.port)

    def new_listener(self, action: dict[str, Any], port: int, **settings: Any) -> str:
        """Makes a listener and returns its ARN."""
        request = {"LoadBalancerArn": self.arn, "Protocol": "HTTP", "Port": port, "DefaultActions": [action]}
        arn: str = self.elb.create_listener(**request | settings)["Listeners"][0]["ListenerArn"]
        self.stack.callback(self.elb.delete_listener, ListenerArn=arn)
        return arn

    def rule(self, priority: int, conditions: list[dict[str, Any]], action: dict[str, Any]) -> str:
        """Makes a rule of the first listener and returns its ARN."""
        made = self.elb.create_rule(
            ListenerArn=self.listener, Priority=priority, Conditions=conditions, Actions=[action]
        )
        arn: str = made["Rules"][0]["RuleArn"]
        self.stack.callback(self.elb.delete_rule, RuleArn=arn)
        return arn

    def _subnet(self, ec2: Any, number: int) -> str:
        zone = f"eu-central-1{'ab'[number]}"
        subnet = ec2.create_subnet(VpcId=self.vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=zone)
        subnet_id: str = subnet["Subnet"]["SubnetId"]
        self.stack.callback(ec2.delete_subnet, SubnetId=subnet_id)
        return subnet_id

    def target_group(self, **settings: Any) -> str:
        """Makes a target group with the shortest health check that AWS allows."""
        made = self.elb.create_target_group(
            **{
                "Name": f"t{uuid.uuid4().hex[:12]}",
                "Protocol": "HTTP",
                "Port": 80,
                "VpcId": self.vpc,
                "TargetType": "ip",
                "HealthCheckPath": "/health",
                "HealthCheckIntervalSeconds": 5,
                "HealthCheckTimeoutSeconds": 2,
                "HealthyThresholdCount": 2,
                "UnhealthyThresholdCount": 2,
                **self.group_settings,
                **settings,
            }
        )
        arn: str = made["TargetGroups"][0]["TargetGroupArn"]
        self.stack.callback(self.elb.delete_target_group, TargetGroupArn=arn)
        return arn

    def register(self, *ports: int, group: str | None = None) -> None:
        """Registers targets on 127.0.0.1 and waits until they are healthy."""
        targets = [{"Id": "127.0.0.1", "Port": port} for port in ports]
        self.elb.register_targets(TargetGroupArn=group or self.group, Targets=targets)
        for port in ports:
            self.wait_for(port, "healthy", group=group)

    def health(self, port: int, group: str | None = None) -> dict[str, Any]:
        found = self.elb.describe_target_health(
            TargetGroupArn=group or self.group, Targets=[{"Id": "127.0.0.1", "Port": port}]
        )
        health: dict[str, Any] = found["TargetHealthDescriptions"][0]["TargetHealth"]
        return health

    def wait_for(self, port: int, state: str, group: str | None = None) -> dict[str, Any]:
        def reached() -> dict[str, Any] | None:
            found = self.health(port, group)
            return found if found["State"] == state else None

        found = wait_until(reached, 30, f"target {port} to be {state}")
        assert found is not None
        return found


@dataclass
class Gateway:
    """Holds an HTTP API with a VPC link to a balancer's listener and the stage `$default`."""

    balancer: Balancer
    stack: ExitStack
    stage: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.aws = self.balancer.emulator.client("apigatewayv2")
        link = self.aws.create_vpc_link(Name="link", SubnetIds=self.balancer.subnets)
        self.link = link["VpcLinkId"]
        self.stack.callback(self.aws.delete_vpc_link, VpcLinkId=self.link)
        api = self.aws.create_api(Name=self.balancer.name, ProtocolType="HTTP")
        self.id, self.url = api["ApiId"], api["ApiEndpoint"]
        self.stack.callback(self.aws.delete_api, ApiId=self.id)
        settings = {"StageName": "$default", "AutoDeploy": True, **self.stage}
        self.aws.create_stage(ApiId=self.id, **settings)

    def integration(self, **settings: Any) -> str:
        made = self.aws.create_integration(
            **{
                "ApiId": self.id,
                "IntegrationType": "HTTP_PROXY",
                "ConnectionType": "VPC_LINK",
                "ConnectionId": self.link,
                "IntegrationUri": self.balancer.listener,
                "IntegrationMethod": "ANY",
                "PayloadFormatVersion": "1.0",
                **settings,
            }
        )
        return str(made["IntegrationId"])

    def route(self, key: str, integration: str | None = None, **settings: Any) -> str:
        target = f"integrations/{integration or self.integration()}"
        return str(self.aws.create_route(ApiId=self.id, RouteKey=key, Target=target, **settings)["RouteId"])

    def call(self, path: str, method: str = "GET", **parts: Any) -> HttpAnswer:
        return call(self.url, path, method, **parts)


def log_group(emulator: Any, stack: ExitStack) -> tuple[str, str, Callable[[], list[str]]]:
    """Makes a log group. Returns its name, its ARN, and a function that reads all its lines in the order of time."""
    logs = emulator.client("logs")
    name = f"/test/{uuid.uuid4().hex}"
    logs.create_log_group(logGroupName=name)
    stack.callback(logs.delete_log_group, logGroupName=name)

    def lines() -> list[str]:
        events = []
        for stream in logs.describe_log_streams(logGroupName=name)["logStreams"]:
            found = logs.get_log_events(logGroupName=name, logStreamName=stream["logStreamName"], startFromHead=True)
            events += found["events"]
        return [event["message"] for event in sorted(events, key=lambda event: event["timestamp"])]

    return name, f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:{name}", lines


def milliseconds(started: float) -> float:
    """Returns the milliseconds since `started` of time.monotonic()."""
    return (time.monotonic() - started) * 1000
