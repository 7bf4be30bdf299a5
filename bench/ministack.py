"""MiniStack as a peer of the gateway: its HTTP API with a REQUEST authorizer in front of the same task of the service.

MiniStack is no dependency. It is measured where its environment is there:
`python3.13 -m venv .local/venv/ministack && .local/venv/ministack/bin/pip install ministack boto3`.
It has no VPC links and checks no call against a policy. So its integration is the task itself, and its authorizer reads
the same item from its own DynamoDB.
"""

import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from artifacts import user_shell
from artifacts.paths import VENVS
from bench.function_package import zipped
from bench.processes import free_port
from local.launcher.settings import REGION
from local.observe.running import local_client

PROGRAM = VENVS / "ministack" / "bin" / "ministack"
READY_SECONDS = 30.0
_ROUTE = "/v1/metering-points/{number}/readings"
_CODE = """\
import boto3

dynamodb = boto3.client("dynamodb")

def handler(event, context):
    key = {"number": {"S": event["pathParameters"]["number"]}}
    found = dynamodb.get_item(TableName="customers", Key=key, ConsistentRead=True)
    return {"isAuthorized": found["Item"]["key"]["S"] == event["headers"]["x-api-key"]}
"""


@contextmanager
def http_api(task: str, number: str, key: str) -> Iterator[tuple[str, str]]:
    """A MiniStack with an API whose route leads to `task`, a URL, for one customer's key.

    Yields its address and the API's Host header. Raises `RuntimeError` where it does not start.
    """
    edge = f"http://127.0.0.1:{(port := free_port())}"
    with tempfile.TemporaryDirectory() as folder:
        environment = user_shell.local() | {"GATEWAY_PORT": str(port), "HOME": folder, "TMPDIR": folder}
        process = subprocess.Popen(
            [PROGRAM],
            env=environment,
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait(edge, process)
            yield edge, f"{_make(edge, task, number, key)}.execute-api.localhost"
        finally:
            process.terminate()
            process.wait(timeout=READY_SECONDS)


def _wait(edge: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(edge, timeout=1).close()  # noqa: S310 -- an address of this machine
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError(f"{PROGRAM} did not answer within {READY_SECONDS:g} s")


def _make(edge: str, task: str, number: str, key: str) -> str:
    """The id of the API."""
    dynamodb, api = local_client(edge, "dynamodb"), local_client(edge, "apigatewayv2")
    dynamodb.create_table(
        TableName="customers",
        KeySchema=[{"AttributeName": "number", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "number", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.put_item(TableName="customers", Item={"number": {"S": number}, "key": {"S": key}})
    api_id: str = api.create_api(Name="readings", ProtocolType="HTTP")["ApiId"]
    authorizer = api.create_authorizer(ApiId=api_id, **_authorizer(_function(edge)))["AuthorizerId"]
    integration = api.create_integration(
        ApiId=api_id,
        IntegrationType="HTTP_PROXY",
        IntegrationMethod="ANY",
        IntegrationUri=task,  # MiniStack adds the path of the request
        PayloadFormatVersion="1.0",
    )["IntegrationId"]
    route = {"AuthorizationType": "CUSTOM", "AuthorizerId": authorizer, "Target": f"integrations/{integration}"}
    api.create_route(ApiId=api_id, RouteKey=f"POST {_ROUTE}", **route)
    api.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    return api_id


def _function(edge: str) -> str:
    made = local_client(edge, "lambda").create_function(
        FunctionName="authorizer",
        Role="arn:aws:iam::000000000000:role/authorizer",
        Runtime="python3.13",
        Handler="main.handler",
        Code={"ZipFile": zipped(_CODE)},
    )
    return str(made["FunctionArn"])


def _authorizer(function: str) -> dict[str, Any]:
    return {
        "AuthorizerType": "REQUEST",
        "Name": "key",
        "AuthorizerUri": f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations",
        "IdentitySource": ["$request.header.x-api-key"],
        "AuthorizerPayloadFormatVersion": "2.0",
        "EnableSimpleResponses": True,
        "AuthorizerResultTtlInSeconds": 0,
    }


def is_installed(program: Path = PROGRAM) -> bool:
    """Whether somebody made the environment of the peer."""
    return program.exists()
