"""Lambda refuses a setting that the process executor cannot honour, by name, and stores nothing."""

import platform
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.lambda_functions import function, package
from dockerless_testing.roles import arn_of, role

OTHER_ARCHITECTURE = "x86_64" if platform.machine() == "aarch64" else "arm64"


@pytest.fixture(scope="module")
def role_arn(emulator: Any):
    with role(emulator) as name:
        yield arn_of(name)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"Runtime": "python3.7"}, "Runtime python3.7 is not supported by the emulator: no python3.7 on the PATH"),
        ({"Runtime": "nodejs22.x"}, "functions run on Python only"),
        ({"PackageType": "Image", "Code": {"ImageUri": "000000000000.dkr.ecr/x:1"}}, "PackageType Image"),
        ({"SnapStart": {"ApplyOn": "PublishedVersions"}}, "SnapStart"),
        (
            {
                "FileSystemConfigs": [
                    {
                        "Arn": "arn:aws:elasticfilesystem:eu-central-1:000000000000:"
                        "access-point/fsap-0123456789abcdef0",
                        "LocalMountPath": "/mnt/data",
                    }
                ]
            },
            "FileSystemConfigs",
        ),
        ({"Environment": {"Variables": {"AWS_REGION": "us-east-1"}}}, "reserved keys"),
    ],
)
def test_a_function_that_cannot_run_is_not_created(emulator: Any, role_arn: str, settings: dict[str, Any], named: str):
    client = emulator.client("lambda")
    plain = {"Runtime": "python3.13", "Handler": "app.handle", "Code": {"ZipFile": package({"app.py": ""})}}
    with pytest.raises(ClientError, match=named) as refused:
        client.create_function(FunctionName="refused", Role=role_arn, **(plain | settings))
    assert refused.value.response["Error"]["Code"] == "InvalidParameterValueException"
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName="refused")


def test_a_change_to_what_cannot_run_is_refused(emulator: Any):
    client = emulator.client("lambda")
    with function(emulator, "def handle(event, context): return 1") as running:
        with pytest.raises(ClientError, match=r"Runtime python3\.7 is not supported"):
            client.update_function_configuration(FunctionName=running.name, Runtime="python3.7")
        assert running.invoke().payload == 1


def test_settings_without_a_local_effect_are_kept(emulator: Any):
    """A VPC changes only the network path. The other settings are AWS's defaults."""
    settings: dict[str, Any] = {
        "VpcConfig": {"SubnetIds": [], "SecurityGroupIds": []},
        "TracingConfig": {"Mode": "PassThrough"},
        "EphemeralStorage": {"Size": 1024},
        "Architectures": [OTHER_ARCHITECTURE],
    }
    with function(emulator, "def handle(event, context): return 1", **settings) as running:
        assert running.invoke().payload == 1
        kept = emulator.client("lambda").get_function_configuration(FunctionName=running.name)
        assert kept["EphemeralStorage"] == {"Size": 1024}
        assert kept["Architectures"] == [OTHER_ARCHITECTURE]


def test_code_for_another_processor_fails_by_its_name(emulator: Any):
    compiled = "\x7fELF\x02\x01" + "\0" * 12 + "\x08\0" + "rest"
    files = {"app.py": "import fast\n", "fast.so": compiled}
    code = {"ZipFile": package(files)}
    with function(emulator, "", Code=code, Architectures=[OTHER_ARCHITECTURE]) as broken:
        answer = broken.invoke()
        assert (answer.error, answer.payload["errorType"]) == ("Unhandled", "Runtime.ImportModuleError")
        assert "fast.so" in answer.payload["errorMessage"]
