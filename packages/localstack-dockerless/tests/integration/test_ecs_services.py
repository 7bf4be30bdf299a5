"""The tasks of an ECS service are the agents' processes, and the API reports them truthfully."""

import json
from typing import Any

import pytest

from dockerless_testing.ecs_world import World, ask, process_at
from dockerless_testing.waiting import wait_until

REGION = "eu-central-1"
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}


def test_without_an_agent_nothing_runs_and_nothing_is_said_to(world: World) -> None:
    world.create(desired=2)
    world.event("unable to place a task")
    service = world.service()
    assert (service["desiredCount"], service["runningCount"], service["pendingCount"]) == (2, 0, 0)
    assert service["deployments"][0]["rolloutState"] == "IN_PROGRESS"
    assert world.tasks() == []


def test_each_agent_runs_one_task_at_its_own_port(world: World) -> None:
    ports = {world.start_agent(), world.start_agent()}
    world.create(desired=2)
    tasks = world.running(2)
    bindings = [task["containers"][0]["networkBindings"][0] for task in tasks]
    assert {binding["hostPort"] for binding in bindings} == ports
    assert {task["lastStatus"] for task in tasks} == {"RUNNING"}
    assert all(process_at(port) for port in ports)
    cluster = world.ecs.describe_clusters(clusters=[world.name])["clusters"][0]
    assert (cluster["runningTasksCount"], cluster["activeServicesCount"]) == (2, 1)


def test_an_agent_more_than_wanted_stays_idle(world: World) -> None:
    for _ in range(3):
        world.start_agent()
    world.create(desired=1)
    assert len(world.running(1)) == 1
    world.update(desiredCount=3)
    assert len(world.running(3)) == 3
    world.update(desiredCount=0)
    assert world.running(0) == []


