"""The Lambda API refuses requests as AWS does: values out of bounds, missing references, concurrent updates."""

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from dockerless_testing.emulator import Emulator
from dockerless_testing.event_world import queue
from dockerless_testing.lambda_functions import Function, function, package
from dockerless_testing.roles import arn_of, role

ECHO = "def handle(event, context): return event"


@pytest.fixture(scope="module")
def echo(emulator: Emulator) -> Iterator[Function]:
    with function(emulator, ECHO) as made:
        yield made


@pytest.fixture(scope="module")
def role_arn(emulator: Emulator) -> Iterator[str]:
    with role(emulator) as name:
        yield arn_of(name)


def code_of(error: pytest.ExceptionInfo[ClientError]) -> tuple[str, int]:
    response = error.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"]


BOUNDS: list[tuple[dict[str, Any], str]] = [
    ({"Timeout": 901}, "Value '901' at 'timeout' failed to satisfy constraint: .* less than or equal to 900"),
    ({"Timeout": 0}, "Member must have value greater than or equal to 1"),
    ({"MemorySize": 127}, "Value '127' at 'memorySize' .* greater than or equal to 128"),
    ({"MemorySize": 10241}, "less than or equal to 10240"),
    ({"EphemeralStorage": {"Size": 511}}, "at 'ephemeralStorage.size' .* greater than or equal to 512"),
    ({"EphemeralStorage": {"Size": 10241}}, "at 'ephemeralStorage.size' .* less than or equal to 10240"),
    ({"Description": "x" * 257}, "at 'description' .* length less than or equal to 256"),
    ({"Handler": "a b"}, "at 'handler' .* regular expression pattern"),
    ({"Handler": "x" * 129}, "at 'handler' .* length less than or equal to 128"),
    ({"Timeout": 901, "MemorySize": 1}, "2 validation errors detected"),
]  # fmt: skip


@pytest.mark.parametrize(("settings", "named"), BOUNDS)
def test_a_setting_out_of_its_bounds_is_refused(
    emulator: Emulator, echo: Function, role_arn: str, settings: dict[str, Any], named: str
) -> None:
    client = emulator.client("lambda", parameter_validation=False)
    plain = {"Runtime": "python3.13", "Handler": "app.handle", "Role": role_arn}
    zipped = {"ZipFile": package({"app.py": ECHO})}
    with pytest.raises(ClientError, match=named) as of_new:
        client.create_function(FunctionName="out-of-bounds", Code=zipped, **(plain | settings))
    with pytest.raises(ClientError, match=named) as of_old:
        client.update_function_configuration(FunctionName=echo.name, **settings)
    assert code_of(of_new) == code_of(of_old) == ("ValidationException", 400)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName="out-of-bounds")


@pytest.mark.parametrize("settings", [{"Timeout": 900}, {"MemorySize": 10240}, {"EphemeralStorage": {"Size": 512}}])
def test_a_setting_at_its_bound_is_taken(emulator: Emulator, settings: dict[str, Any]) -> None:
    with function(emulator, ECHO, **settings) as made:
        kept = emulator.client("lambda").get_function_configuration(FunctionName=made.name)
        assert {name: kept[name] for name in settings} == settings


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"MaximumRetryAttempts": 3}, "at 'maximumRetryAttempts' .* less than or equal to 2"),
        ({"MaximumEventAgeInSeconds": 59}, "at 'maximumEventAgeInSeconds' .* greater than or equal to 60"),
    ],
)
def test_the_bounds_hold_for_each_operation(
    emulator: Emulator, echo: Function, settings: dict[str, Any], named: str
) -> None:
    client = emulator.client("lambda", parameter_validation=False)
    with pytest.raises(ClientError, match=named) as refused:
        client.put_function_event_invoke_config(FunctionName=echo.name, **settings)
    assert code_of(refused) == ("ValidationException", 400)


@pytest.mark.parametrize("body", [b"hello", b"{", b"{'a': 1}", b"\xff", b"[1,]", b"NaN", b'{"a": 1} x'])
@pytest.mark.parametrize("kind", ["RequestResponse", "Event", "DryRun"])
def test_a_body_that_is_no_json_is_refused(emulator: Emulator, echo: Function, kind: str, body: bytes) -> None:
    with pytest.raises(ClientError, match="Could not parse request body into json") as refused:
        emulator.client("lambda").invoke(FunctionName=echo.name, InvocationType=kind, Payload=body)
    assert code_of(refused) == ("InvalidRequestContentException", 400)
    assert dict(refused.value.response)["Type"] == "User"


@pytest.mark.parametrize("body", [b"", b"null", b' {"a": "\xc3\xa4"} ', b"0"])
def test_a_body_that_is_json_or_empty_is_taken(emulator: Emulator, echo: Function, body: bytes) -> None:
    answer = emulator.client("lambda").invoke(FunctionName=echo.name, Payload=body)
    assert json.loads(answer["Payload"].read()) == (json.loads(body) if body else {})


