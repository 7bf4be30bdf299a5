"""Measures a Lambda invocation, warm and cold, as a developer's script sees it."""

import json
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from bench.figures import interleaved
from bench.function_package import zipped
from bench.measure import Measure, Row, at_most
from bench.world import World
from local.observe.running import RunningStack

CALLS = 100
_CODE = "def handler(event, context):\n    return event\n"
_TRUST = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
_LOGS = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}


def run(world: World) -> Iterator[Row]:
    stack = world.stack()
    client = stack.client("lambda")
    with _function(stack, client) as name:
        figures = interleaved(
            world.pick(7, quick=3),
            {
                "invoke": lambda: _median_milliseconds(lambda: _invoke(client, name)),
                "read": lambda: _median_milliseconds(lambda: client.get_function_concurrency(FunctionName=name)),
            },
            "ms",
        )
        cold = interleaved(
            world.pick(7, quick=3),
            {
                "cold": lambda: _cold_milliseconds(client, name),
                "warm": lambda: _milliseconds(lambda: _invoke(client, name)),
            },
            "ms",
        )
    yield Row("warm Lambda invoke", figures["invoke"], at_most(8))
    yield Row.difference(
        "warm Lambda invoke",
        figures["invoke"],
        against="a call of the Lambda API that runs nothing",
        reference=figures["read"],
    )
    yield Row.difference(
        "cold Lambda invoke: Python and awslambdaric start",
        cold["cold"],
        against="a warm one",
        reference=cold["warm"],
    )


def _median_milliseconds(call: Callable[[], Any]) -> float:
    return statistics.median(_milliseconds(call) for _ in range(CALLS))


def _milliseconds(call: Callable[[], Any]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _cold_milliseconds(client: Any, name: str) -> float:
    """A change of the configuration ends the function's environments. The first invoke after it is measured."""
    variables = {"Variables": {"ROUND": uuid.uuid4().hex}}
    client.update_function_configuration(FunctionName=name, Environment=variables)
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    return _milliseconds(lambda: _invoke(client, name))


def _invoke(client: Any, name: str) -> None:
    answer = client.invoke(FunctionName=name, Payload=b'{"a": 1}')
    payload = json.loads(answer["Payload"].read())
    if answer.get("FunctionError") or payload != {"a": 1}:
        raise RuntimeError(f"the function answered {payload}")


@contextmanager
def _function(stack: RunningStack, client: Any) -> Iterator[str]:
    """Makes a function that returns its event, with a role that may write its log."""
    name = f"bench-{uuid.uuid4().hex[:8]}"
    iam = stack.client("iam")
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_policy(_TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="logs", PolicyDocument=_policy(_LOGS))
    try:
        code = {"ZipFile": zipped(_CODE)}
        client.create_function(FunctionName=name, Role=role, Runtime="python3.13", Handler="main.handler", Code=code)
        client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
        yield name
        client.delete_function(FunctionName=name)
    finally:
        iam.delete_role_policy(RoleName=name, PolicyName="logs")
        iam.delete_role(RoleName=name)


def _policy(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


MEASURE = Measure(
    name="lambda",
    title="Lambda",
    how=f"A function that returns its event, invoked one call after the other by boto3 from a process of its own. A "
    f"figure of warm invokes alone is the median of {CALLS} calls; a cold one is measured beside a single warm one.",
    run=run,
)
