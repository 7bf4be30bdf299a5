"""Makes Lambda functions from source text, and removes them."""

import base64
import io
import json
import uuid
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from dockerless_testing.roles import arn_of, role
from dockerless_testing.waiting import wait_until


@dataclass(frozen=True)
class Answer:
    """Holds an answer. `error` is Lambda's FunctionError. `log` is the tail of the log."""

    payload: Any
    error: str | None
    log: str


@dataclass(frozen=True)
class Function:
    """Holds one function of a test. `emulator` is the fixture."""

    emulator: Any
    name: str
    role: str

    def invoke(self, event: Any = None, **parameters: Any) -> Answer:
        response = self.emulator.client("lambda").invoke(
            FunctionName=self.name, Payload=json.dumps(event), LogType="Tail", **parameters
        )
        log = base64.b64decode(response["LogResult"]).decode()
        return Answer(json.loads(response["Payload"].read()), response.get("FunctionError"), log)

    def log_events(self, group: str | None = None) -> list[tuple[str, dict[str, Any]]]:
        """Returns (stream, event) of all streams, each stream in its own order."""
        logs = self.emulator.client("logs")
        group = group or f"/aws/lambda/{self.name}"
        found = []
        for stream in logs.describe_log_streams(logGroupName=group)["logStreams"]:
            name = stream["logStreamName"]
            events = logs.get_log_events(logGroupName=group, logStreamName=name, startFromHead=True)["events"]
            found += [(name, event) for event in events]
        return found

    def wait_for_log(self, text: str, group: str | None = None) -> list[tuple[str, dict[str, Any]]]:
        """Waits for a message with `text`. Returns the log."""

        def seen() -> list[tuple[str, dict[str, Any]]]:
            try:
                events = self.log_events(group)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceNotFoundException":
                    raise
                return []
            return events if any(text in event["message"] for _, event in events) else []

        return wait_until(seen, 10, f"{text!r} in the log of {self.name}")


def package(files: dict[str, str]) -> bytes:
    """Returns a zip of text files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as bundle:
        for name, text in files.items():
            bundle.writestr(name, text)
    return buffer.getvalue()


@contextmanager
def function(emulator: Any, source: str, may: Sequence[dict[str, Any]] = (), **parameters: Any) -> Iterator[Function]:
    """Makes a function whose `app.py` is `source` with a handler `handle`. `parameters` are CreateFunction's.

    `may`: the statements of its role's policy. Without any, the role may do everything.
    """
    client = emulator.client("lambda")
    name = f"function-{uuid.uuid4().hex[:12]}"
    with role(emulator, *may) as role_name:
        settings = {
            "Runtime": "python3.13",
            "Handler": "app.handle",
            "Timeout": 20,
            "MemorySize": 256,
            "Code": {"ZipFile": package({"app.py": source})},
        } | parameters
        client.create_function(FunctionName=name, Role=arn_of(role_name), **settings)
        try:
            client.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
            yield Function(emulator, name, role_name)
        finally:
            client.delete_function(FunctionName=name)
            delete_log_group(emulator, f"/aws/lambda/{name}")


def delete_log_group(emulator: Any, group: str) -> None:
    logs = emulator.client("logs")
    try:
        logs.delete_log_group(logGroupName=group)
    except logs.exceptions.ResourceNotFoundException:
        return
