"""Timers fire in the order of their due times, unless they are cancelled, and never delay each other."""

import queue
import threading
import time
import weakref

from localstack_dockerless.services.lambda_.timers import SharedTimer

LONG = 60.0  # seconds; a test that waits so long has failed


def test_timers_fire_in_the_order_in_which_they_are_due():
    fired: queue.SimpleQueue[str] = queue.SimpleQueue()
    SharedTimer(0.1, lambda: fired.put("second")).start()
    SharedTimer(0.01, lambda: fired.put("first")).start()
    assert [fired.get(timeout=LONG), fired.get(timeout=LONG)] == ["first", "second"]


def test_a_timer_waits_for_its_time():
    fired = threading.Event()
    started = time.monotonic()
    SharedTimer(0.2, fired.set).start()
    assert fired.wait(LONG)
    assert time.monotonic() - started >= 0.2


def test_a_cancelled_timer_does_not_fire():
    cancelled, after = threading.Event(), threading.Event()
    timer = SharedTimer(0.05, cancelled.set)
    timer.start()
    timer.cancel()
    SharedTimer(0.1, after.set).start()
    assert after.wait(LONG)
    assert not cancelled.is_set()


def test_a_cancelled_timer_holds_nothing_alive():
    class Environment:
        def end(self) -> None: ...

    environment = Environment()
    gone = weakref.ref(environment)
    timer = SharedTimer(60, environment.end)
    timer.start()
    timer.cancel()
    del environment
    assert gone() is None


def test_a_function_that_hangs_holds_up_no_other_timer():
    release, after = threading.Event(), threading.Event()
    SharedTimer(0.0, lambda: release.wait(LONG)).start()
    SharedTimer(0.05, after.set).start()
    try:
        assert after.wait(LONG)
    finally:
        release.set()


def test_many_timers_share_a_thread():
    before = threading.active_count()
    timers = [SharedTimer(60, lambda: None) for _ in range(100)]
    for timer in timers:
        timer.start()
    assert threading.active_count() <= before + 1
    for timer in timers:
        timer.cancel()