@pytest.mark.parametrize("target", ["arn:aws:lambda:eu-central-1:000000000000:function:f", "queue", "arn:aws:s3:::b"])
def test_dead_letters_go_to_a_queue_or_a_topic_alone(emulator: Emulator, echo: Function, target: str) -> None:
    client = emulator.client("lambda")
    with pytest.raises(ClientError) as refused:
        client.update_function_configuration(FunctionName=echo.name, DeadLetterConfig={"TargetArn": target})
    assert code_of(refused)[1] == 400


def test_a_version_that_an_alias_uses_is_not_deleted(emulator: Emulator) -> None:
    client = emulator.client("lambda")
    with function(emulator, ECHO) as made:
        first = client.publish_version(FunctionName=made.name)["Version"]
        client.update_function_configuration(FunctionName=made.name, Description="another")
        client.get_waiter("function_updated_v2").wait(FunctionName=made.name)
        second = client.publish_version(FunctionName=made.name)["Version"]
        weights = {"AdditionalVersionWeights": {second: 0.5}}
        client.create_alias(FunctionName=made.name, Name="live", FunctionVersion=first, RoutingConfig=weights)
        for version in (first, second):
            with pytest.raises(ClientError, match=r"the following aliases reference it: \[live\]") as refused:
                client.delete_function(FunctionName=made.name, Qualifier=version)
            assert code_of(refused) == ("ResourceConflictException", 409)
        with pytest.raises(ClientError) as unknown:
            client.create_alias(FunctionName=made.name, Name="other", FunctionVersion="99")
        assert code_of(unknown) == ("ResourceNotFoundException", 404)
        client.delete_alias(FunctionName=made.name, Name="live")
        client.delete_function(FunctionName=made.name, Qualifier=first)
        versions = client.list_versions_by_function(FunctionName=made.name)["Versions"]
        assert [each["Version"] for each in versions] == ["$LATEST", second]


def test_an_arn_in_a_region_that_is_not_there_is_no_server_error(emulator: Emulator) -> None:
    arn = "arn:aws:lambda:nowhere-1:000000000000:function:meters"
    with pytest.raises(ClientError) as refused:
        emulator.client("lambda").delete_function(FunctionName=arn)
    assert code_of(refused)[1] in (400, 404)


def test_a_mapping_without_a_source_is_refused_for_that(emulator: Emulator) -> None:
    with pytest.raises(ClientError, match="Unrecognized event source"):
        emulator.client("lambda").create_event_source_mapping(FunctionName="nobody")


@pytest.mark.parametrize("qualifier", [":99", ":nobody", "-gone"])
def test_a_mapping_to_nothing_is_refused(emulator: Emulator, echo: Function, qualifier: str) -> None:
    with queue(emulator) as made, pytest.raises(ClientError, match="Function does not exist") as refused:
        emulator.client("lambda").create_event_source_mapping(
            EventSourceArn=made.arn, FunctionName=f"{echo.name}{qualifier}"
        )
    assert code_of(refused) == ("InvalidParameterValueException", 400)


def test_of_updates_at_once_all_but_one_are_refused(emulator: Emulator, echo: Function) -> None:
    answers: list[str] = []
    start = threading.Barrier(6)

    def update(turn: int) -> None:
        client = emulator.client("lambda", retries={"max_attempts": 0})
        start.wait()
        try:
            client.update_function_configuration(FunctionName=echo.name, Description=str(turn))
            answers.append("taken")
        except ClientError as error:
            answers.append(error.response["Error"]["Code"])

    threads = [threading.Thread(target=update, args=(turn,)) for turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {"taken", "ResourceConflictException"}


def test_a_new_function_is_updated_when_it_is_active(emulator: Emulator, role_arn: str) -> None:
    client = emulator.client("lambda", retries={"max_attempts": 0})
    zipped = {"ZipFile": package({"app.py": ECHO})}
    for turn in range(5):
        name = f"at-once-{turn}"
        client.create_function(
            FunctionName=name, Runtime="python3.13", Handler="app.handle", Role=role_arn, Code=zipped
        )
        try:
            client.update_function_configuration(FunctionName=name, Description="at once")
        except ClientError as error:
            assert "The function is currently in the following state: Pending" in str(error)  # noqa: PT017 -- or taken
        client.delete_function(FunctionName=name)


def test_a_mapping_to_a_topic_is_refused(emulator: Emulator, echo: Function) -> None:
    topic = "arn:aws:sns:eu-central-1:000000000000:topic"
    with pytest.raises(ClientError, match="Unrecognized event source") as refused:
        emulator.client("lambda").create_event_source_mapping(EventSourceArn=topic, FunctionName=echo.name)
    assert code_of(refused) == ("InvalidParameterValueException", 400)
