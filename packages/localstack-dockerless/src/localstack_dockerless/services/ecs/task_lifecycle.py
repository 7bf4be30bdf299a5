"""Defines the life cycle of a task: its states and the legal moves between them. `Task.move_to` makes every move.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html has the same states, and two
more that are not needed here: ACTIVATING and DEPROVISIONING.

| state | meaning | next state, and its cause |
|---|---|---|
| PROVISIONING | the engine resolves the secrets | PENDING: done. STOPPED: it failed, or nobody wants the task |
| PENDING | the agent may start the process | RUNNING: it runs. STOPPING: nobody wants the task |
| RUNNING | the process runs | DEACTIVATING: nobody wants the task |
| DEACTIVATING | the target groups drain | STOPPING: they are drained |
| STOPPING | the agent ends the process | STOPPED: the process is gone |
| STOPPED | there is no process | none |

Every state can also go to STOPPED: when the process ends by itself, and when its agent is lost.
"""

from collections.abc import Mapping
from typing import Literal

State = Literal["PROVISIONING", "PENDING", "RUNNING", "DEACTIVATING", "STOPPING", "STOPPED"]
"""ECS's `lastStatus`."""

Desired = Literal["RUNNING", "STOPPED"]
"""ECS's `desiredStatus`. It goes from RUNNING to STOPPED once, in `Task.ask_to_stop`."""

FIRST: State = "PROVISIONING"

MOVES: Mapping[State, tuple[State, ...]] = {
    "PROVISIONING": ("PENDING", "STOPPED"),
    "PENDING": ("RUNNING", "STOPPING", "STOPPED"),
    "RUNNING": ("DEACTIVATING", "STOPPED"),
    "DEACTIVATING": ("STOPPING", "STOPPED"),
    "STOPPING": ("STOPPED",),
    # A task stops twice if its agent is lost while its secrets are resolved, and they cannot be resolved.
    "STOPPED": ("STOPPED",),
}

LIVE: tuple[State, ...] = ("PROVISIONING", "PENDING", "RUNNING")
"""The states of a task that nobody has asked to stop."""

COUNTED_AS_PENDING: tuple[State, ...] = ("PROVISIONING", "PENDING")
COUNTED_AS_RUNNING: tuple[State, ...] = ("RUNNING", "DEACTIVATING", "STOPPING")
"""The states of a task with a process. The process exists until the agent reports its end."""


class IllegalMoveError(Exception):
    """The table lacks the move. The text has the two states."""


def check_move(before: State, after: State) -> None:
    """Raises `IllegalMoveError` if the table lacks the move."""
    if after not in MOVES[before]:
        raise IllegalMoveError(f"A task cannot go from {before} to {after}")
