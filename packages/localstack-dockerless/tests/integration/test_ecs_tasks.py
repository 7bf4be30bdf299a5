"""RunTask runs a task of no service once: with its overrides, as its caller may, and until its process ends."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from dockerless_testing.ecs_world import World, process_at
from dockerless_testing.emulator import Emulator
from dockerless_testing.refusals import refusal, refusal_400
from dockerless_testing.roles import arn_of, role
from dockerless_testing.waiting import wait_until

PRINT = "import json, os, sys; print(json.dumps([sys.argv[1:], os.environ.get('VERSION')])); sys.exit(3)"


def family(world: World) -> str:
    return f"family:{world.name}"


def command(*words: str, **environment: str) -> dict[str, Any]:
    """Returns the overrides of a task that runs this command."""
    variables = [{"name": name, "value": value} for name, value in environment.items()]
    return {"containerOverrides": [{"name": "api", "command": list(words), "environment": variables}]}


def test_a_task_runs_its_overridden_command_once_and_tells_its_exit_code(world: World) -> None:
    world.start_agent(group="family:*")
    overrides = command(sys.executable, "-c", PRINT, "migrate", VERSION="two")
    started = world.run(overrides=overrides, startedBy="a test", tags=[{"key": "a", "value": "b"}])
    task = world.wait_for("tasks_stopped", started)
    assert (task["stopCode"], task["stoppedReason"]) == (
        "EssentialContainerExited",
        "Essential container in task exited",
    )
    assert task["containers"][0]["exitCode"] == 3
    assert (task["group"], task["startedBy"]) == (family(world), "a test")
    assert task["overrides"]["containerOverrides"][0]["command"][-1] == "migrate"
    assert task["startedAt"] <= task["stoppedAt"]
    world.lines(task, json.dumps([["migrate"], "two"]))
    shown = world.ecs.describe_tasks(cluster=world.name, tasks=[started], include=["TAGS"])["tasks"][0]
    assert shown["tags"] == [{"key": "a", "value": "b"}]
    stopped = {"cluster": world.name, "desiredStatus": "STOPPED"}
    for chosen in ({"family": world.name}, {"startedBy": "a test"}):
        assert world.ecs.list_tasks(**stopped, **chosen)["taskArns"] == [started]


def test_the_command_of_the_task_definition_replaces_the_images(world: World) -> None:
    world.start_agent(group=family(world))
    definition = world.task_definition(entryPoint=[sys.executable, "-c", PRINT], command=["a", "b"])
    task = world.wait_for("tasks_stopped", world.run(definition))
    world.lines(task, json.dumps([["a", "b"], "one"]))


def test_a_running_task_is_stopped_by_its_caller(world: World) -> None:
    port = world.start_agent(group=family(world))
    started = world.run()
    assert world.wait_for("tasks_running", started)["desiredStatus"] == "RUNNING"
    assert process_at(port)["environment"]["VERSION"] == "one"
    assert "ClusterContainsTasksException" in refusal(world.ecs.delete_cluster, cluster=world.name)
    world.ecs.stop_task(cluster=world.name, task=started, reason="enough")
    task = world.wait_for("tasks_stopped", started)
    assert (task["stopCode"], task["stoppedReason"], task["containers"][0]["exitCode"]) == (
        "UserInitiated",
        "enough",
        0,
    )


def test_a_killed_task_is_not_started_again(world: World) -> None:
    port = world.start_agent(group=family(world))
    started = world.run()
    world.wait_for("tasks_running", started)
    os.kill(int(process_at(port)["pid"]), signal.SIGKILL)
    assert world.wait_for("tasks_stopped", started)["containers"][0]["exitCode"] == 137
    assert world.ecs.list_tasks(cluster=world.name)["taskArns"] == []


def test_a_task_that_cannot_start_says_why(world: World) -> None:
    arn = f"arn:aws:secretsmanager:eu-central-1:000000000000:secret:{world.name}"
    definition = world.task_definition(secrets=[{"name": "PASSWORD", "valueFrom": arn}])
    task = world.wait_for("tasks_stopped", world.run(definition))
    assert task["stopCode"] == "TaskFailedToStart"
    assert task["stoppedReason"].startswith("ResourceInitializationError: unable to pull secrets or registry auth")


def test_a_task_without_an_agent_stays_pending_says_why_and_can_be_stopped(world: World) -> None:
    started = world.run()

    def reason() -> str:
        return str(world.described(started)["containers"][0].get("reason", ""))

    assert "maps no process to the image api:latest" in wait_until(reason, 20, "the reason")
    assert world.described(started)["lastStatus"] == "PENDING"
    world.ecs.stop_task(cluster=world.name, task=started)
    assert world.wait_for("tasks_stopped", started)["stopCode"] == "UserInitiated"


def test_a_service_without_an_agent_names_its_image_in_an_event(world: World) -> None:
    world.create()
    assert "maps no process to the image api:latest" in world.event("unable to place a task")


def test_the_tasks_of_a_client_token_are_started_once(world: World) -> None:
    first = world.run(clientToken="once")
    assert world.run(clientToken="once") == first
    assert world.ecs.list_tasks(cluster=world.name)["taskArns"] == [first]


def test_an_image_of_the_table_runs_without_an_agent_of_its_own(world: World) -> None:
    definition = world.task_definition(image="mapped/api:1")
    task = world.wait_for("tasks_running", world.run(definition))
    port = task["containers"][0]["networkBindings"][0]["hostPort"]
    assert process_at(port)["environment"]["VERSION"] == "one"
    world.create(desired=2, task_definition=definition)
    ports = {each["containers"][0]["networkBindings"][0]["hostPort"] for each in world.running(2)}
    assert len(ports | {port}) == 3
    world.update(taskDefinition=world.task_definition("two", image="mapped/api:2"))
    for each in world.running(2):
        found = process_at(each["containers"][0]["networkBindings"][0]["hostPort"])
        assert found["environment"]["VERSION"] == "two"


def healthy(world: World, started: str, wanted: str) -> None:
    wait_until(lambda: world.described(started)["healthStatus"] == wanted, 40, f"a task that is {wanted}")


def check(*words: str) -> dict[str, Any]:
    return {"command": list(words), "interval": 5, "timeout": 2, "retries": 1}


def test_a_tasks_health_is_the_result_of_its_health_check(world: World, tmp_path: Any) -> None:
    world.start_agent(group=family(world))
    flag = tmp_path / "healthy"
    flag.touch()
    definition = world.task_definition(healthCheck=check("CMD-SHELL", f"test -e {flag} && test $VERSION = one"))
    started = world.run(definition)
    healthy(world, started, "HEALTHY")
    flag.unlink()
    healthy(world, started, "UNHEALTHY")
    assert world.described(started)["containers"][0]["healthStatus"] == "UNHEALTHY"
    assert world.described(started)["lastStatus"] == "RUNNING"  # only a service replaces an unhealthy task


def test_a_service_replaces_a_task_whose_container_is_unhealthy(world: World) -> None:
    world.start_agent()
    world.create(task_definition=world.task_definition(healthCheck=check("CMD", "false")))
    world.stopped("Task failed container health checks")
    world.event("failed container health checks")


@pytest.fixture
def operator(emulator: Emulator, world: World, act: Any) -> Iterator[Any]:
    """Yields a function that makes ECS's client of a role with the given statements. The role ends with the test."""
    made = []

    def client(*statements: dict[str, Any]) -> Any:
        context = role(emulator, *statements, trusted=_trust_account())
        made.append(context)
        return act(context.__enter__(), "ecs")

    yield client
    for context in made:
        context.__exit__(None, None, None)


