"""Serves the internal endpoints that agents call, below `/_emulator/ecs/`. `agent/protocol.py` has the messages."""

import json
import logging
from typing import Any

from localstack.http import Request, Response, Router, route
from localstack.runtime.shutdown import SHUTDOWN_HANDLERS
from localstack.services.edge import ROUTER

from localstack_dockerless.services.ecs import health, images
from localstack_dockerless.services.ecs.agent.protocol import (
    AgentState,
    Assignment,
    CredentialsRequest,
    HealthCheck,
    LogLines,
    Order,
    ProtocolError,
    Report,
    decode,
    encode,
)
from localstack_dockerless.services.ecs.engine import Engine
from localstack_dockerless.services.ecs.model import Slot, Task
from localstack_dockerless.services.ecs.secret_values import TaskCannotStartError
from localstack_dockerless.services.ecs.state import ENGINE
from localstack_dockerless.services.ecs.task_lifecycle import COUNTED_AS_RUNNING

LOG = logging.getLogger(__name__)

LONGEST_WAIT = 10.0  # seconds
DEFAULT_STOP_TIMEOUT = 30.0  # seconds, ECS's own default

PREFIX = "/_emulator/ecs/"


def register() -> None:
    """Adds the endpoints at LocalStack's start."""
    router: Router[Any] = ROUTER
    router.add(AgentEndpoints(ENGINE))
    SHUTDOWN_HANDLERS.register(ENGINE.stop)
    logging.getLogger("localstack.request.http").addFilter(_is_worth_logging)


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Filters the heartbeats of agents from LocalStack's request log, which would be full of them."""
    arguments = record.args if isinstance(record.args, tuple) else ()
    return not (len(arguments) == 3 and str(arguments[1]).startswith(PREFIX) and arguments[2] in (200, 204))


class AgentEndpoints:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @route("/_emulator/ecs/agents/<instance>", methods=["POST"])
    def agent(self, request: Request, instance: str) -> Response:
        try:
            state = decode(AgentState, request.get_data())
        except ProtocolError as error:
            return _refused(error)
        engine = self.engine
        with engine.change():
            for report in state.reports:
                _apply(engine, instance, report)
            slot = _slot(engine, instance, state)
            if slot.task and slot.task.id == state.running:
                slot.task.health = state.health
        deadline = engine.clock() + min(state.wait_seconds, LONGEST_WAIT)
        with engine.changed:
            while True:
                slot.seen = engine.clock()
                order = _order(engine, slot, state)
                remaining = deadline - engine.clock()
                if order.action != "keep" or remaining <= 0 or engine.stopped:
                    break
                engine.changed.wait(min(remaining, 1.0))
            if order.action == "leave":
                engine.slots.pop(instance, None)
        return Response(encode(order), mimetype="application/json")

    @route("/_emulator/ecs/agents/<instance>/logs", methods=["POST"])
    def logs(self, request: Request, instance: str) -> Response:
        try:
            sent = decode(LogLines, request.get_data())
        except ProtocolError as error:
            return _refused(error)
        with self.engine.changed:
            task = _task_of(self.engine, instance, sent.task)
        if task is None:
            return _error(f"no task {sent.task} of agent {instance}", 404)
        if sent.lines:
            self.engine.aws.log(task, list(sent.lines))
        return Response(status=204)

    @route("/_emulator/ecs/agents/<instance>/credentials", methods=["POST"])
    def credentials(self, request: Request, instance: str) -> Response:
        try:
            wanted = decode(CredentialsRequest, request.get_data())
        except ProtocolError as error:
            return _refused(error)
        with self.engine.changed:
            task = _task_of(self.engine, instance, wanted.task)
        if task is None or task.role is None or task.last_status == "STOPPED":
            return _error(f"no running task {wanted.task} of agent {instance} that has a role", 404)
        try:
            made = self.engine.aws.credentials(task)
        except TaskCannotStartError as error:
            return _error(str(error), 409)
        return Response(encode(made), mimetype="application/json")


