"""Holds the plans: which calls of which operations fail, and how."""

import re
import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


class PlanError(Exception):
    """The fault cannot be planned. The text says why."""


@dataclass
class Fault:
    """Holds a bounded number of calls of one operation.

    `service` and `operation` are botocore's names (`s3`, `PutObject`). Each of `parameters` is a regular expression
    that the call's parameter of that name matches. The first `after` calls pass, then `calls` are hit: each call
    waits `seconds`, then answers the error `code` with `status`. With an empty `code` it only waits.
    """

    service: str
    operation: str
    calls: int
    code: str = ""
    status: int = 500
    seconds: float = 0
    after: int = 0
    parameters: dict[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    passed: int = 0
    hit: int = 0

    def __post_init__(self) -> None:
        if self.calls < 1 or self.after < 0 or self.seconds < 0 or not 400 <= self.status <= 599:
            raise PlanError("calls at least 1, after and seconds at least 0, status 400 to 599")
        if not self.code and not self.seconds:
            raise PlanError("a code, or seconds to wait, or both")

    def concerns(self, service: str, operation: str, request: Mapping[str, Any]) -> bool:
        return (service, operation) == (self.service, self.operation) and all(
            re.search(pattern, str(request.get(name, ""))) for name, pattern in self.parameters.items()
        )


class Plan:
    """Holds the planned faults. It is safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(self, wanted: Mapping[str, Any]) -> Fault:
        """Adds a fault. Raises `PlanError`."""
        try:
            fault = Fault(**wanted)
        except TypeError as error:
            raise PlanError(str(error)) from error
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear(self, fault_id: str | None = None) -> None:
        """Removes one fault, or all."""
        with self._lock:
            self._faults = [fault for fault in self._faults if fault_id not in (None, fault.id)]

    def all(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def meet(self, service: str, operation: str, request: Mapping[str, Any]) -> Fault | None:
        """Returns the fault that hits this call, and counts the call."""
        with self._lock:
            for fault in self._faults:
                if not fault.concerns(service, operation, request) or fault.hit >= fault.calls:
                    continue
                if fault.passed < fault.after:
                    fault.passed += 1
                    continue
                fault.hit += 1
                return fault
        return None
