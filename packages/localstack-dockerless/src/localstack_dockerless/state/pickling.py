"""Turns values that refer to stores and backends into bytes and back.

A pickle of all services together keeps each object once, whoever refers to it: a load balancer's subnet is EC2's subnet
after loading too. Stores and backends are written as addresses with their content, and read into those of this process.

Only what this package has saved is ever read (`generations.py`): reading a pickle can run code.
"""

import io
import logging
import pickle
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from localstack_dockerless.state import containers
from localstack_dockerless.state.containers import Address, Container
from localstack_dockerless.state.reductions import reduced
from localstack_dockerless.state.relocation import Relocation

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


def loads(content: bytes, relocation: Relocation | None = None) -> Any:
    """The value that `dumps` turned into bytes, with its addresses rewritten where a relocation is given."""
    if relocation is None:
        return pickle.loads(content)  # noqa: S301 -- what this package has saved
    return _Relocating(io.BytesIO(content), relocation).load()


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


class _Relocating(pickle._Unpickler):  # type: ignore[misc, name-defined]  # noqa: SLF001 -- its steps can be replaced
    """Python's unpickler in Python: ten times slower, and used for a state of another port only."""

    dispatch: ClassVar[dict[int, Callable[[Any], None]]] = dict(pickle._Unpickler.dispatch)  # type: ignore[attr-defined]  # noqa: SLF001

    def __init__(self, file: io.BytesIO, relocation: Relocation) -> None:
        super().__init__(file)
        self._relocation = relocation


def _relocated(step: Callable[[Any], None]) -> Callable[[Any], None]:
    def load(self: Any) -> None:
        step(self)
        self.stack[-1] = self._relocation.text(self.stack[-1])

    return load


for _code in (pickle.SHORT_BINUNICODE, pickle.BINUNICODE, pickle.BINUNICODE8):
    _Relocating.dispatch[_code[0]] = _relocated(_Relocating.dispatch[_code[0]])


def _find(*address: str) -> Any:
    return Address(*address).find()
