"""A LocalStack with a saved state handles other ports, refusals, calls during a save, and the periodical save."""

import json
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from dockerless_testing.bare_localstack import LocalStackProcess
from dockerless_testing.emulator import Emulator
from dockerless_testing.network import free_port
from dockerless_testing.waiting import wait_until

REFUSED = 78


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="dockerless-state-") as name:
        yield Path(name)


@pytest.fixture
def processes() -> Iterator[list[LocalStackProcess]]:
    made: list[LocalStackProcess] = []
    yield made
    for process in made:
        process.end(signal.SIGKILL)


def localstack(made: list[LocalStackProcess], folder: Path, **variables: str) -> LocalStackProcess:
    folder.mkdir(exist_ok=True)
    made.append(LocalStackProcess(folder, {"DOCKERLESS_STATE": str(folder / "state"), **variables}, free_port()))
    return made[-1]


def save(emulator: Emulator) -> Any:
    """Saves the state. Raises `urllib.error.HTTPError`."""
    request = Request(f"{emulator.url}/_dockerless/state", method="POST")  # noqa: S310 -- of this test
    with build_opener(ProxyHandler({})).open(request, timeout=300) as answer:
        return json.load(answer)


def test_two_from_one_state(folder: Path, processes: list[LocalStackProcess]):
    """The copy runs on another port at the same time, with its own addresses. Neither sees the other's changes."""
    first = localstack(processes, folder / "first")
    emulator = first.start()
    url = emulator.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    emulator.client("ssm").put_parameter(Name="url", Value=url, Type="String")
    s3 = {"Bucket": "bucket", "Key": "k"}
    emulator.client("s3").create_bucket(
        Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
    )
    emulator.client("s3").put_object(**s3, Body=b"of both")
    api = emulator.client("apigatewayv2").create_api(Name="a", ProtocolType="HTTP")["ApiEndpoint"]
    save(emulator)
    second = localstack(processes, folder / "second")
    shutil.copytree(folder / "first" / "state", folder / "second" / "state")
    copy = second.start()
    moved = {emulator.url: copy.url}
    assert copy.client("ssm").get_parameter(Name="url")["Parameter"]["Value"] == url.replace(*moved.popitem())
    assert copy.client("apigatewayv2").get_apis()["Items"][0]["ApiEndpoint"] == api.replace(emulator.url, copy.url)
    copy.client("s3").put_object(**s3, Body=b"of the second")
    save(copy)
    assert emulator.client("s3").get_object(**s3)["Body"].read() == b"of both"
    assert copy.client("s3").get_object(**s3)["Body"].read() == b"of the second"


def test_a_state_that_must_not_be_loaded(folder: Path, processes: list[LocalStackProcess]):
    """LocalStack ends with one line that names the reason and the remedy. It does not change the state."""
    process = localstack(processes, folder / "one")
    process.start().client("sqs").create_queue(QueueName="q")
    process.end()
    (generation,) = (folder / "one" / "state").glob("generation-*")
    content = (generation / "state.pickle").read_bytes()
    (generation / "state.pickle").write_bytes(content[:-1] + b"x")
    code, log = process.refused()
    assert code == REFUSED
    (line,) = [line for line in log.splitlines() if "The saved state is not loaded" in line]
    assert "its checksum differs" in line
    assert f"Remove {folder / 'one' / 'state'} to start without it" in line
    (generation / "state.pickle").write_bytes(content)
    assert len(process.start().client("sqs").list_queues()["QueueUrls"]) == 1


def test_a_save_that_fails_leaves_the_last_state(folder: Path, processes: list[LocalStackProcess]):
    process = localstack(processes, folder / "one")
    emulator = process.start()
    emulator.client("sqs").create_queue(QueueName="q")
    first = save(emulator)
    (folder / "one" / "state" / "CURRENT.unfinished").mkdir()  # the file that is renamed last cannot be written
    with pytest.raises(HTTPError) as caught:
        save(emulator)
    with caught.value as answer:
        assert "IsADirectoryError" in json.load(answer)["error"]
    assert emulator.get_json("/_dockerless/state")["saved"]["generation"] == first["generation"]
    process.end(signal.SIGKILL)
    assert process.start().get_json("/_dockerless/state")["loaded"]["generation"] == first["generation"]


def test_writers_while_it_saves(folder: Path, processes: list[LocalStackProcess]):
    """A save has every change that was answered before it. Calls get no error."""
    process = localstack(processes, folder / "one")
    emulator = process.start()
    sqs, dynamodb = emulator.client("sqs"), emulator.client("dynamodb")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    dynamodb.create_table(
        TableName="t",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    end, done = threading.Event(), [0, 0]

    def write(thread: int) -> None:
        while not end.is_set():
            number = done[thread]
            dynamodb.put_item(TableName="t", Item={"id": {"S": f"{thread}-{number}"}})
            sqs.send_message(QueueUrl=url, MessageBody=f"{thread}-{number}")
            done[thread] = number + 1

    with ThreadPoolExecutor(2) as pool:
        writers = [pool.submit(write, thread) for thread in (0, 1)]
        wait_until(lambda: min(done) > 20, 60, "some writes")
        for _ in range(5):
            before = sum(done)
            saved = save(emulator)
        after = sum(done)
        process.end(signal.SIGKILL)
        end.set()
        for writer in writers:
            writer.exception(60)  # of the calls that the kill interrupted
    assert saved["held_seconds"] < 5
    process.start()
    items = len(dynamodb.scan(TableName="t")["Items"])
    messages = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
    assert before <= int(messages["ApproximateNumberOfMessages"]) <= items <= after + 2
    assert items - int(messages["ApproximateNumberOfMessages"]) <= 2


def test_saves_by_itself(folder: Path, processes: list[LocalStackProcess]):
    emulator = localstack(processes, folder / "one", DOCKERLESS_STATE_EVERY="1").start()
    emulator.client("sqs").create_queue(QueueName="q")
    wait_until(
        lambda: "sqs" in (emulator.get_json("/_dockerless/state")["saved"] or {}).get("services", []), 30, "a save"
    )


def test_without_the_variable_nothing_is_saved(emulator: Emulator):
    with pytest.raises(HTTPError) as caught:
        emulator.get_json("/_dockerless/state")
    with caught.value as answer:
        assert answer.code == 404
