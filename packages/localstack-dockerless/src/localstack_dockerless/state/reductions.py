"""Writes values that Python's pickle cannot restore by itself.

Locks are restored open. Threads are not restored. Functions without a name, such as moto's factories of default values,
are written by their code. A dictionary's subclass is restored without its constructor, which may need other arguments.
"""

import contextvars
import importlib
import marshal
import sys
import threading
import types
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

type Reducer = Callable[[Any], Any]
"""Returns what `__reduce__` may return, or `NotImplemented`."""


def reduce_by(kind: type, reducer: Reducer) -> None:
    """Writes objects of that class by `reducer`, and objects of its subclasses without a reducer of their own."""
    _reducers[kind] = reducer
    _reducer_of.cache_clear()


def reduced(value: Any) -> Any:
    """Returns the written form of a value. `NotImplemented`: Python's pickle writes the value."""
    reducer = _reducer_of(type(value))  # type: ignore[arg-type]  # a class can be a key
    return reducer(value) if reducer else NotImplemented


@cache
def _reducer_of(kind: type) -> Reducer | None:
    return next((_reducers[each] for each in kind.__mro__ if each in _reducers), None)


def _ordered(value: OrderedDict[Any, Any]) -> Any:
    if type(value) is OrderedDict:
        return NotImplemented
    return _new, (type(value),), vars(value), None, iter(value.items())


def _defaulting(value: defaultdict[Any, Any]) -> Any:
    if type(value) is defaultdict:
        return NotImplemented
    state = {**vars(value), "default_factory": value.default_factory}
    return _new, (type(value),), state, None, iter(value.items()), _set_attributes


def _function(value: types.FunctionType) -> Any:
    found: Any = sys.modules.get(value.__module__)
    for name in value.__qualname__.split("."):
        found = getattr(found, name, None)
    if found is value:
        return NotImplemented
    cells = tuple(cell.cell_contents for cell in value.__closure__ or ())
    settings = (value.__qualname__, value.__defaults__, value.__kwdefaults__)
    return _make_function, (marshal.dumps(value.__code__), value.__module__, settings, cells)


def _make_function(code: bytes, module: str, settings: tuple[Any, Any, Any], cells: tuple[Any, ...]) -> Any:
    name, defaults, keyword_defaults = settings
    closure = tuple(types.CellType(value) for value in cells)
    scope = vars(importlib.import_module(module))
    function = types.FunctionType(marshal.loads(code), scope, name, defaults, closure)  # noqa: S302 -- this package has saved it
    function.__kwdefaults__, function.__qualname__ = keyword_defaults, name
    return function


def _new(kind: type, *arguments: Any) -> Any:
    return kind.__new__(kind, *arguments)


def _set_attributes(value: Any, attributes: Mapping[str, Any]) -> None:
    for name, each in attributes.items():
        setattr(value, name, each)


def _view(mapping: dict[Any, Any]) -> types.MappingProxyType[Any, Any]:
    return types.MappingProxyType(mapping)


def _nothing() -> None:
    return None


_reducers: dict[type, Reducer] = {
    type(threading.Lock()): lambda _lock: (threading.Lock, ()),
    type(threading.RLock()): lambda _lock: (threading.RLock, ()),
    threading.local: lambda _local: (threading.local, ()),
    threading.Thread: lambda _thread: (_nothing, ()),
    types.ModuleType: lambda module: (importlib.import_module, (module.__name__,)),
    types.MappingProxyType: lambda mapping: (_view, (dict(mapping),)),
    types.FunctionType: _function,
    contextvars.ContextVar: lambda variable: (contextvars.ContextVar, (variable.name,)),
    OrderedDict: _ordered,
    defaultdict: _defaulting,
    BaseException: lambda error: (_new, (type(error), *error.args), vars(error)),
}
