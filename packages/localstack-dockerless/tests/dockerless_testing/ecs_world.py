"""Provides the surroundings of an ECS test: a cluster, a log group and agents as processes."""

import http.client
import json
import os
import signal
import subprocess
import sys
import uuid
from pathlib import Path
from typing import Any
from urllib.request import urlopen

from dockerless_testing.emulator import Emulator
from dockerless_testing.network import free_port
from dockerless_testing.roles import arn_of, role
from dockerless_testing.waiting import PATIENCE, wait_until

HERE = Path(__file__).resolve().parent
AGENT = HERE.parents[1] / "src/localstack_dockerless/services/ecs/agent/agent.py"
SECONDS = 40.0


class World:
    """Holds one cluster with one service's name. `close` removes everything."""

    def __init__(self, emulator: Emulator) -> None:
        self.emulator = emulator
        self.name = f"t{uuid.uuid4().hex[:10]}"
        self.ecs = emulator.client("ecs")
        self.logs = emulator.client("logs")
        self.log_group = f"/ecs/{self.name}"
        self.agents: list[subprocess.Popen[bytes]] = []
        self._role = role(emulator)
        self.role = self._role.__enter__()
        self.logs.create_log_group(logGroupName=self.log_group)
        watched = {"name": "containerInsights", "value": "enabled"}
        self.ecs.create_cluster(clusterName=self.name, settings=[watched])

    def close(self) -> None:
        if any(s["status"] == "ACTIVE" for s in self._services()):
            self.ecs.delete_service(cluster=self.name, service=self.name, force=True)
        for task in self.ecs.list_tasks(cluster=self.name, family=self.name)["taskArns"]:
            self.ecs.stop_task(cluster=self.name, task=task)
        for agent in self.agents:
            if agent.poll() is None:
                agent.send_signal(signal.SIGTERM)
        for agent in self.agents:
            agent.wait(timeout=SECONDS * PATIENCE)
        wait_until(self._gone, SECONDS, "the service to be gone")
        self.ecs.delete_cluster(cluster=self.name)
        self.logs.delete_log_group(logGroupName=self.log_group)
        self._role.__exit__(None, None, None)

    def _gone(self) -> bool:
        cluster = self.ecs.describe_clusters(clusters=[self.name])["clusters"][0]
        running = cluster["runningTasksCount"] + cluster["pendingTasksCount"]
        return not running and all(service["status"] == "INACTIVE" for service in self._services())

    def _services(self) -> list[Any]:
        return list(self.ecs.describe_services(cluster=self.name, services=[self.name])["services"])

    def start_agent(self, *command: str, group: str = "", **environment: str) -> int:
        """Starts an agent with a slot on a free port, for the service or for `group`. Returns the port."""
        port = free_port()
        taken = group or f"service:{self.name}"
        arguments = ["--emulator", self.emulator.url, "--group", taken, "--address", "127.0.0.1"]
        run = command or (sys.executable, str(HERE / "ecs_server.py"))
        self.agents.append(
            subprocess.Popen(
                [sys.executable, str(AGENT), *arguments, "--port", str(port), "--", *run],
                env={**os.environ, **environment},
                stdout=subprocess.DEVNULL,
            )
        )
        return port

    def task_definition(self, version: str = "one", task_role: str = "", **container: Any) -> str:
        """Registers a task definition. `container` has fields of its container, `environment` as a plain mapping."""
        variables = {"VERSION": version, **container.pop("environment", {})}
        definition = {
            "name": "api",
            "image": "api:latest",
            "environment": [{"name": name, "value": value} for name, value in variables.items()],
            "portMappings": [{"containerPort": 8000}],
            "logConfiguration": {
                "logDriver": "awslogs",
                "options": {
                    "awslogs-group": self.log_group,
                    "awslogs-region": "eu-central-1",
                    "awslogs-stream-prefix": "api",
                },
            },
            **container,
        }
        role = {"taskRoleArn": arn_of(task_role)} if task_role else {}
        answer = self.ecs.register_task_definition(**self.registration(definition, **role))
        return str(answer["taskDefinition"]["taskDefinitionArn"])

    def registration(self, *containers: Any, **changes: Any) -> dict[str, Any]:
        return {
            "family": self.name,
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "256",
            "memory": "512",
            "executionRoleArn": arn_of(self.role),
            "containerDefinitions": list(containers),
            **changes,
        }

    def create(self, desired: int = 1, task_definition: str | None = None, **settings: Any) -> Any:
        return self.ecs.create_service(
            cluster=self.name,
            serviceName=self.name,
            taskDefinition=task_definition or self.task_definition(),
            desiredCount=desired,
            **{"launchType": "FARGATE", "networkConfiguration": self.network(), **settings},
        )["service"]

    def network(self) -> dict[str, Any]:
        """Returns a subnet of the default VPC, without a security group."""
        subnets = self.emulator.client("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])
        return {"awsvpcConfiguration": {"subnets": [subnets["Subnets"][0]["SubnetId"]]}}

    def update(self, **settings: Any) -> Any:
        return self.ecs.update_service(cluster=self.name, service=self.name, **settings)["service"]

    def service(self) -> Any:
        return self.ecs.describe_services(cluster=self.name, services=[self.name])["services"][0]

    def run(self, task_definition: str | None = None, client: Any = None, **settings: Any) -> str:
        """Runs one task of no service. Returns its ARN."""
        answer = (client or self.ecs).run_task(
            cluster=self.name,
            taskDefinition=task_definition or self.task_definition(),
            **{"launchType": "FARGATE", "networkConfiguration": self.network(), **settings},
        )
        assert answer["failures"] == []
        return str(answer["tasks"][0]["taskArn"])

    def described(self, task: str) -> Any:
        return self.ecs.describe_tasks(cluster=self.name, tasks=[task])["tasks"][0]

    def wait_for(self, what: str, task: str) -> Any:
        """Waits with boto3's waiter, `tasks_running` or `tasks_stopped`. Returns the task."""
        waits = {"Delay": 1, "MaxAttempts": int(SECONDS * PATIENCE)}
        self.ecs.get_waiter(what).wait(cluster=self.name, tasks=[task], WaiterConfig=waits)
        return self.described(task)

    def tasks(self, status: str = "RUNNING") -> list[Any]:
        arns = self.ecs.list_tasks(cluster=self.name, serviceName=self.name, desiredStatus=status)["taskArns"]
        return list(self.ecs.describe_tasks(cluster=self.name, tasks=arns)["tasks"]) if arns else []

    def running(self, count: int) -> list[Any]:
        """Waits until the service is steady with `count` tasks. Returns the tasks."""

        def steady() -> bool:
            service = self.service()
            deployments = service["deployments"]
            done = len(deployments) == 1 and deployments[0]["rolloutState"] == "COMPLETED"
            return bool(done and service["runningCount"] == service["desiredCount"] == count)

        wait_until(steady, SECONDS, f"{count} running tasks of {self.name}")
        return self.tasks()

    def stopped(self, reason: str) -> Any:
        """Waits for a stopped task whose reason contains `reason`."""

        def found() -> Any:
            ended = [task for task in self.tasks("STOPPED") if task["lastStatus"] == "STOPPED"]
            return next((task for task in ended if reason in task["stoppedReason"]), None)

        return wait_until(found, SECONDS, f"a task stopped with {reason!r}")

    def event(self, text: str) -> str:
        """Waits for a service event that contains `text`."""

        def found() -> str:
            messages = [event["message"] for event in self.service()["events"]]
            return next((message for message in messages if text in message), "")

        return wait_until(found, SECONDS, f"an event with {text!r}")

    def lines(self, task: Any, *wanted: str) -> list[str]:
        """Waits until the task's log stream has all the wanted lines. Returns all its lines."""
        stream = f"api/api/{task['taskArn'].rsplit('/', 1)[-1]}"

        def read() -> list[str]:
            answer = self.logs.get_log_events(logGroupName=self.log_group, logStreamName=stream, startFromHead=True)
            found = [event["message"] for event in answer["events"]]
            return found if set(wanted) <= set(found) else []

        return wait_until(read, SECONDS, f"{wanted} in {stream}")


def ask(port: int) -> Any:
    """Returns the pid and environment of the process on that port. None: it does not answer."""
    try:
        with urlopen(f"http://127.0.0.1:{port}/") as answer:
            return json.load(answer)
    except (OSError, http.client.HTTPException):
        return None


def process_at(port: int) -> Any:
    """Waits for the process on that port. Returns its answer."""
    return wait_until(lambda: ask(port), SECONDS, f"the process at {port}")
