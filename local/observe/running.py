"""Gives commands and tests a running stack: its address, its Terraform outputs and clients that reach only it."""

import functools
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
import botocore.session
from botocore.config import Config

from local.launcher import identity, record, terraform
from local.launcher.engines import engine_of
from local.launcher.errors import ExpectedError
from local.launcher.guard import TEST_CREDENTIALS
from local.launcher.hints import make
from local.launcher.settings import REGION, Settings
from local.launcher.state import State

_OPERATOR = {
    "AccessKeyId": TEST_CREDENTIALS["AWS_ACCESS_KEY_ID"],
    "SecretAccessKey": TEST_CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
}
_LOCK = threading.Lock()
"""A session may not make two clients at once: https://docs.aws.amazon.com/boto3/latest/guide/session.html."""


class NotRunningError(ExpectedError):
    """The stack does not run or is not complete. The message says how to start it."""


@dataclass(frozen=True)
class RunningStack:
    """Gives access to a stack that is made. `outputs` holds Terraform's outputs by name (terraform/outputs.tf)."""

    name: str
    edge_url: str
    outputs: dict[str, Any]
    directory: Path
    settings: Settings = field(repr=False)

    @property
    def api_url(self) -> str:
        return str(self.outputs["api_url"])

    def client(self, service: str, **config: Any) -> Any:
        """Returns a boto3 client of `service`. It reaches only this stack, whatever the shell's AWS settings are."""
        return local_client(self.edge_url, service, **config)

    def plan(self) -> tuple[int, str]:
        """Runs Terraform's plan. Returns the exit code (0 no change, 1 error, 2 changes) and the output."""
        identity.require_own(self.settings, State.read(self.settings).session)
        return terraform.plan(self.settings)

    def kill_task(self, address: str, port: int) -> str:
        """Ends the task with this address like a crash. Returns the name of the killed process or container.

        In the embedded mode it kills the service's process, in docker mode the whole container. Raises `LookupError` if
        no task of this stack has the address.
        """
        return engine_of(self.settings).kill_task(address, port)


def local_client(edge_url: str, service: str, **config: Any) -> Any:
    """Returns a boto3 client that ignores the shell's credentials, profile and configuration files."""
    if not edge_url.startswith("http://127.0.0.1:"):
        raise ValueError(f"not an address of a local stack: {edge_url}")
    settings = {"region_name": REGION, "retries": {"mode": "standard"}, **config}
    return _client(edge_url, service, _OPERATOR, settings)


def client_with(credentials: Mapping[str, str], edge_url: str, service: str, region: str = REGION) -> Any:
    """Returns a client with a session's credentials, as AssumeRole gives them. It reaches only that stack."""
    return _client(edge_url, service, credentials, {"region_name": region, "retries": {"total_max_attempts": 1}})


def load(name: str | None = None) -> RunningStack:
    """Returns the stack `name`, or the stack of the variable `STACK`, with its recorded settings.

    Raises `NotRunningError` if the stack is not complete. Raises `IdentityError` if its LocalStack does not answer or
    has lost the applied resources. Raises `RecordError` if the command's settings contradict the recorded ones.
    """
    stack = look_up(name)
    identity.require_own(stack.settings, State.read(stack.settings).session)
    return stack


def look_up(name: str | None = None) -> RunningStack:
    """Returns the same stack as `load`, but does not require that it answers."""
    named = Settings.from_environment().name
    recorded = record.read(Settings(name=name)) if name and name != named else _settled()
    if recorded is None:
        wanted = name or named
        raise NotRunningError(f"no stack {wanted!r} is up: `{make('up', wanted)}` starts it")
    try:
        outputs = json.loads((recorded.directory / terraform.OUTPUTS).read_text())
    except FileNotFoundError:
        raise NotRunningError(
            f"the stack {recorded.name!r} is not complete: `{make('up', recorded.name)}` completes it"
        ) from None
    return RunningStack(recorded.name, recorded.edge_url, outputs, recorded.directory, recorded)


def _settled() -> Settings | None:
    settled = record.settle()
    return record.read(settled) and settled


def _client(edge_url: str, service: str, credentials: Mapping[str, str], settings: dict[str, Any]) -> Any:
    with _LOCK:
        return _session().client(  # type: ignore[call-overload]
            service,
            endpoint_url=edge_url,
            config=Config(**{"proxies": {}, **settings}),
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials.get("SessionToken"),
        )


@functools.cache
def _session() -> boto3.Session:
    """Returns one session for all clients, because each new session reads the services' models again.

    It reads no profile and no file, whatever the shell's variables name.
    """
    nowhere = (None, None, os.devnull, None)
    variables = {"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
    return boto3.Session(botocore_session=botocore.session.Session(session_vars=variables))
