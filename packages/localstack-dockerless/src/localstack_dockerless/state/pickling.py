"""Turns values that refer to stores and backends into bytes.

A pickle of all services together keeps each object once, whoever refers to it: a load balancer's subnet is EC2's subnet
after loading too. Stores and backends are written as addresses with their content, and read into those of this process.

`unpickling.py` reads them again.
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
    """The bytes of `value`, and the modules whose classes it holds.

    A collection that another thread changes meanwhile is tried again. Raises what `pickle` raises.
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
