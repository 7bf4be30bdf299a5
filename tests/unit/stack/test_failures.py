"""A foreseen error of a command is one line with the stack in it, never a traceback."""

import errno
import subprocess
import sys
import urllib.error
import xmlrpc.client

import botocore.exceptions
import httpx
import pytest

from local.launcher.errors import ExpectedError
from local.launcher.failures import explained, guarded
from local.launcher.settings import REPOSITORY

NO_ANSWER = [
    ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"),
    TimeoutError("timed out"),
    urllib.error.URLError("refused"),
    httpx.ConnectError("All connection attempts failed"),
    httpx.ReadTimeout("timed out"),
    botocore.exceptions.EndpointConnectionError(endpoint_url="http://127.0.0.1:4566"),
    botocore.exceptions.ConnectionClosedError(endpoint_url="http://127.0.0.1:4566"),
    botocore.exceptions.ReadTimeoutError(endpoint_url="http://127.0.0.1:4566"),
    xmlrpc.client.Fault(6, "SHUTDOWN_STATE"),
]
REFUSED = botocore.exceptions.ClientError(
    {"Error": {"Code": "ResourceNotFoundException", "Message": "no table"}}, "Scan"
)
OTHERS = [
    (ExpectedError("no"), "no"),
    (REFUSED, "no table"),
    (OSError(errno.ENOSPC, "No space left on device", "/data"), "No space left on device: /data"),
    (FileNotFoundError(errno.ENOENT, "No such file or directory", "docker"), "docker"),
    (subprocess.TimeoutExpired(["docker", "info"], 5), "docker did not end within 5 s"),
]


@pytest.mark.parametrize("error", NO_ANSWER, ids=lambda error: type(error).__name__)
def test_a_stack_that_stops_answering_is_told_with_what_to_do(error: Exception):
    told = explained(error, "two")
    assert told is not None
    assert "`make status STACK=two`" in told
    assert "`make up STACK=two`" in told
    assert "\n" not in told


@pytest.mark.parametrize(("error", "words"), OTHERS, ids=lambda value: type(value).__name__)
def test_other_foreseen_conditions_are_told_in_a_line(error: Exception, words: str):
    told: list[str] = []

    def fails() -> int:
        raise error

    assert guarded(fails, "two", told.append) == 1
    assert len(told) == 1
    assert words in told[0]
    assert "\n" not in told[0]


def test_an_error_of_the_program_itself_is_not_hidden():
    with pytest.raises(KeyError):
        guarded(lambda: dict[str, int]()["missing"], "two", lambda _: None)


def test_a_reader_that_goes_away_is_no_error():
    script = (
        "import sys\nfrom local.launcher.failures import guarded\n"
        "def talk():\n    while True: print('a line', flush=True)\n"
        "sys.exit(guarded(talk, 'two', print))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait(300) == 1
