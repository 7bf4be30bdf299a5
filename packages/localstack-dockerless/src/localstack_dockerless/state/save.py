"""Saves the state as a new generation."""

import logging
import threading
import time
from typing import Any

from localstack.services.plugins import SERVICE_PLUGINS

from localstack_dockerless.state import addresses, containers, fingerprint, pickling, registries
from localstack_dockerless.state.gate import Gate
from localstack_dockerless.state.generations import Generation, Generations

LOG = logging.getLogger(__name__)
FILE = "state.pickle"


class Saver:
    """Saves the state, one save at a time. It is safe for several threads."""

    def __init__(self, generations: Generations, gate: Gate) -> None:
        self._generations, self._gate = generations, gate
        self._lock = threading.Lock()
        self.last: dict[str, Any] | None = None
        """The facts of the last save."""

    def save(self) -> dict[str, Any]:
        """Saves all running services. Returns {"generation", "seconds", "held_seconds", "bytes", "services"}.

        `held_seconds` is the time for which calls were held back. Raises the errors of pickle and the file system. The
        last whole state stays then.
        """
        with self._lock:
            started = time.monotonic()
            names = sorted(SERVICE_PLUGINS.list_active_services())
            services = [SERVICE_PLUGINS.get_service(name) for name in names]
            declared = registries.of(names)
            with self._gate.closed():
                closed = time.monotonic()
                live = containers.all_of(services)
                values = {(each.service, each.name): each.save() for each in declared}
                content, modules = pickling.dumps((list(live.values()), values), live)
                held = time.monotonic() - closed
            saved_by = modules | {each.save.__module__ for each in declared}
            generation = self._write(content, {"services": names, "code": fingerprint.of_code(saved_by, running=True)})
            self.last = {
                "generation": generation.name,
                "seconds": round(time.monotonic() - started, 3),
                "held_seconds": round(held, 3),
                "bytes": generation.size,
                "services": names,
            }
            LOG.info("saved %(generation)s: %(bytes)d bytes, %(seconds)s s, calls held %(held_seconds)s s", self.last)
            return self.last

    def _write(self, content: bytes, facts: dict[str, Any]) -> Generation:
        beside = [(files, files.sync()) for files in registries.files()]
        generation = self._generations.write({FILE: content}, {**facts, "ports": addresses.ports()})
        for files, names in beside:
            files.remove_unused(names)
        return generation
