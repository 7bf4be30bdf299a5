"""The services publish the metrics of AWS on which alarms watch them, with AWS's dimensions."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing import rds_instances
from dockerless_testing.backends import Backend
from dockerless_testing.ecs_world import World
from dockerless_testing.emulator import Emulator
from dockerless_testing.gateways import Balancer, Gateway
from dockerless_testing.lambda_functions import function
from dockerless_testing.waiting import wait_until

SECONDS = 90  # the metrics of states are published once a minute
SLEEPS = "import time\n\ndef handle(event, context):\n    time.sleep(event)\n"


@pytest.fixture(scope="module")
def queue(emulator: Emulator) -> Iterator[str]:
    """Yields the name of a queue with a message in flight, which is still in the queue."""
    sqs, name = emulator.client("sqs"), f"t{uuid.uuid4().hex}"
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody="old")
    sqs.receive_message(QueueUrl=url)
    yield name
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture(scope="module")
def unhealthy(emulator: Emulator) -> Iterator[dict[str, str]]:
    """Yields the dimensions of a target group whose one target is unhealthy."""
    with ExitStack() as stack, Backend() as backend:
        balancer = Balancer(
            emulator, stack, group_settings={"HealthCheckPath": "/missing", "Matcher": {"HttpCode": "299"}}
        )
        emulator.client("elbv2").register_targets(
            TargetGroupArn=balancer.group, Targets=[{"Id": "127.0.0.1", "Port": backend.port}]
        )
        balancer.wait_for(backend.port, "unhealthy")
        names = (balancer.arn.rpartition(":loadbalancer/")[2], balancer.group.rpartition(":")[2])
        yield dict(zip(("LoadBalancer", "TargetGroup"), names, strict=True))


@pytest.fixture(scope="module")
def lacking(emulator: Emulator) -> Iterator[dict[str, str]]:
    """Yields the dimensions of a service of 2 tasks with an agent for one."""
    world = World(emulator)
    try:
        world.start_agent()
        world.create(desired=2)
        wait_until(lambda: world.service()["runningCount"] == 1, SECONDS, "a running task")
        yield {"ClusterName": world.name, "ServiceName": world.name}
    finally:
        world.close()


@pytest.fixture(scope="module")
def database(emulator: Emulator) -> Iterator[dict[str, str]]:
    """Yields the dimension of a running DB instance."""
    rds, name = emulator.client("rds"), f"t{uuid.uuid4().hex[:12]}"
    rds_instances.create(rds, name)
    try:
        rds_instances.available(rds, name)
        yield {"DBInstanceIdentifier": name}
    finally:
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


@pytest.fixture(scope="module", autouse=True)
def _made_before_the_first_wait(queue: str, unhealthy: Any, lacking: Any, database: Any) -> None:
    """One publication of the metrics has all of them."""


def value(emulator: Emulator, namespace: str, metric: str, statistic: str, **dimensions: str) -> float | None:
    """Returns the statistic of the last half-hour. None: nothing is published."""
    now = datetime.now(UTC)
    named = [{"Name": name, "Value": given} for name, given in dimensions.items()]
    wanted = {"Namespace": namespace, "MetricName": metric, "Dimensions": named}
    (result,) = emulator.client("cloudwatch").get_metric_data(
        MetricDataQueries=[{"Id": "one", "MetricStat": {"Metric": wanted, "Period": 3600, "Stat": statistic}}],
        StartTime=now - timedelta(minutes=30),
        EndTime=now + timedelta(minutes=30),
    )["MetricDataResults"]
    return float(result["Values"][0]) if result["Values"] else None


def published(emulator: Emulator, namespace: str, metric: str, statistic: str, **dimensions: str) -> float:
    """Waits for the metric and returns its value."""

    def found() -> list[float]:
        read = value(emulator, namespace, metric, statistic, **dimensions)
        return [] if read is None else [read]

    return wait_until(found, SECONDS, f"{namespace} {metric}")[0]


def test_a_function_has_durations_and_throttles(emulator: Emulator) -> None:
    with function(emulator, SLEEPS) as made:
        for seconds in (0, 0, 0.3):
            made.invoke(seconds)
        client = emulator.client("lambda", retries={"total_max_attempts": 1})
        client.put_function_concurrency(FunctionName=made.name, ReservedConcurrentExecutions=0)
        with pytest.raises(ClientError, match="TooManyRequestsException"):
            client.invoke(FunctionName=made.name, Payload=b"0")
        wait_until(
            lambda: value(emulator, "AWS/Lambda", "Throttles", "Sum", FunctionName=made.name) == 1, 10, "1 throttle"
        )
        assert value(emulator, "AWS/Lambda", "Duration", "SampleCount", FunctionName=made.name) == 3
        slowest = value(emulator, "AWS/Lambda", "Duration", "p100", FunctionName=made.name)
        assert slowest is not None
        assert 300 <= slowest == value(emulator, "AWS/Lambda", "Duration", "Maximum", FunctionName=made.name)


def test_the_requests_of_an_api_have_percentiles(emulator: Emulator, gateway: Gateway) -> None:
    gateway.route("GET /{proxy+}")
    statuses = {gateway.call("/a").status for _ in range(5)}
    assert len(statuses) == 1
    p99 = published(emulator, "AWS/ApiGateway", "Latency", "p99", ApiId=gateway.id, Stage="$default")
    wait_until(
        lambda: value(emulator, "AWS/ApiGateway", "Count", "Sum", ApiId=gateway.id, Stage="$default") == 5, 10, "5"
    )
    most = value(emulator, "AWS/ApiGateway", "Latency", "Maximum", ApiId=gateway.id, Stage="$default")
    assert most is not None
    assert 0 <= p99 <= most


def test_a_load_balancer_has_requests_and_targets(emulator: Emulator, gateway: Gateway, backend: Backend) -> None:
    gateway.route("GET /{proxy+}")
    gateway.call("/a")
    balancer = gateway.balancer.arn.rpartition(":loadbalancer/")[2]
    group = gateway.balancer.group.rpartition(":")[2]
    assert published(emulator, "AWS/ApplicationELB", "RequestCount", "Sum", LoadBalancer=balancer) >= 1
    assert published(emulator, "AWS/ApplicationELB", "TargetResponseTime", "p99", LoadBalancer=balancer) < 10
    targets = {"LoadBalancer": balancer, "TargetGroup": group}
    assert published(emulator, "AWS/ApplicationELB", "HealthyHostCount", "Maximum", **targets) == 1
    assert value(emulator, "AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", **targets) == 0


def test_an_unhealthy_target_is_counted(emulator: Emulator, unhealthy: dict[str, str]) -> None:
    wait_until(
        lambda: value(emulator, "AWS/ApplicationELB", "UnHealthyHostCount", "Maximum", **unhealthy) == 1,
        SECONDS,
        "an unhealthy target in CloudWatch",
    )


def test_a_service_that_lacks_a_task_shows_it(emulator: Emulator, lacking: dict[str, str]) -> None:
    assert published(emulator, "ECS/ContainerInsights", "DesiredTaskCount", "Maximum", **lacking) == 2
    assert published(emulator, "ECS/ContainerInsights", "RunningTaskCount", "Maximum", **lacking) == 1


def test_a_queue_has_the_age_of_its_oldest_message(emulator: Emulator, queue: str) -> None:
    wait_until(
        lambda: (value(emulator, "AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum", QueueName=queue) or 0) > 0,
        SECONDS,
        "the message's age",
    )


def test_a_database_has_memory_connections_and_storage(emulator: Emulator, database: dict[str, str]) -> None:
    assert published(emulator, "AWS/RDS", "FreeableMemory", "Maximum", **database) > 2**20
    assert published(emulator, "AWS/RDS", "DatabaseConnections", "Maximum", **database) >= 0
    assert 0 < published(emulator, "AWS/RDS", "FreeStorageSpace", "Maximum", **database) < 20 * 2**30
    assert 0 <= published(emulator, "AWS/RDS", "CPUUtilization", "Average", **database) <= 100
