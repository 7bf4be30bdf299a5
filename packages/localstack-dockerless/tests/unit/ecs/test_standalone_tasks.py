"""The engine runs a task of RunTask once, on a slot of its group."""

from typing import Any

from localstack_dockerless.services.ecs import images
from localstack_dockerless.services.ecs.engine import Engine
from localstack_dockerless.services.ecs.images import Process
from localstack_dockerless.services.ecs.model import Slot, Task
from localstack_dockerless.services.ecs.run_requests import with_overrides

CLUSTER = "arn:aws:ecs:eu-central-1:000000000000:cluster/c"


def definition(**container: Any) -> dict[str, Any]:
    return {"taskDefinitionArn": "f:1", "containerDefinitions": [{"name": "api", "image": "mapped/api", **container}]}


class Aws:
    """Resolves nothing."""

    def prepare(self, _task: Task) -> dict[str, str]:
        return {}


class OneProcess:
    """Maps `mapped/*` to one process, and counts the started agents."""

    def __init__(self) -> None:
        self.started: list[Slot] = []

    def process(self, image: str) -> Process | None:
        return Process("mapped/*", command=("server",)) if image.startswith("mapped/") else None

    def address(self) -> tuple[str, int]:
        return "127.0.0.1", 9000

    def start(self, slot: Slot, _process: Process) -> None:
        self.started.append(slot)


def engine(*groups: str, hosts: OneProcess | None = None, port: int = 8000) -> Engine:
    made = Engine(Aws(), clock=lambda: 1.0, hosts=hosts)  # type: ignore[arg-type]
    made.ensure_running = lambda: None  # type: ignore[method-assign]
    for group in groups:
        made.slots[group] = Slot(group, group, "127.0.0.1", port, 1.0)
    return made


def run(on: Engine, task_definition: dict[str, Any], group: str = "family:f") -> Task:
    task = Task(CLUSTER, group, "", task_definition)
    on.standalone.tasks.append(task)
    on.round()
    return task


def test_a_task_takes_a_slot_of_its_group_only() -> None:
    on = engine("service:*", "family:other", "family:*")
    assert run(on, definition(image="api")).slot == "family:*"
    waiting = run(on, definition(image="api"))
    assert (waiting.slot, waiting.last_status) == ("", "PENDING")
    assert "EMULATOR_ECS_IMAGES maps no process to the image api" in waiting.waits_for


def test_a_slot_without_a_port_takes_no_task_with_one() -> None:
    on = engine("family:*", port=0)
    assert run(on, definition(image="api", portMappings=[{"containerPort": 80}])).slot == ""
    assert run(on, definition(image="api")).slot == "family:*"


def test_a_mapped_image_gets_an_agent_of_its_own_with_the_containers_command() -> None:
    hosts = OneProcess()
    on = engine(hosts=hosts)
    first, second = run(on, definition()), run(on, definition(command=["other", "x"]))
    assert [slot.instance for slot in hosts.started] == [first.slot, second.slot]
    assert all(slot.once for slot in hosts.started)
    assert (first.command, second.command) == (("server",), ("other", "x"))


def test_a_task_that_ends_is_not_replaced_and_frees_its_slot() -> None:
    on = engine("family:*")
    task = run(on, definition(image="api"))
    on.process_started(task)
    on.process_stopped(task, 0, None)
    on.round()
    assert (task.last_status, task.exit_code, task.stop_code) == ("STOPPED", 0, "EssentialContainerExited")
    assert (len(on.tasks()), on.slots["family:*"].task) == (1, None)


def test_entry_point_and_command_replace_the_images_as_in_a_container() -> None:
    image = ("entry",), ("default",)
    assert images.command({}, *image) == ("entry", "default")
    assert images.command({"command": ["own"]}, *image) == ("entry", "own")
    assert images.command({"entryPoint": ["new"]}, *image) == ("new",)
    assert images.command({"entryPoint": ["new"], "command": ["own"]}, *image) == ("new", "own")
    assert images.command({}, (), ()) is None


def test_overrides_leave_the_task_definition_as_it_is() -> None:
    variables = [{"name": "A", "value": "1"}, {"name": "B", "value": "1"}]
    given = {**definition(environment=variables), "cpu": "256", "memory": "512", "taskRoleArn": "old"}
    changed = with_overrides(
        given,
        {
            "taskRoleArn": "new",
            "containerOverrides": [{"name": "api", "command": ["x"], "environment": [{"name": "B", "value": "2"}]}],
        },
    )
    (container,) = changed["containerDefinitions"]
    assert changed["taskRoleArn"] == "new"
    assert container["command"] == ["x"]
    assert container["environment"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    assert given["taskRoleArn"] == "old"
    assert given["containerDefinitions"][0]["environment"] == variables
