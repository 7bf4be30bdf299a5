"""A function's output is in CloudWatch Logs, in order, with one stream for each environment."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from dockerless_testing.lambda_functions import delete_log_group, function

TALKATIVE = """
import logging, subprocess, sys
logging.getLogger().setLevel(logging.INFO)
print("loading")

def handle(event, context):
    print("first line")
    logging.info("logged\\non two lines")
    print("to standard error", file=sys.stderr)
    subprocess.run(["echo", "from a child"])
"""


MESSAGES = ["INIT_START", "loading", "START", "first line", "[INFO]", "to standard", "from a", "END", "REPORT"]


def test_the_log_of_a_cold_and_a_warm_invocation(emulator: Any):
    with function(emulator, TALKATIVE) as talkative:
        cold, warm = talkative.invoke().log, talkative.invoke().log
        places = [cold.index(f"\n{message}" if message == "START" else message) for message in MESSAGES[1:]]
        assert places == sorted(places)
        assert "Init Duration" in cold
        assert warm.startswith("START RequestId: ")
        assert "Init Duration" not in warm


def test_the_log_group_has_every_message_once_and_in_order(emulator: Any):
    with function(emulator, TALKATIVE) as talkative:
        talkative.invoke()
        events = talkative.wait_for_log("REPORT")
        messages = [event["message"] for _, event in events]
        assert len(messages) == len(MESSAGES)
        assert all(message.startswith(start) for message, start in zip(messages, MESSAGES, strict=True))
        assert messages[4].endswith("logged\non two lines\n")
        times = [event["timestamp"] for _, event in events]
        assert times == sorted(times)


def test_the_report_is_as_awss(emulator: Any):
    with function(emulator, TALKATIVE) as talkative:
        report = talkative.invoke().log.splitlines()[-1]
        assert re.fullmatch(
            r"REPORT RequestId: [0-9a-f-]{36}\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\t"
            r"Memory Size: 256 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms\t",
            report,
        )


def test_each_environment_has_a_stream_of_its_own(emulator: Any, tmp_path: Path):
    source = """
import os, pathlib, time
def handle(event, context):
    here = pathlib.Path(event)
    (here / str(os.getpid())).touch()
    while len(list(here.iterdir())) < 2:
        time.sleep(0.01)
    return context.log_stream_name
"""
    with function(emulator, source) as host:
        with ThreadPoolExecutor(2) as pool:
            streams = {answer.payload for answer in pool.map(host.invoke, [str(tmp_path)] * 2)}
        assert len(streams) == 2
        assert all(re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream) for stream in streams)
        events = host.wait_for_log("REPORT")
        assert {stream for stream, _ in events} <= streams


def test_a_log_is_there_while_the_function_still_runs(emulator: Any, tmp_path: Path):
    source = """
import pathlib, time
def handle(event, context):
    print("working")
    while not pathlib.Path(event).exists():
        time.sleep(0.01)
"""
    done = tmp_path / "done"
    with function(emulator, source, Timeout=15) as worker, ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker.invoke, str(done))
        try:
            worker.wait_for_log("working")
            assert not running.done()
        finally:
            done.touch()
        assert running.result().error is None


def test_a_log_group_of_the_functions_choice(emulator: Any):
    logs = emulator.client("logs")
    with function(emulator, TALKATIVE, LoggingConfig={"LogGroup": "shared-by-all"}) as talkative:
        try:
            talkative.invoke()
            events = talkative.wait_for_log("REPORT", "shared-by-all")
            assert all(f"/{talkative.name}[$LATEST]" in stream for stream, _ in events)
            groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/{talkative.name}")["logGroups"]
            assert groups == []
        finally:
            delete_log_group(emulator, "shared-by-all")


def test_a_deleted_log_group_is_there_again_after_the_next_invocation(emulator: Any):
    with function(emulator, TALKATIVE) as talkative:
        talkative.invoke()
        talkative.wait_for_log("REPORT")
        delete_log_group(emulator, f"/aws/lambda/{talkative.name}")
        talkative.invoke()
        messages = [event["message"] for _, event in talkative.wait_for_log("REPORT")]
        assert [message.split()[0] for message in messages][:: len(messages) - 1] == ["START", "REPORT"]


def test_the_log_of_code_that_cannot_be_loaded(emulator: Any):
    with function(emulator, "import missing_package") as broken:
        broken.invoke()
        messages = [event["message"] for _, event in broken.wait_for_log("REPORT RequestId")]
        assert any(message.startswith("[ERROR] Runtime.ImportModuleError") for message in messages)
        assert [message.split("\t")[1] for message in messages if message.startswith("INIT_REPORT")] == [
            "Phase: init",
            "Phase: invoke",
        ]
