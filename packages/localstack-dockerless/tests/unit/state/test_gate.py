"""A saver waits for changes under way, and changes wait for a saver. Both waits are bounded."""

import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from localstack_dockerless.state.gate import Gate

SOON = 60.0  # seconds; a deadline, not a wait


def test_a_saver_waits_for_a_change_under_way():
    gate, order = Gate(SOON), []
    entered, go_on = threading.Event(), threading.Event()

    def change():
        with gate.call():
            gate.enter(counted=True)
            entered.set()
            go_on.wait(SOON)
            order.append("changed")

    with ThreadPoolExecutor(1) as pool:
        changing = pool.submit(change)
        assert entered.wait(SOON)
        threading.Timer(0.05, go_on.set).start()
        with gate.closed():
            order.append("saved")
        changing.result(SOON)
    assert order == ["changed", "saved"]


@pytest.mark.parametrize("counted", [True, False])
def test_a_new_call_waits_for_the_saver(counted):
    gate, order = Gate(), []

    def change():
        with gate.call():
            gate.enter(counted=counted)
            order.append("changed")

    with ThreadPoolExecutor(1) as pool:
        with gate.closed():
            changing = pool.submit(change)
            time.sleep(0.05)
            order.append("saved")
        changing.result(SOON)
    assert order == ["saved", "changed"]


def test_a_call_within_a_call_passes():
    """A service calls another one while the saver waits for the first: without the rule both would wait forever."""
    gate, closing = Gate(SOON), threading.Event()

    def change():
        with gate.call():
            gate.enter(counted=True)
            closing.wait(SOON)
            with gate.call():
                gate.enter(counted=True)

    with ThreadPoolExecutor(1) as pool:
        changing = pool.submit(change)
        threading.Timer(0.05, closing.set).start()
        started = time.monotonic()
        with gate.closed():
            assert time.monotonic() - started < SOON
        changing.result(SOON)


@pytest.mark.parametrize(("counted", "least", "most"), [(False, 0.0, 2.0), (True, 2.0, SOON)])
def test_a_saver_does_not_wait_for_long(counted, least, most):
    """A saver waits not at all for an uncounted call, and for its patience for a call that does not end."""
    gate, entered, end = Gate(2.0), threading.Event(), threading.Event()

    def wait_for_messages():
        with gate.call():
            gate.enter(counted=counted)
            entered.set()
            end.wait(SOON)

    with ThreadPoolExecutor(1) as pool:
        pool.submit(wait_for_messages)
        assert entered.wait(SOON)
        started = time.monotonic()
        with gate.closed():
            waited = time.monotonic() - started
        end.set()
    assert least <= waited < most


def test_a_call_does_not_wait_for_ever():
    """A call that holds a lock waits at the gate, and the saver wants the lock."""
    gate, lock, entered = Gate(longest=0.1), threading.Lock(), threading.Event()

    def write_history():
        with gate.call(), lock:
            entered.set()
            gate.enter(counted=True)

    with ThreadPoolExecutor(1) as pool:
        with gate.closed():
            writing = pool.submit(write_history)
            assert entered.wait(SOON)
            assert lock.acquire(timeout=SOON)
            lock.release()
        writing.result(SOON)


def test_after_an_error_the_gate_is_open():
    gate = Gate()
    with pytest.raises(OSError, match="full"), gate.closed():
        raise OSError("full")
    with pytest.raises(KeyError):
        _fail(gate)
    with gate.call(), ThreadPoolExecutor(1) as pool:
        pool.submit(gate.enter, counted=True).result(SOON)
    with gate.closed():
        pass


def test_no_save_sees_half_a_change():
    """Four threads move money between two dictionaries: the sum in each of 50 pickles is the same."""
    gate, end = Gate(SOON), threading.Event()
    accounts: list[dict[str, int]] = [{"start": 0}, {"start": 0}]

    def move(thread: int) -> None:
        for number in range(1_000_000):
            if end.is_set():
                return
            with gate.call():
                gate.enter(counted=True)
                accounts[0][f"{thread} {number % 500}"] = accounts[0].pop(f"{thread} {number % 500}", 0) + 1
                accounts[1][f"{thread} {number % 500}"] = accounts[1].pop(f"{thread} {number % 500}", 0) - 1

    with ThreadPoolExecutor(4) as pool:
        moves = [pool.submit(move, thread) for thread in range(4)]
        sums = []
        for _ in range(50):
            with gate.closed():
                saved = pickle.loads(pickle.dumps(accounts))  # noqa: S301 -- just made
            sums.append(sum(saved[0].values()) + sum(saved[1].values()))
        end.set()
        for each in moves:
            each.result(SOON)
    assert sums == [0] * 50
    assert sum(accounts[0].values()) > 50


def test_an_ended_gate_says_so():
    gate = Gate()
    assert not gate.ended
    gate.end()
    assert gate.ended


def _fail(gate: Gate) -> None:
    with gate.call():
        gate.enter(counted=True)
        raise KeyError
