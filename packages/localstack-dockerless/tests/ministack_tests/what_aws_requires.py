"""Gives requests of the tests what AWS requires and MiniStack does not. A plug-in of pytest, which runs beside them.

MiniStack's tests create load balancers without subnets and target groups in a VPC that is not there. AWS refuses that.
The plug-in adds the default VPC and its subnets, so that the tests reach what they test. They also use a function at
once. AWS asks a client to wait until the state of a new function is Active and its update has ended. The plug-in waits.

For HTTP APIs it adds the version of the payload, makes an invocation's URI out of a function's ARN, and lets a stage
deploy by itself. It permits services to invoke a function, and leads `*.localhost` to this machine.

The tests run ECS tasks on instances of EC2, which the package refuses. The plug-in asks for Fargate. They run standard
state machines synchronously, which AWS refuses. The plug-in starts the execution and waits for its end. The passwords
of their DB instances are too short for AWS, and they use an instance that is being created. The events of
TestEventPattern lack fields that AWS requires.
"""

import json
import os
import socket
import time
from collections.abc import Callable
from functools import cache, partial, partialmethod
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.exceptions import ClientError

_FUNCTION_HAS_NONE = ("Port", "Protocol", "VpcId")
_UPDATES = ("CreateFunction", "UpdateFunctionCode", "UpdateFunctionConfiguration")
_SECONDS = 10
_SHORTEST_PASSWORD = 8
_FIELDS = {
    "account": "000000000000",
    "detail-type": "-",
    "id": "-",
    "region": "us-east-1",
    "resources": [],
    "source": "-",
    "time": "2026-01-01T00:00:00Z",
}
"""https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html"""
_SECONDS_OF_AN_EXECUTION = 40
_CALLERS = ("apigateway", "elasticloadbalancing", "events")
_PERMISSIONS_TESTED = "test_lambda"


def pytest_configure(config: Any) -> None:
    boto3.DEFAULT_SESSION = session = boto3.Session()
    events = session.events
    events.register("before-parameter-build.elastic-load-balancing-v2.CreateLoadBalancer", _load_balancer)
    events.register("before-parameter-build.elastic-load-balancing-v2.CreateTargetGroup", _target_group)
    events.register("before-parameter-build.apigatewayv2.CreateAuthorizer", _authorizer)
    events.register("before-parameter-build.apigatewayv2.CreateIntegration", _integration)
    events.register("before-parameter-build.apigatewayv2.CreateStage", _stage)
    events.register("before-parameter-build.ecs.RegisterTaskDefinition", _task_definition)
    for operation in ("CreateService", "RunTask"):
        events.register(f"before-parameter-build.ecs.{operation}", _on_fargate)
    events.register("before-parameter-build.eventbridge.TestEventPattern", _event)
    events.register("before-parameter-build.rds.CreateDBInstance", _password)
    events.register("after-call.rds.CreateDBInstance", _wait_for_instance)
    BaseClient._make_api_call = partialmethod(_call, BaseClient._make_api_call)  # type: ignore[attr-defined]
    if not any(_PERMISSIONS_TESTED in argument for argument in config.args):
        events.register("after-call.lambda.CreateFunction", _permit)
    socket.getaddrinfo = partial(_address, socket.getaddrinfo)
    for operation in _UPDATES:
        events.register(f"after-call.lambda.{operation}", _wait)


def _load_balancer(params: dict[str, Any], **_: Any) -> None:
    if not params.get("Subnets") and not params.get("SubnetMappings"):
        params["Subnets"] = [subnet["SubnetId"] for subnet in _subnets()[:2]]


def _target_group(params: dict[str, Any], **_: Any) -> None:
    if params.get("TargetType") == "lambda":
        for name in _FUNCTION_HAS_NONE:
            params.pop(name, None)
    else:
        params["VpcId"] = _subnets()[0]["VpcId"]


def _authorizer(params: dict[str, Any], **_: Any) -> None:
    uri = params.get("AuthorizerUri") or ""
    if uri.startswith("arn:aws:lambda:"):
        region = uri.split(":")[3]
        params["AuthorizerUri"] = f"arn:aws:apigateway:{region}:lambda:path/2015-03-31/functions/{uri}/invocations"