def _trust_account() -> str:
    allowed = {"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [allowed]})


def allow(action: str, resource: str, condition: dict[str, Any] | None = None) -> dict[str, Any]:
    more = {"Condition": condition} if condition else {}
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def test_a_caller_needs_the_task_definition_the_cluster_and_the_roles(world: World, operator: Any) -> None:
    definition = world.task_definition()
    cluster = f"arn:aws:ecs:eu-central-1:000000000000:cluster/{world.name}"
    run = allow("ecs:RunTask", definition, {"ArnEquals": {"ecs:cluster": cluster}})
    other = allow("ecs:RunTask", definition, {"ArnEquals": {"ecs:cluster": f"{cluster}x"}})
    to_ecs = {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}}
    to_lambda = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    passed = allow("iam:PassRole", arn_of(world.role), to_ecs)
    for statements, missing in (
        ([passed], "ecs:RunTask"),
        ([other, passed], "ecs:RunTask"),
        ([run], "iam:PassRole"),
        ([run, allow("iam:PassRole", arn_of(world.role), to_lambda)], "iam:PassRole"),
    ):
        said = refusal_400(world.run, definition, client=operator(*statements))
        assert said.startswith("AccessDeniedException")
        assert f"is not authorized to perform: {missing}" in said
    client = operator(run, passed)
    by_family = definition.rpartition("/")[2].partition(":")[0]
    assert world.run(by_family, client=client)


def test_a_state_machine_runs_a_task_and_waits_for_it(world: World, emulator: Emulator) -> None:
    """https://docs.aws.amazon.com/step-functions/latest/dg/connect-ecs.html"""
    world.start_agent(group=family(world))
    steps = emulator.client("stepfunctions")
    parameters = {
        "Cluster": world.name,
        "TaskDefinition": world.task_definition(entryPoint=[sys.executable, "-c", "print('done')"]),
        "LaunchType": "FARGATE",
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {"Subnets": world.network()["awsvpcConfiguration"]["subnets"]},
        },
    }
    state = {"Type": "Task", "Resource": "arn:aws:states:::ecs:runTask.sync", "Parameters": parameters, "End": True}
    with role(emulator) as name:
        made = steps.create_state_machine(
            name=world.name,
            definition=json.dumps({"StartAt": "Run", "States": {"Run": state}}),
            roleArn=arn_of(name),
        )["stateMachineArn"]
        execution = steps.start_execution(stateMachineArn=made)["executionArn"]

        def ended() -> Any:
            found = steps.describe_execution(executionArn=execution)
            return found if found["status"] != "RUNNING" else None

        found = wait_until(ended, 40, "the execution to end")
        steps.delete_state_machine(stateMachineArn=made)
    assert found["status"] == "SUCCEEDED", found
    assert json.loads(found["output"])["Containers"][0]["ExitCode"] == 0