def test_the_process_has_the_environment_of_its_task_definition_and_no_other(world: World) -> None:
    secret = world.emulator.client("secretsmanager").create_secret(
        Name=world.name, SecretString=json.dumps({"username": "example", "password": "p:w"})
    )["ARN"]
    ssm = world.emulator.client("ssm")
    ssm.put_parameter(Name=f"/{world.name}/flag", Value="on", Type="SecureString")
    port = world.start_agent(AGENTS_OWN="not for the task")
    secrets = {
        "WHOLE": secret,
        "USERNAME": f"{secret}:username::",
        "PASSWORD": f"{secret}:password:AWSCURRENT:",
        "FLAG": f"/{world.name}/flag",
        "FLAG_BY_ARN": f"arn:aws:ssm:eu-central-1:000000000000:parameter/{world.name}/flag",
    }
    references = [{"name": name, "valueFrom": value} for name, value in secrets.items()]
    world.create(task_definition=world.task_definition(environment={"PLAIN": "x=y"}, secrets=references))
    world.running(1)
    environment = process_at(port)["environment"]
    expected = {
        "VERSION": "one",
        "PLAIN": "x=y",
        "WHOLE": '{"username": "example", "password": "p:w"}',
        "USERNAME": "example",
        "PASSWORD": "p:w",
        "FLAG": "on",
        "FLAG_BY_ARN": "on",
        "HOST": "127.0.0.1",
        "PORT": str(port),
    }
    expected |= {"AWS_EXECUTION_ENV": "AWS_ECS_FARGATE", "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    expected |= {"AWS_ENDPOINT_URL": world.emulator.url, "HOME": "/dev/null"}
    assert {name: environment.get(name) for name in expected} == expected
    assert set(environment) - set(expected) <= {"PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR"}


def test_output_goes_to_the_log_stream_of_the_task(world: World) -> None:
    world.start_agent()
    world.create()
    (task,) = world.running(1)
    world.lines(task, "version one", "to standard error")
    world.update(desiredCount=0)
    assert world.lines(task, "told to end")[-1] == "told to end"


def test_a_task_whose_secret_is_missing_never_starts_and_is_tried_again(world: World) -> None:
    secrets = world.emulator.client("secretsmanager")
    arn = f"arn:aws:secretsmanager:eu-central-1:000000000000:secret:{world.name}"
    port = world.start_agent()
    references = [{"name": "PASSWORD", "valueFrom": f"{arn}:password::"}]
    world.create(task_definition=world.task_definition(secrets=references))
    task = world.stopped("ResourceInitializationError: unable to pull secrets or registry auth")
    assert world.name in task["stoppedReason"]
    assert task["stopCode"] == "TaskFailedToStart"
    assert "startedAt" not in task
    world.event("ResourceInitializationError")
    assert ask(port) is None
    secrets.create_secret(Name=world.name, SecretString=json.dumps({"other": "x"}))
    world.stopped("did not contain json key password")
    secrets.put_secret_value(SecretId=world.name, SecretString=json.dumps({"password": "x"}))
    world.running(1)


def test_a_task_whose_log_group_is_missing_never_starts(world: World) -> None:
    world.start_agent()
    options = {
        "awslogs-group": f"/missing/{world.name}",
        "awslogs-region": "eu-central-1",
        "awslogs-stream-prefix": "api",
    }
    logging = {"logDriver": "awslogs", "options": options}
    world.create(task_definition=world.task_definition(logConfiguration=logging))
    assert f"/missing/{world.name}" in world.stopped("failed to validate logger args")["stoppedReason"]


def test_a_new_task_definition_replaces_every_task(world: World) -> None:
    ports = [world.start_agent(), world.start_agent()]
    world.create(desired=2)
    before = {task["taskArn"] for task in world.running(2)}
    second = world.task_definition("two")
    world.update(taskDefinition=second)
    after = world.running(2)
    assert before.isdisjoint(task["taskArn"] for task in after)
    assert {task["taskDefinitionArn"] for task in after} == {second}
    assert world.service()["taskDefinition"] == second
    for port in ports:
        process = process_at(port)
        assert process["environment"]["VERSION"] == "two"
    reasons = {task["stoppedReason"].split(" (")[0] for task in world.tasks("STOPPED")}
    assert reasons == {"Scaling activity initiated by"}


def test_a_forced_deployment_runs_new_tasks_of_the_same_definition(world: World) -> None:
    world.start_agent()
    world.create()
    (before,) = world.running(1)
    world.update(forceNewDeployment=True)
    (after,) = world.running(1)
    assert after["taskArn"] != before["taskArn"]
    assert after["taskDefinitionArn"] == before["taskDefinitionArn"]


def test_a_task_that_keeps_failing_is_reported_and_never_counted(world: World) -> None:
    world.start_agent()
    world.create(task_definition=world.task_definition(environment={"CRASH": "7"}))
    task = world.stopped("Essential container in task exited")
    assert task["containers"][0]["exitCode"] == 7
    assert task["stopCode"] == "EssentialContainerExited"
    world.event("is unable to consistently start tasks successfully")
    assert world.service()["deployments"][0]["rolloutState"] == "IN_PROGRESS"


def test_the_circuit_breaker_rolls_back_to_what_worked(world: World) -> None:
    first = world.task_definition("one")
    world.start_agent()
    world.create(task_definition=first, deploymentConfiguration=BREAKER)
    world.running(1)
    world.update(taskDefinition=world.task_definition("two", environment={"CRASH": "1"}))
    world.event("deployment failed: tasks failed to start")
    (task,) = world.running(1)
    assert task["taskDefinitionArn"] == world.service()["taskDefinition"] == first
    world.event("rolling back")


def test_a_command_that_does_not_exist_is_named(world: World) -> None:
    world.start_agent("/nowhere/at-all")
    world.create()
    task = world.stopped("CannotStartContainerError")
    assert "/nowhere/at-all" in task["stoppedReason"]


def test_a_stopped_task_is_replaced(world: World) -> None:
    world.start_agent()
    world.create()
    (task,) = world.running(1)
    world.ecs.stop_task(cluster=world.name, task=task["taskArn"], reason="to see")
    stopped = world.stopped("to see")
    assert (stopped["stopCode"], stopped["containers"][0]["exitCode"]) == ("UserInitiated", 0)
    assert world.running(1)[0]["taskArn"] != task["taskArn"]


def test_a_deleted_service_has_no_tasks_and_its_cluster_can_go(world: World) -> None:
    port = world.start_agent()
    world.create()
    world.running(1)
    refused = world.ecs.exceptions.ClusterContainsServicesException
    with pytest.raises(refused):
        world.ecs.delete_cluster(cluster=world.name)
    with pytest.raises(world.ecs.exceptions.InvalidParameterException, match="scaled above 0"):
        world.ecs.delete_service(cluster=world.name, service=world.name)
    assert (
        world.ecs.delete_service(cluster=world.name, service=world.name, force=True)["service"]["status"] == "DRAINING"
    )
    wait_until(lambda: world.service()["status"] == "INACTIVE", 40, "the service to end")
    assert world.service()["runningCount"] == 0
    assert ask(port) is None
    assert world.ecs.list_services(cluster=world.name)["serviceArns"] == []
    world.create()  # the name is free again
    world.running(1)


def test_a_service_comes_back_as_it_was_written(world: World) -> None:
    written: dict[str, Any] = {
        "healthCheckGracePeriodSeconds": 60,
        "availabilityZoneRebalancing": "ENABLED",
        "propagateTags": "SERVICE",
        "platformVersion": "LATEST",
        "schedulingStrategy": "REPLICA",
        "deploymentConfiguration": {
            "maximumPercent": 200,
            "minimumHealthyPercent": 100,
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
        },
    }
    created = world.create(desired=0, tags=[{"key": "a", "value": "b"}], **written)
    shown = world.ecs.describe_services(cluster=world.name, services=[world.name], include=["TAGS"])
    service = shown["services"][0]
    assert {name: service[name] for name in written} == written
    assert {name: created[name] for name in written} == written
    assert service["tags"] == [{"key": "a", "value": "b"}]
    world.update(healthCheckGracePeriodSeconds=30)
    assert world.service()["healthCheckGracePeriodSeconds"] == 30
