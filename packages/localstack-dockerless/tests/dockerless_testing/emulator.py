"""Describes a running LocalStack for a test: two addresses, and clients that reach nothing else."""

import functools
import json
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.request import ProxyHandler, build_opener

import boto3
import botocore.session
from botocore.config import Config

REGION = "eu-central-1"
OPERATOR = {"AccessKeyId": "test", "SecretAccessKey": "test"}
"""The account's root user, whose calls no policy limits."""
_LOCK = threading.Lock()
"""A session may not make two clients at once: https://docs.aws.amazon.com/boto3/latest/guide/session.html."""


@dataclass(frozen=True)
class Emulator:
    """Holds LocalStack's `url`, and the superuser's `postgres_url` of the Postgres for its RDS."""

    url: str
    postgres_url: str

    def client(self, service: str, **config: Any) -> Any:
        """Returns the operator's client of `service`. `config` are settings of `botocore.config.Config`.

        The same arguments give the same client, because a new one takes about 0.1 s. A client may be used by threads.
        """
        return _operators(self.url, service, json.dumps({"retries": {"mode": "standard"}, **config}))

    def client_with(self, credentials: Mapping[str, str], service: str, region: str = REGION) -> Any:
        """Returns a client with credentials of AssumeRole. It makes one attempt."""
        return _client(self.url, service, credentials, region, {"retries": {"total_max_attempts": 1}})

    def get_json(self, path: str) -> Any:
        """Returns LocalStack's answer at one of its own addresses. Raises `urllib.error.HTTPError`."""
        with build_opener(ProxyHandler({})).open(f"{self.url}{path}", timeout=300) as answer:
            return json.load(answer)


def client_in(emulator: Emulator, service: str, region: str) -> Any:
    """Returns the operator's client of another region."""
    return _client(emulator.url, service, OPERATOR, region, {"retries": {"mode": "standard"}})


@functools.cache
def _operators(url: str, service: str, config: str) -> Any:
    return _client(url, service, OPERATOR, REGION, json.loads(config))


def _client(url: str, service: str, credentials: Mapping[str, str], region: str, config: dict[str, Any]) -> Any:
    """Returns a client that reads no profile, no file and no proxy of the shell."""
    with _LOCK:
        return _session().client(  # type: ignore[call-overload]
            service,
            endpoint_url=url,
            region_name=region,
            config=Config(**{"proxies": {}, **config}),
            aws_access_key_id=credentials["AccessKeyId"],
            aws_secret_access_key=credentials["SecretAccessKey"],
            aws_session_token=credentials.get("SessionToken") or None,
        )


@functools.cache
def _session() -> boto3.Session:
    """Returns one session for all clients: each new session would read the services' models again."""
    nowhere = (None, None, os.devnull, None)
    names = {"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
    return boto3.Session(botocore_session=botocore.session.Session(session_vars=names))