def _integration(params: dict[str, Any], **_: Any) -> None:
    if params.get("IntegrationType") == "AWS_PROXY" and not params.get("IntegrationSubtype"):
        params.setdefault("PayloadFormatVersion", "2.0")


def _stage(params: dict[str, Any], **_: Any) -> None:
    params.setdefault("AutoDeploy", True)


def _task_definition(params: dict[str, Any], **_: Any) -> None:
    wanted = {"requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc", "cpu": "256", "memory": "512"}
    params.update(wanted)
    for container in params.get("containerDefinitions") or ():
        for mapping in container.get("portMappings") or ():
            mapping.pop("hostPort", None)


def _on_fargate(params: dict[str, Any], **_: Any) -> None:
    params["launchType"] = "FARGATE"
    subnets = [subnet["SubnetId"] for subnet in _subnets()[:2]]
    params["networkConfiguration"] = {"awsvpcConfiguration": {"subnets": subnets, "assignPublicIp": "ENABLED"}}


def _event(params: dict[str, Any], **_: Any) -> None:
    try:
        given = json.loads(params["Event"])
    except ValueError:
        return
    if isinstance(given, dict):
        params["Event"] = json.dumps({**_FIELDS, **given})


def _password(params: dict[str, Any], **_: Any) -> None:
    if "MasterUserPassword" in params:
        params["MasterUserPassword"] = params["MasterUserPassword"].ljust(_SHORTEST_PASSWORD, "x")


def _wait_for_instance(parsed: dict[str, Any], **_: Any) -> None:
    arn = parsed.get("DBInstance", {}).get("DBInstanceArn")
    end = time.monotonic() + _SECONDS
    while arn and time.monotonic() < end:
        rds = boto3.client("rds", endpoint_url=os.environ["MINISTACK_ENDPOINT"], region_name=arn.split(":")[3])
        parsed["DBInstance"] = rds.describe_db_instances(DBInstanceIdentifier=arn)["DBInstances"][0]
        if parsed["DBInstance"]["DBInstanceStatus"] != "creating":
            break
        time.sleep(0.2)


def _call(client: Any, call: Callable[..., Any], operation: str, request: dict[str, Any]) -> Any:
    """Makes a call. A synchronous execution of a standard state machine becomes an execution and a wait."""
    try:
        return call(client, operation, request)
    except ClientError as error:
        if error.response["Error"]["Code"] != "StateMachineTypeNotSupported":
            raise
    started = call(client, "StartExecution", request)
    end = time.monotonic() + _SECONDS_OF_AN_EXECUTION
    while True:
        found = call(client, "DescribeExecution", {"executionArn": started["executionArn"]})
        if found["status"] != "RUNNING" or time.monotonic() > end:
            return found
        time.sleep(0.05)


def _permit(parsed: dict[str, Any], **_: Any) -> None:
    arn = parsed.get("FunctionArn")
    if not arn:
        return
    for name in _CALLERS:
        _functions(arn.split(":")[3]).add_permission(
            FunctionName=arn,
            StatementId=name,
            Action="lambda:InvokeFunction",
            Principal=f"{name}.amazonaws.com",
        )


def _address(resolve: Callable[..., Any], host: Any, *rest: Any, **named: Any) -> Any:
    here = isinstance(host, str) and host.endswith(".localhost")
    return resolve("127.0.0.1" if here else host, *rest, **named)


def _wait(parsed: dict[str, Any], **_: Any) -> None:
    arn = parsed.get("FunctionArn")
    if not arn:
        return
    end = time.monotonic() + _SECONDS
    functions = _functions(arn.split(":")[3])
    while time.monotonic() < end:
        found = functions.get_function_configuration(FunctionName=arn)
        if "Pending" not in found["State"] and found.get("LastUpdateStatus") != "InProgress":
            break
        time.sleep(0.02)


@cache
def _functions(region: str) -> Any:
    return boto3.client("lambda", endpoint_url=os.environ["MINISTACK_ENDPOINT"], region_name=region)


@cache
def _subnets() -> list[dict[str, Any]]:
    ec2 = boto3.client("ec2", endpoint_url=os.environ["MINISTACK_ENDPOINT"])
    found = ec2.describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])
    return list(found["Subnets"])
