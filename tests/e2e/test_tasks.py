"""The ingestion service's two tasks behind the load balancer."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from typing import Any

import pytest

from local.stack.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.logs import Logs
from tests.e2e.readings import quarter_hours, reading
from tests.support.waiting import wait_until

RECOVERY_SECONDS = 90
LOG_SECONDS = 30


class Tasks:
    """What ECS and the load balancer say of the service."""

    def __init__(self, stack: RunningStack) -> None:
        self._stack = stack
        self._ecs, self._balancer = stack.client("ecs"), stack.client("elbv2")
        self.cluster, self.service = stack.outputs["ecs_cluster"], stack.outputs["ecs_service"]

    def description(self) -> dict[str, Any]:
        answer = self._ecs.describe_services(cluster=self.cluster, services=[self.service])
        return dict(answer["services"][0])

    def healthy(self) -> list[tuple[str, int]]:
        """The address and port of every healthy target."""
        groups = [balancer["targetGroupArn"] for balancer in self.description()["loadBalancers"]]
        answers = [self._balancer.describe_target_health(TargetGroupArn=group) for group in groups]
        return [
            (target["Target"]["Id"], target["Target"]["Port"])
            for answer in answers
            for target in answer["TargetHealthDescriptions"]
            if target["TargetHealth"]["State"] == "healthy"
        ]

    def running(self) -> list[dict[str, Any]]:
        arns = self._ecs.list_tasks(cluster=self.cluster, serviceName=self.service)["taskArns"]
        return list(self._ecs.describe_tasks(cluster=self.cluster, tasks=arns)["tasks"]) if arns else []

    def are_complete(self) -> bool:
        service = self.description()
        return bool(service["runningCount"] == service["desiredCount"] == len(self.healthy()) == 2)


@pytest.fixture
def tasks(stack: RunningStack) -> Iterator[Tasks]:
    """The service with both its tasks healthy, before the test and after it."""
    found = Tasks(stack)
    wait_until(found.are_complete, RECOVERY_SECONDS, "two healthy tasks")
    yield found
    wait_until(found.are_complete, RECOVERY_SECONDS, "two healthy tasks again")


@pytest.fixture
def customer(customers: Customers) -> TestCustomer:
    return customers.create()


def test_two_tasks_run_and_are_the_healthy_targets(tasks: Tasks) -> None:
    service = tasks.description()
    assert (service["desiredCount"], service["runningCount"]) == (2, 2)
    running = tasks.running()
    assert [task["lastStatus"] for task in running] == ["RUNNING", "RUNNING"]
    assert {task["taskDefinitionArn"] for task in running} == {service["taskDefinition"]}
    assert len(set(tasks.healthy())) == 2


def test_both_tasks_serve(api: ApiClient, tasks: Tasks, logs: Logs, customer: TestCustomer) -> None:
    sent = {api.readings(customer.number, customer.key).request_id for _ in range(20)}

    def streams() -> set[str]:
        events = logs.events("ingestion")
        return {event["logStreamName"] for event in events if any(request in event["message"] for request in sent)}

    wait_until(lambda: len(streams()) == 2, LOG_SECONDS, "requests in the log streams of both tasks")


def test_one_killed_task_loses_no_request_that_was_answered(
    stack: RunningStack, api: ApiClient, tasks: Tasks, customer: TestCustomer, day: date
) -> None:
    before = {task["taskArn"] for task in tasks.running()}
    victim = tasks.healthy()[0]
    starts, answered = quarter_hours(day), Answered()
    with ThreadPoolExecutor(4) as pool:
        sending = [pool.submit(_send_until_stored, stack, customer, start, answered) for start in starts]
        wait_until(lambda: answered.count >= 20, 60, "the first answers")
        stack.kill_task(*victim)
        for future in sending:
            future.result()
    stored = {datetime.fromisoformat(each["interval_start"]) for each in api.stored(customer.number, customer.key)}
    assert stored >= answered.stored
    assert stored == set(starts)
    assert answered.other_statuses <= {503}
    wait_until(tasks.are_complete, RECOVERY_SECONDS, "a task in the killed one's place")
    assert len({task["taskArn"] for task in tasks.running()} - before) == 1


class Answered:
    """What the API has answered to several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.stored: set[datetime] = set()
        self.other_statuses: set[int] = set()

    @property
    def count(self) -> int:
        return len(self.stored)

    def note(self, start: datetime, status: int) -> None:
        with self._lock:
            if status == 200:
                self.stored.add(start)
            else:
                self.other_statuses.add(status)


def _send_until_stored(stack: RunningStack, customer: TestCustomer, start: datetime, answered: Answered) -> None:
    client = ApiClient(stack.api_url)

    def is_stored() -> bool:
        status = client.send(customer.number, [reading(start)], customer.key).status
        answered.note(start, status)
        return status == 200

    try:
        wait_until(is_stored, 60, f"the reading of {start} to be stored")
    finally:
        client.close()


def test_the_load_balancer_is_internal(stack: RunningStack, tasks: Tasks) -> None:
    balancer = stack.client("elbv2")
    group = tasks.description()["loadBalancers"][0]["targetGroupArn"]
    (arn,) = balancer.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]["LoadBalancerArns"]
    (described,) = balancer.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    assert described["Scheme"] == "internal"
