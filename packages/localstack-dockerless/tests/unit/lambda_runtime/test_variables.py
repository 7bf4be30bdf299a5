"""The process gets AWS's variables and the function's own, and nothing of the emulator's."""

import dataclasses
from pathlib import Path

import pytest

from localstack_dockerless.services.lambda_.variables import (
    Credentials,
    FunctionSettings,
    Places,
    logging_variables,
    process_environment,
)

SETTINGS = FunctionSettings(
    name="exporter",
    version="$LATEST",
    handler="lambdas.exporter.handler.handle",
    runtime="python3.13",
    region="eu-central-1",
    memory_size=512,
    log_group="/aws/lambda/exporter",
    log_stream="2026/03/04/[$LATEST]ab12",
    initialization_type="on-demand",
    logging={},
    variables={"TIME_ZONE": "Europe/Zagreb"},
)
CREDENTIALS = Credentials("AKIA", "secret", "token")
PLACES = Places(
    python=Path("/lambda/bin/python"),
    packages=Path("/lambda/packages"),
    task_root=Path("/code"),
    temporary=Path("/scratch"),
    runtime_api="127.0.0.1:9001",
    endpoint_url="http://127.0.0.1:4566",
)


def test_the_documented_variables_are_there():
    environment = process_environment(SETTINGS, CREDENTIALS, PLACES)
    expected = {
        "AWS_ENDPOINT_URL": "http://127.0.0.1:4566",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_NAME": "exporter",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/exporter",
        "AWS_LAMBDA_LOG_STREAM_NAME": "2026/03/04/[$LATEST]ab12",
        "AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9001",
        "AWS_REGION": "eu-central-1",
        "AWS_SESSION_TOKEN": "token",
        "LAMBDA_RUNTIME_DIR": "/lambda/packages",
        "LAMBDA_TASK_ROOT": "/code",
        "TIME_ZONE": "Europe/Zagreb",
        "TMPDIR": "/scratch",
        "TZ": ":UTC",
        "_HANDLER": "lambdas.exporter.handler.handle",
    }
    assert expected.items() <= environment.items()


def test_nothing_of_the_emulators_own_environment_leaks(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("EMULATOR_POSTGRES_URL", "postgresql://postgres:secret@127.0.0.1/postgres")
    monkeypatch.setenv("AWS_PROFILE", "production")
    environment = process_environment(SETTINGS, CREDENTIALS, PLACES)
    assert not {"EMULATOR_POSTGRES_URL", "AWS_PROFILE", "LOCALSTACK_VOLUME_DIR"} & environment.keys()
    assert environment["HOME"] == "/dev/null"


def test_a_function_may_change_the_unreserved_ones_only():
    settings = dataclasses.replace(SETTINGS, variables={"TZ": "Europe/Zagreb", "AWS_REGION": "us-east-1"})
    environment = process_environment(settings, CREDENTIALS, PLACES)
    assert environment["TZ"] == "Europe/Zagreb"
    assert environment["AWS_REGION"] == "eu-central-1"


def test_json_logs_are_the_runtime_clients():
    assert logging_variables("Text", None) == {}
    assert logging_variables("JSON", None) == {"AWS_LAMBDA_LOG_FORMAT": "JSON", "AWS_LAMBDA_LOG_LEVEL": "INFO"}
    settings = dataclasses.replace(SETTINGS, logging=logging_variables("JSON", "DEBUG"))
    assert process_environment(settings, CREDENTIALS, PLACES)["AWS_LAMBDA_LOG_LEVEL"] == "DEBUG"


def test_programs_and_libraries_of_layers_are_found():
    environment = process_environment(SETTINGS, CREDENTIALS, dataclasses.replace(PLACES, layers=Path("/layers")))
    assert environment["PATH"].endswith(":/layers/bin")
    assert environment["LD_LIBRARY_PATH"] == "/code:/code/lib:/layers/lib"
