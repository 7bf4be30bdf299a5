"""Tasks and targets follow processes and agents that end, leave or lose the emulator."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dockerless_testing.ecs_world import AGENT, HERE, World, ask, process_at
from dockerless_testing.emulator import Emulator
from dockerless_testing.network import free_port
from dockerless_testing.waiting import wait_until
from localstack_dockerless.services.ecs.agent.protocol import AgentState, Assignment, Order, Report, decode, encode

SERVER = (sys.executable, str(HERE / "ecs_server.py"))


@pytest.fixture
def target_group(emulator: Emulator) -> Iterator[str]:
    """A target group behind a listener, with the quickest health check that AWS allows."""
    ec2, elbv2 = emulator.client("ec2"), emulator.client("elbv2")
    name = f"t{os.urandom(5).hex()}"
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    zones = {"10.9.0.0/24": "eu-central-1a", "10.9.1.0/24": "eu-central-1b"}
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for block, zone in zones.items()
    ]
    group = elbv2.create_target_group(
        Name=name, Protocol="HTTP", Port=8000, VpcId=vpc, TargetType="ip", HealthCheckPath="/",
        HealthCheckIntervalSeconds=5, HealthCheckTimeoutSeconds=2, HealthyThresholdCount=2,
        UnhealthyThresholdCount=2,
    )["TargetGroups"][0]["TargetGroupArn"]  # fmt: skip
    balancer = elbv2.create_load_balancer(Name=name, Subnets=subnets, Scheme="internal")["LoadBalancers"][0]
    listener = elbv2.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"], Port=80, Protocol="HTTP",
        DefaultActions=[{"Type": "forward", "TargetGroupArn": group}],
    )["Listeners"][0]["ListenerArn"]  # fmt: skip
    yield group
    elbv2.delete_listener(ListenerArn=listener)
    elbv2.delete_load_balancer(LoadBalancerArn=balancer["LoadBalancerArn"])
    elbv2.delete_target_group(TargetGroupArn=group)
    for subnet in subnets:
        ec2.delete_subnet(SubnetId=subnet)
    ec2.delete_vpc(VpcId=vpc)


def behind(target_group: str) -> dict[str, Any]:
    return {"loadBalancers": [{"targetGroupArn": target_group, "containerName": "api", "containerPort": 8000}]}


def targets(world: World, group: str) -> dict[int, str]:
    answer = world.emulator.client("elbv2").describe_target_health(TargetGroupArn=group)
    return {
        each["Target"]["Port"]: each["TargetHealth"]["State"]
        for each in answer["TargetHealthDescriptions"]
        if each["TargetHealth"]["State"] != "draining"
    }


def pid_at(port: int) -> int:
    return int(process_at(port)["pid"])


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_process_is_a_stopped_task_and_is_replaced(world: World) -> None:
    port = world.start_agent()
    world.create()
    (task,) = world.running(1)
    os.kill(pid_at(port), signal.SIGKILL)
    stopped = world.stopped("Essential container in task exited")
    assert stopped["taskArn"] == task["taskArn"]
    assert stopped["containers"][0]["exitCode"] == 137
    assert world.running(1)[0]["taskArn"] != task["taskArn"]


def test_a_process_that_ignores_sigterm_is_killed_after_its_stop_timeout(world: World) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    world.start_agent(sys.executable, "-c", deaf)
    world.create(task_definition=world.task_definition(stopTimeout=2))
    (task,) = world.running(1)
    world.lines(task, "deaf")
    world.update(desiredCount=0)
    assert world.stopped("Scaling activity")["containers"][0]["exitCode"] == 137


def test_an_agent_that_leaves_takes_its_task_with_it(world: World) -> None:
    port = world.start_agent()
    world.create()
    (task,) = world.running(1)
    pid = pid_at(port)
    world.agents[0].send_signal(signal.SIGTERM)
    assert world.agents[0].wait(timeout=200) == 0
    assert not is_alive(pid)
    assert world.stopped("leaving")["taskArn"] == task["taskArn"]
    assert world.lines(task, "told to end")
    assert world.service()["runningCount"] == 0


def test_a_killed_agent_takes_its_process_with_it_and_is_missed(world: World) -> None:
    port = world.start_agent()
    world.create()
    world.running(1)
    pid = pid_at(port)
    world.agents[0].kill()
    wait_until(lambda: ask(port) is None, 20, "the process to end with its agent")
    world.stopped("stopped answering")
    assert world.service()["runningCount"] == 0
    assert not is_alive(pid)


def test_an_agent_started_again_at_the_same_port_gets_a_new_task(world: World) -> None:
    port = world.start_agent()
    world.create()
    (task,) = world.running(1)
    world.agents[0].kill()
    world.agents[0].wait()
    arguments = ["--emulator", world.emulator.url, "--group", f"service:{world.name}", "--address", "127.0.0.1"]
    world.agents.append(subprocess.Popen([sys.executable, str(AGENT), *arguments, "--port", str(port), "--", *SERVER]))
    world.stopped("Another agent replaced")
    assert world.running(1)[0]["taskArn"] != task["taskArn"]


def test_running_tasks_are_the_target_group_s_targets(world: World, target_group: str) -> None:
    first, second = world.start_agent(), world.start_agent()
    world.create(desired=2, **behind(target_group))
    world.running(2)
    assert targets(world, target_group) == {first: "healthy", second: "healthy"}
    world.agents[0].send_signal(signal.SIGTERM)
    world.agents[0].wait(timeout=200)
    assert targets(world, target_group) == {second: "healthy"}
    world.update(desiredCount=0)
    world.running(0)
    assert targets(world, target_group) == {}


def test_an_unhealthy_new_version_leaves_the_rest_of_the_old_one_serving(world: World, target_group: str) -> None:
    for _ in range(2):
        world.start_agent()
    world.create(desired=2, **behind(target_group))
    before = {task["taskArn"] for task in world.running(2)}
    world.update(taskDefinition=world.task_definition("two", environment={"STATUS": "500"}))
    world.event("is unhealthy in (target-group")
    world.stopped("Task failed ELB health checks")
    serving = [port for port, state in targets(world, target_group).items() if state == "healthy"]
    assert len(serving) == 1
    assert len(before & {task["taskArn"] for task in world.tasks()}) == 1


class FakeEmulator:
    """Answers an agent's calls from `answer`, and keeps the messages."""

    def __init__(self, port: int) -> None:
        self.calls: queue.Queue[AgentState] = queue.Queue()
        self.answer = Order("keep")
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                if not self.path.endswith("/logs"):
                    fake.calls.put(decode(AgentState, content))
                body = encode(fake.answer)
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(BrokenPipeError):  # the agent gave the call up for a newer one
                    self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Logs nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def told(self, running: str | None) -> AgentState:
        """Returns the next call of an agent that runs that task."""
        while True:
            call = self.calls.get(timeout=150)
            if call.running == running:
                return call

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def test_a_restarted_emulator_finds_the_process_still_running() -> None:
    edge, port = free_port(), free_port()
    fake = FakeEmulator(edge)
    assignment = Assignment("t1", None, {}, health_check=None, stop_timeout=5, credentials_id=None)
    fake.answer = Order("run", assignment)
    arguments = ["--emulator", f"http://127.0.0.1:{edge}", "--address", "127.0.0.1", "--port", str(port)]
    agent = subprocess.Popen([sys.executable, str(AGENT), *arguments, "--", *SERVER])
    try:
        fake.told(running="t1")
        pid = pid_at(port)
        fake.stop()
        fake = FakeEmulator(edge)
        call = fake.told(running="t1")
        assert (call.address, call.port, call.group) == ("127.0.0.1", port, "service:*")
        assert pid_at(port) == pid
        fake.answer = Order("idle")
        call = fake.told(running=None)
        assert call.reports[-1] == Report("t1", "STOPPED", exit_code=0)
    finally:
        fake.stop()
        agent.send_signal(signal.SIGTERM)
        assert agent.wait(timeout=200) == 0
