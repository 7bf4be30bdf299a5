"""Memory and descendants are read from the kernel's own records."""

import os
import subprocess
import sys

from localstack_dockerless.services.lambda_.process import peak_memory, process_tree

MB = 1024 * 1024


def test_a_process_knows_its_children():
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert child.pid in process_tree(os.getpid())


def test_the_peak_counts_what_was_given_back():
    script = "x = bytearray(200 * 2**20); del x; print('ready', flush=True); input()"
    command = [sys.executable, "-c", script]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        child.stdout.readline()
        assert peak_memory(child.pid) > 200 * MB


def test_an_ended_process_holds_nothing():
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        pid = child.pid
    assert peak_memory(pid) == 0
