"""Describes a running LocalStack for a test: two addresses, and clients that reach nothing else."""

import json
import os
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


@dataclass(frozen=True)
class Emulator:
    """Holds LocalStack's `url`, and the superuser's `postgres_url` of the Postgres for its RDS."""

    url: str
    postgres_url: str

    def client(self, service: str, **config: Any) -> Any:
        """Returns the operator's client of `service`. `config` are settings of `botocore.config.Config`."""
        return _client(self.url, service, OPERATOR, REGION, {"retries": {"mode": "standard"}, **config})

    def client_with(self, credentials: Mapping[str, str], service: str, region: str = REGION) -> Any:
        """Returns a client with credentials of AssumeRole. It makes one attempt."""
        return _client(self.url, service, credentials, region, {"retries": {"total_max_attempts": 1}})

    def get_json(self, path: str) -> Any:
        """Returns LocalStack's answer at one of its own addresses. Raises `urllib.error.HTTPError`."""
        with build_opener(ProxyHandler({})).open(f"{self.url}{path}", timeout=60) as answer:
            return json.load(answer)


def _client(url: str, service: str, credentials: Mapping[str, str], region: str, config: dict[str, Any]) -> Any:
    """Returns a client that reads no profile, no file and no proxy of the shell."""
    nowhere = (None, None, os.devnull, None)
    session = botocore.session.Session(
        session_vars={"profile": (None, None, None, None), "config_file": nowhere, "credentials_file": nowhere}
    )
    session.set_credentials(
        credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials.get("SessionToken") or None
    )
    made = boto3.Session(region_name=region, botocore_session=session)
    settings = Config(**{"proxies": {}, **config})
    return made.client(service, endpoint_url=url, config=settings)  # type: ignore[call-overload]
