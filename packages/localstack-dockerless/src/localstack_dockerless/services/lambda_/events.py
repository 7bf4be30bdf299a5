"""Names the events of an execution environment that its sandbox waits for."""

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
    """Holds one event. `body` and `error_type` (`Lambda-Runtime-Function-Error-Type`) may be missing."""

    kind: Kind
    body: bytes = b""
    error_type: str | None = None
