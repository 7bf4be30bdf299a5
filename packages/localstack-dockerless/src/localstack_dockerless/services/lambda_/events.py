"""What can happen in an execution environment while someone waits for it."""

import enum
from dataclasses import dataclass


class Kind(enum.Enum):
    READY = "the runtime asks for the next invocation"
    RESPONSE = "the handler returned"
    ERROR = "the handler raised"
    INIT_ERROR = "the handler could not be loaded"
    EXITED = "the process ended"
    OUT_OF_MEMORY = "the process and its children hold more than the function's memory size"
    TIMED_OUT = "the deadline passed"


@dataclass(frozen=True)
class Event:
    """`body` and `error_type` (the runtime's `Lambda-Runtime-Function-Error-Type`) as far as the runtime gave them."""

    kind: Kind
    body: bytes = b""
    error_type: str | None = None