def _slot(engine: Engine, instance: str, state: AgentState) -> Slot:
    slot = engine.slots.get(instance)
    if slot is None:
        place = (state.address, state.port)
        returns = state.once or _evict(engine, *place) or place in engine.missed or engine.take_expected()
        slot = engine.slots[instance] = Slot(instance, state.group, *place, engine.clock(), once=state.once)
        engine.missed.discard(place)
        if not returns:
            engine.place_joined(slot)
    slot.seen, slot.sequence = engine.clock(), state.sequence
    if state.leaving and not slot.leaving:
        engine.place_left(slot)
        slot.leaving = True
        if slot.task:
            slot.task.ask_to_stop("The agent that runs this task is leaving.", "TerminationNotice")
    return slot


def _evict(engine: Engine, address: str, port: int) -> bool:
    """Removes an earlier agent of the same address. Returns whether there was one."""
    earlier = [s for s in engine.slots.values() if (s.address, s.port) == (address, port)]
    for slot in earlier:
        del engine.slots[slot.instance]
        if slot.task:
            slot.task.set_stopped("Another agent replaced the agent that ran this task.", "TerminationNotice")
    return bool(earlier)


def _apply(engine: Engine, instance: str, report: Report) -> None:
    task = _task_of(engine, instance, report.task)
    if task is None:
        return  # of an earlier emulator
    if report.status == "RUNNING":
        engine.process_started(task)
    else:
        engine.process_stopped(task, report.exit_code, report.reason)


def _task_of(engine: Engine, instance: str, task_id: str) -> Task | None:
    return next((task for task in engine.tasks() if task.id == task_id and task.slot == instance), None)


def _order(engine: Engine, slot: Slot, state: AgentState) -> Order:
    if engine.slots.get(slot.instance) is not slot or slot.sequence != state.sequence:
        return Order("over")  # lost, evicted or superseded meanwhile: another call registers again
    if state.stopping:
        return Order("keep")
    return _assignment(engine, slot, state.running)


def _assignment(engine: Engine, slot: Slot, running: str | None) -> Order:
    task = slot.task
    if task and running != task.id and task.last_status in COUNTED_AS_RUNNING:
        engine.process_stopped(task, None, None)  # it was told to stop before it started, or its agent was restarted
        task = slot.task
    if task is None:
        return _without_task(engine, slot, running)
    if task.last_status == "STOPPING":
        return Order("idle")
    if task.last_status == "PENDING" and running != task.id:
        return Order("run", _task(task))
    return Order("keep")


def _task(task: Task) -> Assignment:
    return Assignment(
        id=task.id,
        command=task.command or images.command(task.container, (), ()),
        environment=task.environment,
        health_check=_health_check(task),
        stop_timeout=float(task.container.get("stopTimeout", DEFAULT_STOP_TIMEOUT)),
        credentials_id=task.credentials_id if task.role else None,
    )


def _health_check(task: Task) -> HealthCheck | None:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_HealthCheck.html has the defaults."""
    if not health.has_check(task):
        return None
    given = task.container["healthCheck"]
    kind, *rest = given["command"]
    return HealthCheck(
        command=("/bin/sh", "-c", *rest) if kind == "CMD-SHELL" else tuple(rest),
        interval=float(given.get("interval") or 30),
        timeout=float(given.get("timeout") or 5),
        retries=int(given.get("retries") or 3),
        start_period=float(given.get("startPeriod") or 0),
    )


def _without_task(engine: Engine, slot: Slot, running: str | None) -> Order:
    if slot.leaving:
        return Order("idle" if running else "leave")
    known = running is not None and _task_of(engine, slot.instance, running) is not None
    return Order("idle" if known else "keep")


def _refused(error: ProtocolError) -> Response:
    LOG.warning("An ECS agent of another version called: %s", error)
    return _error(str(error), 400)


def _error(text: str, status: int) -> Response:
    return Response(json.dumps({"error": text}), status=status, mimetype="application/json")
