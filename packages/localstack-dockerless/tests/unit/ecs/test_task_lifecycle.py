"""The table of a task's states and moves is complete, and every move follows it."""

import ast
import re
from pathlib import Path
from typing import get_args

import pytest

from localstack_dockerless.services.ecs import model, task_lifecycle
from localstack_dockerless.services.ecs.task_lifecycle import MOVES, IllegalMoveError, State

STATES: tuple[State, ...] = get_args(State)
LEGAL = [(before, after) for before, moves in MOVES.items() for after in moves]
ILLEGAL = [(before, after) for before in STATES for after in STATES if after not in MOVES[before]]


def _task(state: State) -> model.Task:
    return model.Task("arn:cluster", "service", "deployment", {}, "slot", "127.0.0.1", 8000, last_status=state)


def test_a_new_task_is_in_the_first_state():
    task = model.Task("arn:cluster", "service", "deployment", {}, "slot", "127.0.0.1", 8000)
    assert (task.last_status, task.desired_status) == (task_lifecycle.FIRST, "RUNNING")


@pytest.mark.parametrize(("before", "after"), LEGAL)
def test_a_task_makes_every_legal_move(before: State, after: State):
    task = _task(before)
    task.move_to(after)
    assert task.last_status == after


@pytest.mark.parametrize(("before", "after"), ILLEGAL)
def test_a_task_refuses_every_other_move_and_stays(before: State, after: State):
    task = _task(before)
    with pytest.raises(IllegalMoveError, match=f"from {before} to {after}"):
        task.move_to(after)
    assert task.last_status == before


def test_every_state_has_its_moves_and_is_reached_from_the_first():
    assert tuple(MOVES) == STATES
    reached: set[State] = set()
    waiting = [task_lifecycle.FIRST]
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting += [after for after in MOVES[state] if after not in reached]
    assert reached == set(STATES)


def test_every_state_can_stop_and_none_leaves_stopped():
    assert all("STOPPED" in moves for moves in MOVES.values())
    assert MOVES["STOPPED"] == ("STOPPED",)


def test_the_docstring_shows_every_state():
    assert tuple(re.findall(r"^\| ([A-Z]+) \|", task_lifecycle.__doc__ or "", re.MULTILINE)) == STATES


def test_a_stopped_task_is_counted_as_neither_pending_nor_running():
    counted = {*task_lifecycle.COUNTED_AS_PENDING, *task_lifecycle.COUNTED_AS_RUNNING}
    assert counted == set(STATES) - {"STOPPED"}


def test_nothing_but_the_model_assigns_a_status():
    folder = Path(task_lifecycle.__file__).parent
    found = {
        (path.name, node.attr)
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
        if node.attr in ("last_status", "desired_status")
    }
    assert found == {("model.py", "last_status"), ("model.py", "desired_status")}
