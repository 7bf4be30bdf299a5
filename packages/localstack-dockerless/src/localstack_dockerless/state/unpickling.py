"""Turns the bytes of `pickling.py` into values again.

It reads only states that this package has saved (`generations.py`), because reading a pickle can run code.
"""

import io
import pickle
from collections.abc import Callable
from typing import Any, ClassVar

from localstack_dockerless.state.relocation import Relocation


def loads(content: bytes, relocation: Relocation | None = None) -> Any:
    """Returns the value of the bytes, with its addresses rewritten if a relocation is given."""
    if relocation is None:
        return pickle.loads(content)  # noqa: S301 -- this package has saved it
    return _Relocating(io.BytesIO(content), relocation).load()


class _Relocating(pickle._Unpickler):  # type: ignore[misc, name-defined]  # noqa: SLF001 -- its steps can be replaced
    """Is Python's unpickler in Python. It is 10 times slower, and used only for a state of another port."""

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
