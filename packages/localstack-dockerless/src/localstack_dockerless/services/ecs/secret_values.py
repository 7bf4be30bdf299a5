"""Resolves a container definition's `secrets`, with the errors that ECS puts into `stoppedReason`.

Forms of `valueFrom`:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-ssm-paramstore.html
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

PULL_FAILED = "ResourceInitializationError: unable to pull secrets or registry auth: "


class TaskCannotStartError(Exception):
    """The task cannot start. The text is its `stoppedReason`. It names the secret and never its value."""


@dataclass(frozen=True)
class SecretReference:
    """Holds a parsed `valueFrom`. `service` is secretsmanager or ssm. `id` is a secret's ARN or a parameter's name."""

    service: str
    region: str | None
    id: str
    json_key: str = ""
    version_stage: str = ""
    version_id: str = ""


def parse(value_from: str) -> SecretReference:
    """Parses `arn[:json-key:version-stage:version-id]`, an SSM parameter's ARN, or a parameter's name."""
    parts = value_from.split(":")
    if parts[0] != "arn":
        return SecretReference("ssm", None, value_from)
    if len(parts) >= 6 and parts[2] == "ssm" and parts[5].startswith("parameter/"):
        return SecretReference("ssm", parts[3], _parameter_name(parts[5]))
    if len(parts) in (7, 10) and parts[2] == "secretsmanager" and parts[5] == "secret":
        return SecretReference("secretsmanager", parts[3], ":".join(parts[:7]), *parts[7:])
    raise TaskCannotStartError(f"{PULL_FAILED}invalid valueFrom {value_from}")


def _parameter_name(resource: str) -> str:
    name = resource.removeprefix("parameter/")
    return f"/{name}" if "/" in name else name


def resolve(secrets: Iterable[Mapping[str, str]], client: Callable[[str, str | None], Any]) -> dict[str, str]:
    """Returns the value of each of `secrets` by its name. `client(service, region)` returns the boto3 client.

    Raises `TaskCannotStartError` for the first secret without a value.
    """
    return {secret["name"]: _value(parse(secret["valueFrom"]), client) for secret in secrets}


def _value(reference: SecretReference, client: Callable[[str, str | None], Any]) -> str:
    ask = _secret_value if reference.service == "secretsmanager" else _parameter_value
    store = "asm" if reference.service == "secretsmanager" else "ssm"
    try:
        return ask(reference, client(reference.service, reference.region))
    except (ClientError, BotoCoreError) as error:
        raise TaskCannotStartError(
            f"{PULL_FAILED}execution resource retrieval failed: unable to retrieve secret from {store}: "
            f"service call has been retried 1 time(s): failed to fetch secret {reference.id}: {error}"
        ) from error


def _secret_value(reference: SecretReference, client: Any) -> str:
    version = {"VersionStage": reference.version_stage, "VersionId": reference.version_id}
    answer = client.get_secret_value(SecretId=reference.id, **{name: value for name, value in version.items() if value})
    text = str(answer["SecretString"]) if "SecretString" in answer else answer["SecretBinary"].decode()
    return _json_value(text, reference) if reference.json_key else text


def _json_value(text: str, reference: SecretReference) -> str:
    try:
        content = json.loads(text)
    except json.JSONDecodeError:
        content = None
    if not isinstance(content, dict) or reference.json_key not in content:
        raise TaskCannotStartError(
            f"{PULL_FAILED}execution resource retrieval failed: unable to retrieve secret from asm: "
            f"retrieved secret from Secrets Manager did not contain json key {reference.json_key}: "
            f"{reference.id}"
        )
    value = content[reference.json_key]
    return value if isinstance(value, str) else json.dumps(value)


def _parameter_value(reference: SecretReference, client: Any) -> str:
    return str(client.get_parameter(Name=reference.id, WithDecryption=True)["Parameter"]["Value"])
