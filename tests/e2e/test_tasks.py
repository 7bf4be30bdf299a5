"""The ingestion service's two tasks behind the load balancer."""

from datetime import date

import pytest

from dockerless_testing.waiting import wait_until
from local.observe.running import RunningStack
from tests.e2e.api_client import ApiClient
from tests.e2e.customers import Customers, TestCustomer
from tests.e2e.load import under_load
from tests.e2e.logs import Logs
from tests.e2e.readings import quarter_hours
from tests.e2e.tasks import RECOVERY_SECONDS, Tasks

LOG_SECONDS = 30


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
    with under_load(stack, customer, quarter_hours(day)) as answered:
        stack.kill_task(*victim)
    assert api.stored_kwh(customer.number, customer.key) == answered.stored
    assert answered.other_statuses <= {503, 504}  # a container's address may be gone for a moment
    wait_until(tasks.are_complete, RECOVERY_SECONDS, "a task in the killed one's place")
    assert len({task["taskArn"] for task in tasks.running()} - before) == 1


def test_the_load_balancer_is_internal(stack: RunningStack, tasks: Tasks) -> None:
    balancer = stack.client("elbv2")
    group = tasks.description()["loadBalancers"][0]["targetGroupArn"]
    (arn,) = balancer.describe_target_groups(TargetGroupArns=[group])["TargetGroups"][0]["LoadBalancerArns"]
    (described,) = balancer.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
    assert described["Scheme"] == "internal"
