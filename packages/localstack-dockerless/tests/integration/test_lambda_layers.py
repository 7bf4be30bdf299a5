"""A function finds the content of its layers, and runs on each Python of the machine."""

import shutil
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from dockerless_testing.emulator import Emulator
from dockerless_testing.lambda_functions import function, package
from dockerless_testing.refusals import refusal

SOURCE = """
import sys
import shared
def handle(event, context):
    if event == "fail":
        shared.fail()
    return [shared.TEXT, sys.version_info[:2]]
"""


@pytest.fixture
def layer(emulator: Emulator) -> Iterator[Any]:
    """Yields a function that publishes a layer and returns the ARN of its version."""
    client = emulator.client("lambda")
    made: list[Any] = []

    def publish(name: str, files: dict[str, str]) -> str:
        made.append(
            client.publish_layer_version(
                LayerName=name, Content={"ZipFile": package(files)}, CompatibleRuntimes=["python3.13"]
            )
        )
        return str(made[-1]["LayerVersionArn"])

    yield publish
    for each in made:
        client.delete_layer_version(LayerName=each["LayerArn"], VersionNumber=each["Version"])


def test_modules_of_layers_are_importable(emulator: Emulator, layer: Any) -> None:
    first = layer("first", {"python/shared.py": "TEXT = 'first'", "python/other.py": ""})
    text = "TEXT = 'second'\ndef fail():\n    raise ValueError('no')\n"
    second = layer("second", {"python/shared.py": text})
    with function(emulator, SOURCE, Layers=[first, second]) as made:
        assert made.invoke().payload[0] == "second"
        trace = "".join(made.invoke("fail").payload["stackTrace"])
        assert '"/opt/python/shared.py", line 3' in trace
        client = emulator.client("lambda")
        client.update_function_configuration(FunctionName=made.name, Layers=[first])
        client.get_waiter("function_updated_v2").wait(FunctionName=made.name, WaiterConfig={"Delay": 1})
        assert made.invoke().payload[0] == "first"
        listed = client.list_layer_versions(LayerName="first")["LayerVersions"]
        assert [each["LayerVersionArn"] for each in listed] == [first]
        assert {"first", "second"} <= {each["LayerName"] for each in client.list_layers()["Layers"]}
    assert "ResourceNotFoundException" in refusal(client.get_layer_version_by_arn, Arn=f"{first[:-1]}9")


def test_the_functions_own_module_comes_before_a_layers(emulator: Emulator, layer: Any) -> None:
    arn = layer("shadowed", {"python/app.py": "def handle(event, context):\n    return 'layer'\n"})
    with function(emulator, "def handle(event, context):\n    return 'own'\n", Layers=[arn]) as made:
        assert made.invoke().payload == "own"


RUNTIMES = [f"python3.{minor}" for minor in (10, 11, 12, 14)]


def _runs(program: str) -> bool:
    return subprocess.run([program, "-c", ""], check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_function_runs_on_another_python_or_is_refused_by_name(emulator: Emulator, runtime: str) -> None:
    source = SOURCE.replace("import shared", "import boto3, app as shared\nTEXT = ''")
    program = shutil.which(runtime)
    if program is None or not _runs(program):
        client = emulator.client("lambda")
        settings = {"Role": "arn:aws:iam::000000000000:role/r", "Handler": "app.handle", "Code": {"ZipFile": b"x"}}
        said = refusal(client.create_function, FunctionName="f", Runtime=runtime, **settings)
        assert f"Runtime {runtime} is not supported by the emulator" in said
        return
    with function(emulator, source, Runtime=runtime) as made:
        answer = made.invoke()
        assert (answer.error, answer.payload[1]) == (None, [3, int(runtime.partition(".")[2])])
        failed = made.invoke("fail")
        assert (failed.error, failed.payload["errorType"]) == ("Unhandled", "AttributeError")
        assert "REPORT RequestId" in answer.log
