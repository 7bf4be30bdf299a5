"""What the stack's containers are, and what happens when one is killed. In docker mode only."""

import re
from datetime import date

import pytest

from dockerless_testing.waiting import wait_until
from local.commands.push import push
from local.launcher.identity import ask
from local.launcher.saved import save
from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.containers import Container, containers, content, remove_image, scale
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.load import under_load
from tests.e2e.readings import quarter_hours, reading
from tests.e2e.tasks import RECOVERY_SECONDS, Tasks


@pytest.fixture(autouse=True)
def _in_docker_mode(stack: RunningStack) -> None:
    if stack.settings.mode != "docker":
        pytest.skip("no containers, or the tests run in one of them, which sees no Docker")


@pytest.fixture
def customer(customers: Customers) -> TestCustomer:
    return customers.create()


def test_the_stack_is_localstack_postgres_two_ingestion_containers_and_one_for_migrations(stack: RunningStack) -> None:
    services = sorted(each.service for each in containers(stack))
    assert services == ["ingestion", "ingestion", "localstack", "migrations", "postgres"]


def test_no_container_has_rights_that_it_does_not_need(stack: RunningStack) -> None:
    for container in containers(stack):
        description = container.inspect()
        host = description["HostConfig"]
        assert not host["Privileged"], container
        assert host["CapDrop"] == ["ALL"], container
        assert not host["CapAdd"], container
        assert any(re.fullmatch("no-new-privileges(:true)?", option) for option in host["SecurityOpt"]), container
        assert host["ReadonlyRootfs"], container
        assert description["Config"]["User"] not in ("", "0", "root"), container
        assert host["PidMode"] != "host", container
        assert host["NetworkMode"] != "host", container


def test_no_container_sees_the_docker_socket(stack: RunningStack) -> None:
    sources = [mount["Source"] for each in containers(stack) for mount in each.inspect()["Mounts"]]
    assert sources
    assert [source for source in sources if "docker.sock" in source or source in ("/", "/run", "/var/run")] == []


def test_only_loopback_ports_are_published(stack: RunningStack) -> None:
    published = [
        binding["HostIp"]
        for each in containers(stack)
        for bindings in (each.inspect()["HostConfig"]["PortBindings"] or {}).values()
        for binding in bindings
    ]
    assert published
    assert set(published) == {"127.0.0.1"}


def test_the_image_for_aws_does_not_hold_the_agent(stack: RunningStack) -> None:
    for container in containers(stack, "ingestion"):
        mounts = [mount for mount in container.inspect()["Mounts"] if mount["Type"] == "bind"]
        assert [(mount["Destination"], mount["RW"]) for mount in mounts] == [
            ("/agent/localstack_dockerless/services/ecs/agent", False)
        ]


def test_make_push_builds_the_image_that_ecs_was_told_and_containers_run(
    stack: RunningStack, tasks: Tasks, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("ECR_REPOSITORY", "TAG", "ARCHITECTURE"):
        monkeypatch.delenv(variable, raising=False)
    definition = stack.client("ecs").describe_task_definition(taskDefinition=tasks.description()["taskDefinition"])
    (container,) = definition["taskDefinition"]["containerDefinitions"]
    try:
        assert push(stack.settings) == 0
        running = {each.inspect()["Image"] for each in containers(stack, "ingestion")}
        assert {content(each) for each in running} == {content(container["image"])}
    finally:
        remove_image(container["image"])


def test_more_containers_are_more_tasks_and_targets_and_fewer_are_fewer(stack: RunningStack, tasks: Tasks) -> None:
    try:
        scale(stack, 4)
        wait_until(lambda: tasks.are_complete(4), RECOVERY_SECONDS, "four healthy tasks")
        assert _addresses(tasks) == {each.address for each in containers(stack, "ingestion")}
    finally:
        scale(stack, 2)
    wait_until(lambda: tasks.are_complete(2), RECOVERY_SECONDS, "two healthy tasks")
    assert _addresses(tasks) == {each.address for each in containers(stack, "ingestion")}


def test_a_killed_container_leaves_the_targets_and_returns(
    stack: RunningStack, api: ApiClient, tasks: Tasks, customer: TestCustomer, day: date
) -> None:
    victim = containers(stack, "ingestion")[0]
    with under_load(stack, customer, quarter_hours(day)) as answered:
        address = victim.address
        victim.kill()
        wait_until(lambda: address not in _addresses(tasks), RECOVERY_SECONDS, "the target to leave")
        answered.wait_for_more()  # by the other container alone
        victim.start()
        wait_until(tasks.are_complete, RECOVERY_SECONDS, "the target to return")
    assert api.stored_kwh(customer.number, customer.key) == answered.stored
    # nobody is left at the address who could refuse: the load balancer's attempt to connect times out
    assert answered.other_statuses <= {503, 504}


def test_a_restart_of_postgres_loses_nothing_that_was_answered(
    stack: RunningStack, api: ApiClient, tasks: Tasks, customer: TestCustomer, day: date
) -> None:
    (postgres,) = containers(stack, "postgres")
    with under_load(stack, customer, quarter_hours(day)) as answered:
        postgres.restart()
    assert api.stored_kwh(customer.number, customer.key) == answered.stored
    assert answered.other_statuses == {503}


def test_a_container_that_memory_killed_is_restarted(stack: RunningStack, tasks: Tasks) -> None:
    victim = containers(stack, "ingestion")[0]
    before = {task["taskArn"] for task in tasks.running()}
    victim.use_up_memory()

    def has_another_task() -> bool:
        return tasks.are_complete() and bool({task["taskArn"] for task in tasks.running()} - before)

    wait_until(has_another_task, RECOVERY_SECONDS, "a new task beside the other")
    assert _is_running(victim)


def test_localstack_comes_back_with_what_its_volume_holds(
    stack: RunningStack, api: ApiClient, tasks: Tasks, customer: TestCustomer, day: date
) -> None:
    """Killed after a save, then stopped, when it saves by itself. Terraform finds no difference after either."""
    (localstack,) = containers(stack, "localstack")
    for end in (localstack.kill, localstack.stop):
        answer = api.send(customer.number, [reading(quarter_hours(day)[0])], customer.key)
        assert answer.status == 200, answer
        save(stack.settings)
        end()
        localstack.start()
        wait_until(lambda: _session(stack), RECOVERY_SECONDS, "LocalStack's answer")
        wait_until(tasks.are_complete, RECOVERY_SECONDS, "two healthy tasks")
        assert len(api.stored(customer.number, customer.key)) == 1
        code, plan = stack.plan()
        assert code == 0, plan


def _session(stack: RunningStack) -> str:
    """Docker takes connections for a container that does not listen yet, and closes them."""
    answer = ask(stack.settings)
    return answer.session if answer else ""


def _is_running(container: Container) -> bool:
    return bool(container.inspect()["State"]["Running"])


def _addresses(tasks: Tasks) -> set[str]:
    return {address for address, _ in tasks.healthy()}
