"""Makes AWS operations of the stack fail, with `/_emulator/faults` of the plug-ins."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from local.observe.running import RunningStack

PATH = "/_emulator/faults"


class Faults:
    """Plans faults for a stack that runs with `FAULTS=on`."""

    def __init__(self, stack: RunningStack) -> None:
        self._http = httpx.Client(base_url=stack.edge_url, trust_env=False, timeout=60)

    def close(self) -> None:
        self._http.close()

    @contextmanager
    def planned(self, service: str, operation: str, **how: Any) -> Iterator["Planned"]:
        """Within it, calls of an operation fail as `how` says (tests/faults/README.md)."""
        wanted = {"service": service, "operation": operation, **how}
        answer = self._http.post(PATH, json=wanted)
        assert answer.status_code == 201, f"the stack takes no faults (make up FAULTS=on): {answer.text}"
        fault = answer.json()["id"]
        try:
            yield Planned(self._http, fault)
        finally:
            self._http.delete(PATH, params={"id": fault})


class Planned:
    """One fault that is planned."""

    def __init__(self, http: httpx.Client, fault_id: str) -> None:
        self._http, self._id = http, fault_id

    @property
    def hit(self) -> int:
        """The calls that it has hit so far."""
        return next(int(fault["hit"]) for fault in self._http.get(PATH).json() if fault["id"] == self._id)
