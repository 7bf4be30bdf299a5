"""Keeps resources of Lambda, Step Functions, ECS and Application Auto Scaling."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any
from urllib.request import ProxyHandler, build_opener

from botocore.exceptions import ClientError

from dockerless_testing.ecs_world import World, ask
from dockerless_testing.emulator import Emulator
from dockerless_testing.event_world import queue
from dockerless_testing.lambda_functions import Function, function
from dockerless_testing.roles import arn_of, role
from dockerless_testing.waiting import wait_until

ECHO = "import os\ndef handle(event, _):\n    print('got', event)\n    return {'got': event, 'v': os.environ['V']}\n"
SLOW = """
import time
def handle(event, _):
    print("began", flush=True)
    time.sleep(20)
    print("done with", event)
"""
WAIT = {"StartAt": "W", "States": {"W": {"Type": "Wait", "SecondsPath": "$.seconds", "End": True}}}


def functions(emulator: Emulator) -> Iterator[None]:
    """Keeps a function, called by its version, alias, URL and event source."""
    client = emulator.client("lambda")
    with ExitStack() as stack:
        made = stack.enter_context(function(emulator, ECHO, Environment={"Variables": {"V": "one"}}))
        source = stack.enter_context(queue(emulator))
        version = client.publish_version(FunctionName=made.name)["Version"]
        client.create_alias(FunctionName=made.name, Name="live", FunctionVersion=version)
        url = client.create_function_url_config(FunctionName=made.name, AuthType="NONE")["FunctionUrl"]
        client.add_permission(
            FunctionName=made.name,
            StatementId="url",
            Action="lambda:InvokeFunctionUrl",
            Principal="*",
            FunctionUrlAuthType="NONE",
        )
        mapping = client.create_event_source_mapping(FunctionName=made.name, EventSourceArn=source.arn)["UUID"]
        stack.callback(client.delete_event_source_mapping, UUID=mapping)
        assert made.invoke(1).payload == {"got": 1, "v": "one"}
        yield
        assert made.invoke(2).payload == {"got": 2, "v": "one"}
        assert made.invoke(3, Qualifier="live").payload == {"got": 3, "v": "one"}
        with build_opener(ProxyHandler({})).open(url, timeout=150) as answer:
            assert json.load(answer)["v"] == "one"
        source.sqs.send_message(QueueUrl=source.url, MessageBody="through the queue")
        wait_until(lambda: _was_logged(made, "through the queue"), 60, "the message from the queue")
        client.update_function_configuration(FunctionName=made.name, Environment={"Variables": {"V": "two"}})
        client.get_waiter("function_updated_v2").wait(FunctionName=made.name, WaiterConfig={"Delay": 1})
        assert made.invoke(4).payload == {"got": 4, "v": "two"}


def _was_logged(made: Function, text: str) -> bool:
    try:
        return any(text in event["message"] for _, event in made.log_events())
    except ClientError:  # there is no log group yet
        return False


def executions(emulator: Emulator) -> Iterator[None]:
    """Keeps an ended execution with its history. A running one is FAILED, and an event and a metric report it."""
    states, events = emulator.client("stepfunctions"), emulator.client("events")
    with ExitStack() as stack:
        role_name = stack.enter_context(role(emulator))
        reports = stack.enter_context(queue(emulator, "events.amazonaws.com"))
        machine = states.create_state_machine(name="kept", roleArn=arn_of(role_name), definition=json.dumps(WAIT))
        start = {"stateMachineArn": machine["stateMachineArn"]}
        failed = {"status": ["FAILED"], "stateMachineArn": [machine["stateMachineArn"]]}
        events.put_rule(Name="kept-failures", EventPattern=json.dumps({"source": ["aws.states"], "detail": failed}))
        events.put_targets(Rule="kept-failures", Targets=[{"Id": "1", "Arn": reports.arn}])
        ended = states.start_execution(**start, input='{"seconds": 0}')["executionArn"]
        wait_until(lambda: _describe(states, ended)["status"] == "SUCCEEDED", 20, "the execution")
        history = states.get_execution_history(executionArn=ended)["events"]
        cut_off = states.start_execution(**start, input='{"seconds": 600}')["executionArn"]
        yield
        assert _describe(states, ended)["status"] == "SUCCEEDED"
        assert states.get_execution_history(executionArn=ended)["events"] == history
        described = _describe(states, cut_off)
        assert (described["status"], described["error"]) == ("FAILED", "Emulator.Stopped")
        assert "stopDate" in described
        last = states.get_execution_history(executionArn=cut_off, reverseOrder=True)["events"][0]
        assert last["executionFailedEventDetails"]["error"] == "Emulator.Stopped"
        assert json.loads(reports.next()["Body"])["detail"]["executionArn"] == cut_off
        cloudwatch = emulator.client("cloudwatch")
        metric = {"Namespace": "AWS/States", "MetricName": "ExecutionsFailed"}
        wait_until(lambda: cloudwatch.list_metrics(**metric)["Metrics"], 10, "the metric ExecutionsFailed")
        again = states.start_execution(**start, input='{"seconds": 0}')["executionArn"]
        wait_until(lambda: _describe(states, again)["status"] == "SUCCEEDED", 20, "an execution after the start")


def map_runs(emulator: Emulator) -> Iterator[None]:
    """Keeps an ended map run with its child executions. A running one is ABORTED, and its children are FAILED."""
    states = emulator.client("stepfunctions")
    each = {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, **WAIT}
    mapped = {"StartAt": "All", "States": {"All": {"Type": "Map", "ItemProcessor": each, "End": True}}}
    with role(emulator) as role_name:
        machine = states.create_state_machine(name="mapped", roleArn=arn_of(role_name), definition=json.dumps(mapped))
        start = {"stateMachineArn": machine["stateMachineArn"]}
        ended = states.start_execution(**start, input='[{"seconds": 0}]')["executionArn"]
        wait_until(lambda: _describe(states, ended)["status"] == "SUCCEEDED", 20, "the map run")
        before = _map_run(states, ended)
        cut_off = states.start_execution(**start, input='[{"seconds": 600}]')["executionArn"]
        wait_until(lambda: states.list_map_runs(executionArn=cut_off)["mapRuns"], 20, "the running map run")
        running = _map_run(states, cut_off)["mapRunArn"]
        wait_until(lambda: states.list_executions(mapRunArn=running)["executions"], 20, "the child")
        yield
        assert _map_run(states, ended) == before
        (child,) = states.list_executions(mapRunArn=before["mapRunArn"])["executions"]
        assert states.get_execution_history(executionArn=child["executionArn"])["events"]
        assert _map_run(states, cut_off)["status"] == "ABORTED"
        (child,) = states.list_executions(mapRunArn=running)["executions"]
        assert (child["status"], _describe(states, cut_off)["status"]) == ("FAILED", "FAILED")


def _map_run(states: Any, execution: str) -> Any:
    (run,) = states.list_map_runs(executionArn=execution)["mapRuns"]
    described = states.describe_map_run(mapRunArn=run["mapRunArn"])
    return {name: value for name, value in described.items() if name != "ResponseMetadata"}


def _describe(states: Any, execution: str) -> Any:
    return states.describe_execution(executionArn=execution)


def tasks(emulator: Emulator) -> Iterator[None]:
    """Keeps a task as the same process: the agent outlives LocalStack. Scaling stays."""
    world = World(emulator)
    port = world.start_agent()
    world.create(1)
    (before,) = world.running(1)
    process = ask(port)["pid"]
    scaling = emulator.client("application-autoscaling")
    target = {"ServiceNamespace": "ecs", "ResourceId": f"service/{world.name}/{world.name}"}
    registered = scaling.register_scalable_target(
        **target, ScalableDimension="ecs:service:DesiredCount", MinCapacity=1, MaxCapacity=3, Tags={"k": "v"}
    )
    yield
    (after,) = world.running(1)
    assert after["taskArn"] == before["taskArn"]
    assert ask(port)["pid"] == process
    tags = scaling.list_tags_for_resource(ResourceARN=registered["ScalableTargetARN"])["Tags"]
    assert tags == {"k": "v"}
    world.update(taskDefinition=world.task_definition("two"))
    wait_until(lambda: (ask(port) or {}).get("environment", {}).get("VERSION") == "two", 40, "the new version")
    world.close()


def asynchronous_events(emulator: Emulator) -> Iterator[None]:
    """Delivers an event that waited for its function when LocalStack ended."""
    client = emulator.client("lambda")
    with ExitStack() as stack:
        settings: dict[str, Any] = {"Timeout": 60}
        made = stack.enter_context(function(emulator, SLOW, **settings))
        client.invoke(FunctionName=made.name, InvocationType="Event", Payload=b'"async event"')
        wait_until(lambda: _was_logged(made, "began"), 40, "the function to begin")
        yield
        wait_until(lambda: _was_logged(made, "done with async event"), 60, "the function to be done")
