"""No Postgres outlives the emulator that started it, also after SIGKILL."""

import subprocess
import sys
from pathlib import Path

import psutil

from dockerless_testing.waiting import wait_until
from localstack_dockerless.services.rds import run_program

STARTER = """
import subprocess, sys, threading
def run():
    process = subprocess.Popen(sys.argv[1:])
    print(process.pid, flush=True)
    process.wait()
threading.Thread(target=run, daemon=True).start()
threading.Event().wait()
"""
PROGRAM = """
import os, signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.exit(0))
print(os.geteuid(), flush=True)
signal.pause()
"""


def test_a_program_ends_with_a_killed_parent_and_is_not_root() -> None:
    program = [sys.executable, str(Path(run_program.__file__)), sys.executable, "-c", PROGRAM]
    with subprocess.Popen([sys.executable, "-c", STARTER, *program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid, user = (int(parent.stdout.readline()) for _ in range(2))
        child = psutil.Process(pid)
        parent.kill()
    assert user != 0
    wait_until(lambda: not child.is_running() or child.status() == psutil.STATUS_ZOMBIE, 20, "the program's end")
