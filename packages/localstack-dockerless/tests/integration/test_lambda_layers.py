"""A function finds the content of its layers, and runs on each Python of the machine."""

import json
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


def test_layers_are_listed_by_the_runtime_and_without_those_that_are_deleted(emulator: Emulator, layer: Any) -> None:
    client = emulator.client("lambda")
    layer("listed", {"python/shared.py": ""})
    gone = client.publish_layer_version(LayerName="gone", Content={"ZipFile": package({"a.py": ""})})
    assert "gone" in {each["LayerName"] for each in client.list_layers()["Layers"]}
    client.delete_layer_version(LayerName="gone", VersionNumber=gone["Version"])
    found = client.list_layers(CompatibleRuntime="python3.13")["Layers"]
    assert "listed" in {each["LayerName"] for each in found}
    assert client.list_layers(CompatibleRuntime="nodejs22.x")["Layers"] == []
    assert len(client.list_layers(MaxItems=1)["Layers"]) == 1
    versions = client.list_layer_versions
    assert len(versions(LayerName="listed", CompatibleRuntime="python3.13")["LayerVersions"]) == 1
    assert versions(LayerName="listed", CompatibleRuntime="nodejs22.x")["LayerVersions"] == []
    assert versions(LayerName="gone")["LayerVersions"] == []


def test_the_policy_of_a_layers_version_ends_with_its_last_statement(emulator: Emulator, layer: Any) -> None:
    client = emulator.client("lambda")
    layer("shared", {"python/shared.py": ""})
    newest = client.list_layer_versions(LayerName="shared")["LayerVersions"][0]["Version"]
    version = {"LayerName": "shared", "VersionNumber": newest}
    allow = {**version, "Action": "lambda:GetLayerVersion"}
    assert refusal(client.remove_layer_version_permission, StatementId="none", **version).startswith("404")
    assert refusal(client.add_layer_version_permission, StatementId="x", Principal="me", **allow).startswith("400")
    client.add_layer_version_permission(StatementId="one", Principal="111122223333", **allow)
    client.add_layer_version_permission(StatementId="all", Principal="*", OrganizationId="o-1234567890", **allow)
    one, everyone = json.loads(client.get_layer_version_policy(**version)["Policy"])["Statement"]
    assert one["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    assert everyone["Principal"] == "*"
    assert everyone["Condition"] == {"StringEquals": {"aws:PrincipalOrgID": "o-1234567890"}}
    for statement in ("one", "all"):
        client.remove_layer_version_permission(StatementId=statement, **version)
    assert refusal(client.get_layer_version_policy, **version).startswith("404")


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
