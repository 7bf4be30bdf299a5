"""Does the same work on equal fakes once for all tests. Such a test needs published days, and not the run itself."""

import copy
import pickle
from collections.abc import Callable, Sequence
from typing import Any

_LEFT: dict[bytes, list[dict[str, Any]]] = {}
"""What each work has left in its holders."""


def once(holders: Sequence[object], name: str, work: Callable[[], object]) -> None:
    """Does the work, or gives the holders what the work of this name has left in equal holders.

    Holders with a fault of the test's own get the work itself.
    """
    if not all(_is_default(value, holder) for holder in holders for value in vars(holder).values()):
        work()
        return
    before = pickle.dumps((name, _data(holders)))
    if before not in _LEFT:
        work()
        _LEFT[before] = held_by(holders)
        return
    give(holders, _LEFT[before])


def held_by(holders: Sequence[object]) -> list[dict[str, Any]]:
    """Returns a copy of what the holders hold."""
    return copy.deepcopy(_data(holders))


def give(holders: Sequence[object], held: list[dict[str, Any]]) -> None:
    """Gives the holders what others held."""
    for holder, each in zip(holders, copy.deepcopy(held), strict=True):
        vars(holder).update(each)


def _data(holders: Sequence[object]) -> list[dict[str, Any]]:
    return [{name: value for name, value in vars(holder).items() if _is_data(name, value)} for holder in holders]


def _is_data(name: str, value: object) -> bool:
    is_fake = type(value).__module__.startswith("tests.")
    is_lock = hasattr(value, "acquire")
    return not (name == "directory" or is_fake or is_lock or callable(value))


def _is_default(value: object, holder: object) -> bool:
    """Returns whether a value is data, or a function that the holder's class gives."""
    if callable(value):
        return str(getattr(value, "__qualname__", "")).startswith(f"{type(holder).__name__}.")
    return not isinstance(value, Exception)
