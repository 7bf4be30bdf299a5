"""Lambda refuses settings that cannot be honoured by name, and accepts all others."""

from typing import Any

import pytest

from localstack_dockerless.services.lambda_.support import refusal, too_large

PLAIN = {
    "FunctionName": "exporter",
    "Runtime": "python3.13",
    "Handler": "app.handle",
    "Architectures": ["x86_64"],
    "PackageType": "Zip",
    "Layers": [],
    "TracingConfig": {"Mode": "PassThrough"},
    "SnapStart": {"ApplyOn": "None"},
    "LoggingConfig": {"LogFormat": "Text", "LogGroup": "/aws/lambda/exporter"},
    "VpcConfig": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
    "EphemeralStorage": {"Size": 512},
    "Environment": {"Variables": {"TIME_ZONE": "Europe/Zagreb"}},
}


def missing(runtime: str) -> str | None:
    return None if runtime == "python3.13" else f"{runtime} is missing"


def reason(**changes: Any) -> str | None:
    return refusal(PLAIN | changes, missing)


def test_a_plain_function_is_accepted():
    assert reason() is None


@pytest.mark.parametrize(
    "changes",
    [{"TracingConfig": {"Mode": "Active"}}, {"LoggingConfig": {"LogFormat": "JSON", "SystemLogLevel": "WARN"}}],
)
def test_tracing_and_json_logs_are_accepted(changes: dict[str, Any]):
    assert reason(**changes) is None


def test_an_update_with_nothing_of_that_kind_is_accepted():
    assert refusal({"FunctionName": "exporter", "Timeout": 60}, missing) is None


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"Runtime": "python3.12"}, "Runtime python3.12 is not supported"),
        ({"Runtime": "nodejs22.x"}, "nodejs22.x is missing"),
        ({"PackageType": "Image", "Code": {"ImageUri": "x"}}, "PackageType Image"),
        ({"ImageUri": "x"}, "PackageType Image"),
        ({"Code": {"S3Bucket": "hot-reload", "S3Key": "x"}}, "hot-reload"),
        ({"FileSystemConfigs": [{"Arn": "x", "LocalMountPath": "/mnt/x"}]}, "FileSystemConfigs"),
        ({"SnapStart": {"ApplyOn": "PublishedVersions"}}, "SnapStart"),
        ({"CodeSigningConfigArn": "arn:x"}, "CodeSigningConfigArn"),
        ({"DurableConfig": {}}, "DurableConfig"),
        ({"Environment": {"Variables": {"AWS_REGION": "x", "_HANDLER": "y"}}}, "AWS_REGION, _HANDLER"),
    ],
)
def test_what_cannot_run_is_named(changes: dict[str, Any], named: str):
    assert named in (reason(**changes) or "")


@pytest.mark.parametrize(
    ("size", "invocation_type", "refused"),
    [
        (6 * 1024 * 1024, None, False),
        (6 * 1024 * 1024 + 1, "RequestResponse", True),
        (1024 * 1024, "Event", False),
        (1024 * 1024 + 1, "Event", True),
    ],
)
def test_the_quota_of_a_payload(size: int, invocation_type: str | None, refused: bool):
    assert bool(too_large(size, invocation_type)) is refused
