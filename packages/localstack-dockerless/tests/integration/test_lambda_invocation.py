"""A function runs with AWS's own runtime client, as its role, in an environment of its own."""

import base64
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from dockerless_testing.lambda_functions import function, package
from dockerless_testing.waiting import wait_until

ECHO = "def handle(event, context): return event"
ENVIRONMENT = "import os\ndef handle(event, context): return dict(os.environ)"


def test_the_answer_is_the_handlers_own(emulator: Any):
    with function(emulator, ECHO) as echo:
        event = {"number": 12345678901234567, "text": "\u0161\u010d\u0107", "nested": [None, True, {}]}
        assert echo.invoke(event).payload == event
        assert echo.invoke(None).payload is None


def test_the_context_tells_the_function_about_itself(emulator: Any):
    source = """
def handle(event, context):
    return {"name": context.function_name, "version": context.function_version,
            "arn": context.invoked_function_arn, "memory": context.memory_limit_in_mb,
            "left": context.get_remaining_time_in_millis(), "group": context.log_group_name,
            "request": context.aws_request_id, "custom": context.client_context.custom}
"""
    client_context = base64.b64encode(json.dumps({"custom": {"tenant": "one"}}).encode()).decode()
    with function(emulator, source, Timeout=7) as told:
        context = told.invoke({}, ClientContext=client_context).payload
        assert context["name"] == told.name
        assert context["version"] == "$LATEST"
        assert context["arn"] == f"arn:aws:lambda:eu-central-1:000000000000:function:{told.name}"
        assert int(context["memory"]) == 256
        assert 0 < context["left"] <= 7000
        assert context["group"] == f"/aws/lambda/{told.name}"
        assert len(context["request"]) == 36
        assert context["custom"] == {"tenant": "one"}


def test_the_function_is_its_role(emulator: Any):
    source = """
import boto3
def handle(event, context): return boto3.client("sts").get_caller_identity()["Arn"]
"""
    with function(emulator, source) as caller:
        arn = f"arn:aws:sts::000000000000:assumed-role/{caller.role}/{caller.name}"
        assert caller.invoke().payload == arn


def test_the_environment_is_awss_and_the_functions_alone(emulator: Any):
    expected = {
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_ENDPOINT_URL",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "HOME",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
        "LANG",
        "LD_LIBRARY_PATH",
        "MINE",
        "PATH",
        "PYTHONPATH",
        "TMPDIR",
        "TZ",
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
    }
    with function(emulator, ENVIRONMENT, Environment={"Variables": {"MINE": "1"}}) as shown:
        assert set(shown.invoke().payload) == expected


def test_only_the_runtimes_own_packages_can_be_imported(emulator: Any):
    source = """
import importlib.util
def handle(event, context): return [name for name in event if importlib.util.find_spec(name)]
"""
    with function(emulator, source) as importer:
        found = importer.invoke(["boto3", "localstack", "moto", "localstack_dockerless", "fastapi", "pytest"]).payload
        assert found == ["boto3"]


def test_the_code_is_the_working_directory(emulator: Any):
    source = """
import os
def handle(event, context):
    with open("data/greeting.txt") as file:
        return {"text": file.read(), "here": os.getcwd() == os.environ["LAMBDA_TASK_ROOT"]}
"""
    files = {"app.py": source, "data/greeting.txt": "dobar dan"}
    with function(emulator, "", Code={"ZipFile": package(files)}) as reader:
        assert reader.invoke().payload == {"text": "dobar dan", "here": True}


def test_temporary_files_stay_with_the_environment_and_end_with_it(emulator: Any):
    source = """
import os, tempfile
path = os.path.join(tempfile.gettempdir(), "kept")
def handle(event, context):
    with open(path, "a") as file:
        file.write("x")
    return [path, os.path.getsize(path)]
"""
    with function(emulator, source) as writer:
        path, size = writer.invoke().payload
        assert size == 1
        assert writer.invoke().payload == [path, 2]
        redeploy(emulator, writer.name, Description="a new environment")
        other_path, size = writer.invoke().payload
        assert (other_path != path, size) == (True, 1)


def test_a_warm_environment_is_used_again(emulator: Any):
    source = "calls = []\ndef handle(event, context):\n    calls.append(1)\n    return len(calls)"
    with function(emulator, source) as counter:
        assert [counter.invoke().payload for _ in range(3)] == [1, 2, 3]


def test_concurrent_invocations_have_their_own_environments(emulator: Any, tmp_path: Path):
    source = """
import os, pathlib, time
def handle(event, context):
    here = pathlib.Path(event["meeting"])
    (here / str(os.getpid())).touch()
    while len(list(here.iterdir())) < event["guests"]:
        time.sleep(0.01)
    return os.getpid()
"""
    with function(emulator, source) as host, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(host.invoke, [{"meeting": str(tmp_path), "guests": 4}] * 4))
        assert len({answer.payload for answer in answers}) == 4


def test_reserved_concurrency_is_honoured(emulator: Any):
    client = emulator.client("lambda", retries={"max_attempts": 0})
    with function(emulator, ECHO) as limited:
        client.put_function_concurrency(FunctionName=limited.name, ReservedConcurrentExecutions=0)
        with pytest.raises(client.exceptions.TooManyRequestsException):
            client.invoke(FunctionName=limited.name)


def test_new_code_is_used_from_the_next_invocation_on(emulator: Any):
    client = emulator.client("lambda")
    with function(emulator, "def handle(event, context): return 1") as changed:
        assert changed.invoke().payload == 1
        code = package({"app.py": "def handle(event, context): return 2"})
        client.update_function_code(FunctionName=changed.name, ZipFile=code)
        client.get_waiter("function_updated_v2").wait(FunctionName=changed.name, WaiterConfig={"Delay": 1})
        assert changed.invoke().payload == 2


def test_a_published_version_keeps_its_code(emulator: Any):
    client = emulator.client("lambda")
    with function(emulator, "def handle(event, context): return 1") as published:
        version = client.publish_version(FunctionName=published.name)["Version"]
        client.update_function_code(
            FunctionName=published.name,
            ZipFile=package({"app.py": "def handle(event, context): return context.function_version"}),
        )
        client.get_waiter("function_updated_v2").wait(FunctionName=published.name, WaiterConfig={"Delay": 1})
        client.get_waiter("function_active_v2").wait(FunctionName=published.name, WaiterConfig={"Delay": 1})
        assert published.invoke(Qualifier=version).payload == 1
        assert published.invoke().payload == "$LATEST"


def test_a_change_lets_running_invocations_finish(emulator: Any, tmp_path: Path):
    source = """
import pathlib, time
def handle(event, context):
    here = pathlib.Path(event)
    (here / "started").touch()
    while not (here / "go").exists():
        time.sleep(0.01)
    return "finished"
"""
    with function(emulator, source) as worker, ThreadPoolExecutor(1) as pool:
        running = pool.submit(worker.invoke, str(tmp_path))
        try:
            wait_until((tmp_path / "started").exists, 10, "the invocation to start")
            redeploy(emulator, worker.name, Description="a new version")
        finally:
            (tmp_path / "go").touch()
        assert running.result().payload == "finished"


def redeploy(emulator: Any, name: str, **changes: Any) -> None:
    client = emulator.client("lambda")
    client.update_function_configuration(FunctionName=name, **changes)
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
