"""The internal endpoints that agents speak to, below `/_emulator/ecs/`.

`POST /_emulator/ecs/agents/<instance>`: register, report and wait, all in one call that an agent repeats.

- request: `{"sequence": counts an agent's calls; a newer call ends the wait of an older one,
  "service": name or "*", "address", "port", "running": task id or null, "stopping": it was told to end,
  "leaving": bool, "reports": [{"task", "status": "RUNNING" or "STOPPED", "exit_code", "reason"}],
  "wait_seconds"}`
- answer, as soon as what should run differs from `running`, at the latest after `wait_seconds`:
  `{"action": "run", "task": {"id", "environment", "stop_timeout"}}`, `{"action": "idle"}` (run nothing),
  `{"action": "keep"}` (leave what runs alone) or `{"action": "leave"}` (a leaving agent has nothing left).

`POST /_emulator/ecs/agents/<instance>/logs`: `{"task", "lines": [[milliseconds, text], ...]}`; answers 204,
or 404 for a task that this emulator does not know.
"""

import json
import logging
from typing import Any

from localstack.http import Request, Response, Router, route
from localstack.runtime.shutdown import SHUTDOWN_HANDLERS
from localstack.services.edge import ROUTER

from localstack_dockerless.services.ecs.engine import Engine
from localstack_dockerless.services.ecs.model import Slot, Task
from localstack_dockerless.services.ecs.state import ENGINE
from localstack_dockerless.services.ecs.task_lifecycle import COUNTED_AS_RUNNING

LONGEST_WAIT = 10.0  # seconds
DEFAULT_STOP_TIMEOUT = 30  # seconds, ECS's own default

PREFIX = "/_emulator/ecs/"


def register() -> None:
    """Called at LocalStack's start."""
    router: Router[Any] = ROUTER
    router.add(AgentEndpoints(ENGINE))
    SHUTDOWN_HANDLERS.register(ENGINE.stop)
    logging.getLogger("localstack.request.http").addFilter(_is_worth_logging)


def _is_worth_logging(record: logging.LogRecord) -> bool:
    """Not the heartbeats of agents, which would hide everything else in LocalStack's request log."""
    arguments = record.args if isinstance(record.args, tuple) else ()
    return not (len(arguments) == 3 and str(arguments[1]).startswith(PREFIX) and arguments[2] in (200, 204))


class AgentEndpoints:
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @route("/_emulator/ecs/agents/<instance>", methods=["POST"])
    def agent(self, request: Request, instance: str) -> Response:
        body = request.get_json(force=True)
        engine = self.engine
        with engine.change():
            slot = _slot(engine, instance, body)
            for report in body.get("reports") or []:
                _apply(engine, instance, report)
        deadline = engine.clock() + min(float(body.get("wait_seconds") or 0), LONGEST_WAIT)
        with engine.changed:
            while True:
                slot.seen = engine.clock()
                answer = _answer(engine, slot, body)
                remaining = deadline - engine.clock()
                if answer["action"] != "keep" or remaining <= 0 or engine.stopped:
                    break
                engine.changed.wait(min(remaining, 1.0))
            if answer["action"] == "leave":
                engine.slots.pop(instance, None)
        return _json(answer)

    @route("/_emulator/ecs/agents/<instance>/logs", methods=["POST"])
    def logs(self, request: Request, instance: str) -> Response:
        body = request.get_json(force=True)
        with self.engine.changed:
            task = _task_of(self.engine, instance, body["task"])
        if task is None:
            return _json({"error": f"no task {body['task']} of agent {instance}"}, status=404)
        lines = [(int(moment), str(text)) for moment, text in body["lines"]]
        if lines:
            self.engine.aws.log(task, lines)
        return Response(status=204)


def _slot(engine: Engine, instance: str, body: dict[str, Any]) -> Slot:
    slot = engine.slots.get(instance)
    if slot is None:
        place = (body["address"], int(body["port"]))
        returns = _evict(engine, *place) or place in engine.missed or engine.take_expected()
        slot = engine.slots[instance] = Slot(instance, body["service"], *place, engine.clock())
        engine.missed.discard(place)
        if not returns:
            engine.place_joined(slot)
    slot.seen, slot.sequence = engine.clock(), body["sequence"]
    if body.get("leaving") and not slot.leaving:
        engine.place_left(slot)
        slot.leaving = True
        if slot.task:
            slot.task.ask_to_stop("The agent that runs this task is leaving.", "TerminationNotice")
    return slot


def _evict(engine: Engine, address: str, port: int) -> bool:
    """An agent started again at the same address is the end of the one before it; whether there was one."""
    earlier = [s for s in engine.slots.values() if (s.address, s.port) == (address, port)]
    for slot in earlier:
        del engine.slots[slot.instance]
        if slot.task:
            slot.task.set_stopped("Another agent took the place of the one that ran it.", "TerminationNotice")
    return bool(earlier)


def _apply(engine: Engine, instance: str, report: dict[str, Any]) -> None:
    task = _task_of(engine, instance, report["task"])
    if task is None:
        return  # of an emulator before this one
    if report["status"] == "RUNNING":
        engine.process_started(task)
    else:
        engine.process_stopped(task, report.get("exit_code"), report.get("reason"))


def _task_of(engine: Engine, instance: str, task_id: str) -> Task | None:
    return next((task for task in engine.tasks() if task.id == task_id and task.slot == instance), None)


def _answer(engine: Engine, slot: Slot, body: dict[str, Any]) -> dict[str, Any]:
    if engine.slots.get(slot.instance) is not slot or slot.sequence != body["sequence"]:
        return {"action": "over"}  # lost or evicted meanwhile, or superseded: another call registers again
    if body.get("stopping"):
        return {"action": "keep"}
    return _assignment(engine, slot, body.get("running"))


def _assignment(engine: Engine, slot: Slot, running: str | None) -> dict[str, Any]:
    task = slot.task
    if task and running != task.id and task.last_status in COUNTED_AS_RUNNING:
        engine.process_stopped(task, None, None)  # told to stop before it started, or its agent started anew
        task = slot.task
    if task is None:
        return _without_task(engine, slot, running)
    if task.last_status == "STOPPING":
        return {"action": "idle"}
    if task.last_status == "PENDING" and running != task.id:
        stop_timeout = task.container.get("stopTimeout", DEFAULT_STOP_TIMEOUT)
        assigned = {"id": task.id, "environment": task.environment, "stop_timeout": stop_timeout}
        return {"action": "run", "task": assigned}
    return {"action": "keep"}


def _without_task(engine: Engine, slot: Slot, running: str | None) -> dict[str, Any]:
    if slot.leaving:
        return {"action": "idle"} if running else {"action": "leave"}
    known = running is not None and _task_of(engine, slot.instance, running) is not None
    return {"action": "idle"} if known else {"action": "keep"}


def _json(content: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(content), status=status, mimetype="application/json")
