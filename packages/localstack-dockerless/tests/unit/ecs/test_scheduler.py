"""The scheduler decides the next step of a service: it starts a task, stops one, or waits."""

from localstack_dockerless.services.ecs import scheduler
from localstack_dockerless.services.ecs.model import Deployment, Service, Slot, Task
from localstack_dockerless.services.ecs.scheduler import Start, Stop, next_step

CLUSTER = "arn:aws:ecs:eu-central-1:000000000000:cluster/c"
DEFINITION = {"taskDefinitionArn": "definition:1", "containerDefinitions": [{"name": "api", "image": "api"}]}
NEXT = {"taskDefinitionArn": "definition:2", "containerDefinitions": [{"name": "api", "image": "api"}]}
BREAKER = {"deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}}


def a_service(desired: int, **settings: object) -> Service:
    return Service("arn:a:ecs:r:1:service/c/s", CLUSTER, "s", desired, settings, [Deployment(DEFINITION)])


def slots(count: int, service: str = "s") -> list[Slot]:
    return [
        Slot(f"agent-{number}", f"service:{service}", "127.0.0.1", 8000 + number, seen=0.0) for number in range(count)
    ]


def run(service: Service, slot: Slot, ready: bool = True) -> Task:
    task = Task(
        CLUSTER,
        "service:s",
        service.primary.id,
        service.primary.task_definition,
        slot.instance,
        slot.address,
        slot.port,
    )
    task.last_status, task.started, task.registered = "RUNNING", 0.0, True
    task.ready = task.was_ready = ready
    slot.task = task
    service.tasks.append(task)
    return task


def stop(task: Task, slot: Slot) -> None:
    task.set_stopped("", "")
    task.registered = False
    slot.task = None


def test_tasks_start_on_free_slots_until_there_are_enough() -> None:
    service, offered = a_service(2), slots(3)
    assert next_step(service, offered, 0.0) == Start(offered[0])
    run(service, offered[0])
    assert next_step(service, offered, 0.0) == Start(offered[1])
    run(service, offered[1])
    assert next_step(service, offered, 0.0) is None


def test_a_slot_of_another_service_is_not_used_and_that_of_any_is() -> None:
    service = a_service(1)
    assert next_step(service, slots(1, "other"), 0.0) is None
    (any_slot,) = slots(1, "*")
    assert next_step(service, [any_slot], 0.0) == Start(any_slot)
    any_slot.leaving = True
    assert next_step(service, [any_slot], 0.0) is None


def test_scaling_in_stops_the_newest() -> None:
    service, offered = a_service(2), slots(2)
    run(service, offered[0])
    newest = run(service, offered[1])
    service.desired_count = 1
    step = next_step(service, offered, 0.0)
    assert isinstance(step, Stop)
    assert step.task is newest


def test_without_a_free_slot_a_roll_out_goes_one_task_at_a_time() -> None:
    service, offered = a_service(2), slots(2)
    old = [run(service, slot) for slot in offered]
    service.deploy(NEXT)
    step = next_step(service, offered, 0.0)
    assert isinstance(step, Stop)
    assert step.task is old[1]
    step.task.ask_to_stop("roll", "x")
    assert next_step(service, offered, 0.0) is None  # until it has stopped
    stop(old[1], offered[1])
    assert next_step(service, offered, 0.0) == Start(offered[1])
    new = run(service, offered[1], ready=False)
    assert next_step(service, offered, 0.0) is None  # until the new one is healthy
    new.ready = True
    step = next_step(service, offered, 0.0)
    assert isinstance(step, Stop)
    assert step.task is old[0]


def test_with_a_free_slot_the_new_task_starts_before_the_old_one_stops() -> None:
    service, offered = a_service(1), slots(2)
    old = run(service, offered[0])
    service.deploy(NEXT)
    assert next_step(service, offered, 0.0) == Start(offered[1])
    new = run(service, offered[1], ready=False)
    assert next_step(service, offered, 0.0) is None
    new.ready = True
    step = next_step(service, offered, 0.0)
    assert isinstance(step, Stop)
    assert step.task is old


def test_a_deleted_service_stops_everything() -> None:
    service, offered = a_service(1), slots(1)
    task = run(service, offered[0])
    service.status = "DRAINING"
    step = next_step(service, offered, 0.0)
    assert isinstance(step, Stop)
    assert step.task is task


def test_failed_launches_back_off_and_one_success_forgets_them() -> None:
    service, (slot,) = a_service(1), slots(1)
    delays = []
    for _ in range(7):
        task = run(service, slot, ready=False)
        stop(task, slot)
        scheduler.note_failure(service, task, 0.0)
        delays.append(service.next_start)
    assert delays == [1, 2, 4, 8, 16, 30, 30]
    assert next_step(service, [slot], 29.0) is None
    assert next_step(service, [slot], 30.0) == Start(slot)
    run(service, slot)
    scheduler.note_steady(service)
    assert service.failures == 0


def test_a_task_that_worked_for_long_is_replaced_at_once() -> None:
    service, (slot,) = a_service(1), slots(1)
    task = run(service, slot)
    stop(task, slot)
    scheduler.note_failure(service, task, now=60.0)
    assert next_step(service, [slot], 60.0) == Start(slot)


def test_a_steady_service_says_so_once() -> None:
    service, (slot,) = a_service(1), slots(1)
    run(service, slot)
    scheduler.note_steady(service)
    scheduler.note_steady(service)
    messages = [event["message"] for event in service.events]
    assert messages == [
        "(service s) has reached a steady state.",
        f"(service s) (deployment {service.primary.id}) deployment completed.",
    ]
    assert service.primary.rollout_state == "COMPLETED"


def test_a_task_still_draining_is_not_steady() -> None:
    service, offered = a_service(1), slots(2)
    run(service, offered[0])
    run(service, offered[1]).ask_to_stop("scale", "x")
    assert not scheduler.is_steady(service)


def test_the_circuit_breaker_goes_back_to_what_was_completed() -> None:
    service, (slot,) = a_service(1, **BREAKER), slots(1)
    task = run(service, slot)
    scheduler.note_steady(service)
    failed = service.deploy(NEXT)
    stop(task, slot)
    for _ in range(3):
        task = run(service, slot, ready=False)
        stop(task, slot)
        scheduler.note_failure(service, task, 0.0)
    assert failed.rollout_state == "FAILED"
    assert service.primary.task_definition == DEFINITION
    assert service.primary.rollout_state == "IN_PROGRESS"


def test_the_circuit_breaker_without_anything_to_go_back_to_stops_trying() -> None:
    service, (slot,) = a_service(1, **BREAKER), slots(1)
    for _ in range(3):
        task = run(service, slot, ready=False)
        stop(task, slot)
        scheduler.note_failure(service, task, 0.0)
    assert service.primary.rollout_state == "FAILED"
    assert next_step(service, [slot], 1000.0) is None


def test_the_failure_threshold_is_that_of_ecs() -> None:
    assert [scheduler.failure_threshold(count) for count in (1, 6, 25, 400, 800)] == [3, 3, 13, 200, 200]
