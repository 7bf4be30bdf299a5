"""Values that Python's pickle cannot restore are restored."""

import io
import pickle
import sys
import threading
import types
from collections import OrderedDict, defaultdict
from typing import Any

import pytest

from localstack_dockerless.state.reductions import reduce_by, reduced


class Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        return NotImplemented if isinstance(value, type) else reduced(value)


def again(value: Any) -> Any:
    buffer = io.BytesIO()
    Pickler(buffer, 5).dump(value)
    return pickle.loads(buffer.getvalue())  # noqa: S301 -- just made


class Parameters(defaultdict[str, list[int]]):
    def __init__(self, account: str, region: str) -> None:
        super().__init__(list)
        self.account, self.region = account, region


class Ordered(OrderedDict[str, int]):
    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name


class RefusedError(Exception):
    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Backend:
    def __init__(self) -> None:
        self.made: list[str] = []
        self.things: defaultdict[str, str] = defaultdict(lambda: self.make("thing"))

    def make(self, name: str, *, times: int = 2) -> str:
        self.made.append(name)
        return name * times


@pytest.mark.parametrize("make", [threading.Lock, threading.RLock])
def test_a_lock_comes_back_open(make):
    lock = make()
    with lock:
        one, other = again([lock, lock])
    assert one is other
    assert one.acquire(blocking=False)


def test_a_condition_and_its_lock_stay_together():
    lock = threading.Lock()
    with lock:
        loaded, condition = again((lock, threading.Condition(lock)))
    with condition:
        assert loaded.locked()
        condition.notify_all()


def test_an_event_keeps_whether_it_is_set():
    event = threading.Event()
    event.set()
    assert again(event).is_set()
    assert not again(threading.Event()).is_set()


def test_a_thread_does_not_come_back():
    assert again([threading.current_thread()]) == [None]


def test_a_factory_without_a_name_refers_to_the_loaded_object():
    backend = again(Backend())
    assert backend.things["a"] == "thingthing"
    assert backend.made == ["thing"]


def test_a_function_keeps_its_defaults():
    step = 2

    def count(start, by=step, *, end=10):
        return list(range(start, end, by * step))

    assert again(count)(1, end=8) == [1, 5]
    assert again(count)(1) == [1, 5, 9]


def test_a_function_that_can_be_imported_is_itself():
    assert again(pytest.raises) is pytest.raises
    assert again(Backend().make).__func__ is Backend.make


def test_subclasses_of_dictionaries_are_made_without_their_constructor():
    parameters, ordered = Parameters("1", "eu"), Ordered("o")
    parameters["a"].append(1)
    ordered["x"] = ordered["b"] = 1
    loaded = again([parameters, ordered])
    assert loaded == [parameters, ordered]
    assert (loaded[0].account, loaded[0].region, loaded[0]["new"]) == ("1", "eu", [])
    assert (loaded[1].name, list(loaded[1])) == ("o", ["x", "b"])


def test_plain_dictionaries_stay_what_they_are():
    loaded = again([defaultdict(list, a=[1]), OrderedDict(a=1)])
    assert loaded == [{"a": [1]}, {"a": 1}]
    assert [type(each) for each in loaded] == [defaultdict, OrderedDict]


def test_an_error_keeps_its_attributes():
    error = again(RefusedError("Code", "message"))
    assert (type(error), str(error), error.code) == (RefusedError, "message", "Code")


def test_modules_and_views_of_dictionaries():
    view = types.MappingProxyType({"a": 1})
    assert again([sys, view]) == [sys, {"a": 1}]


def test_a_class_can_have_a_reducer_of_its_own():
    class Worker:
        history = "what it did"

    class Later(Worker):
        """A subclass without a reducer has its parent's."""

    reduce_by(Worker, lambda worker: (str, (worker.history,)))
    assert again([Worker(), Later()]) == ["what it did", "what it did"]
