"""Turns values that refer to stores and backends into bytes.

One pickle of all services keeps each object once: after loading, a load balancer's subnet still is EC2's subnet. Stores
and backends are written as addresses with their content. Their content is read into the stores and backends of the
reading process. `unpickling.py` reads the bytes.
"""

import io
import logging
import pickle
from collections.abc import Mapping
from typing import Any

from localstack_dockerless.state import containers
from localstack_dockerless.state.containers import Address, Container
from localstack_dockerless.state.reductions import reduced

LOG = logging.getLogger(__name__)
TRIES = 5
PROTOCOL = 5


def dumps(value: Any, live: Mapping[tuple[str, str], Container]) -> tuple[bytes, set[str]]:
    """Returns the bytes of `value`, and the modules whose classes it holds.

    It retries if another thread changes a collection meanwhile. Raises the errors of `pickle`.
    """
    for attempt in range(1, TRIES + 1):
        buffer = io.BytesIO()
        pickler = _Pickler(buffer, live)
        try:
            pickler.dump(value)
        except RuntimeError as error:
            if "during iteration" not in str(error) or attempt == TRIES:
                raise
            LOG.debug("a collection changed while it was saved (%s); try %d", error, attempt)
        else:
            return buffer.getvalue(), pickler.modules
    raise AssertionError


class _Pickler(pickle.Pickler):
    def __init__(self, file: Any, live: Mapping[tuple[str, str], Container]) -> None:
        super().__init__(file, PROTOCOL)
        self.modules: set[str] = set()
        self._names = {id(each): name for name, each in live.items()}
        self._addresses = containers.addresses(live)

    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, type):
            self.modules.add(value.__module__)
            return NotImplemented
        if address := self._addresses.get(id(value)):
            return _find, (address.module, address.variable, address.account, address.region), vars(value)
        if name := self._names.get(id(value)):
            return containers.container, name, containers.content(value), None, None, containers.fill
        return reduced(value)


def _find(*address: str) -> Any:
    return Address(*address).find()
