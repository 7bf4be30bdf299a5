"""The heap is trimmed once after each time of work, when it is over."""

import pytest

from localstack_dockerless.patches.free_memory import IDLE, LOOK_SECONDS, WORK, IdleTrimmer


class Process:
    """A process whose processor time the test sets."""

    def __init__(self) -> None:
        self.used = 0.0
        self.trims = 0

    def trim(self) -> None:
        self.trims += 1
        self.used += 0.1  # trimming is work too, and no reason to trim again


@pytest.fixture
def process() -> Process:
    return Process()


@pytest.fixture
def trimmer(process: Process) -> IdleTrimmer:
    return IdleTrimmer(lambda: process.used, process.trim)


def test_nothing_is_trimmed_while_the_process_works(process: Process, trimmer: IdleTrimmer):
    for _ in range(3):
        process.used += LOOK_SECONDS
        assert not trimmer.look(LOOK_SECONDS)
    assert process.trims == 0


def test_after_work_the_heap_is_trimmed_once(process: Process, trimmer: IdleTrimmer):
    process.used += WORK
    assert not trimmer.look(LOOK_SECONDS)
    assert trimmer.look(LOOK_SECONDS)
    assert [trimmer.look(LOOK_SECONDS) for _ in range(3)] == [False, False, False]
    assert process.trims == 1


def test_idle_moments_add_up_to_work(process: Process, trimmer: IdleTrimmer):
    """A stack that answers a request now and then is trimmed now and then."""
    a_little = IDLE * LOOK_SECONDS / 2
    for _ in range(round(WORK / a_little) - 1):
        process.used += a_little
        assert not trimmer.look(LOOK_SECONDS)
    process.used += a_little
    assert trimmer.look(LOOK_SECONDS)
