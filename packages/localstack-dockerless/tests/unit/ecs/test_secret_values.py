"""`valueFrom` is resolved in all its forms, and errors are a task's reason."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from localstack_dockerless.services.ecs.secret_values import SecretReference, TaskCannotStartError, parse, resolve

ARN = "arn:aws:secretsmanager:eu-central-1:000000000000:secret:db-AbCdEf"
NOT_FOUND = {"Error": {"Code": "ResourceNotFoundException", "Message": "can't find the specified secret."}}


class FakeClient:
    """Holds Secrets Manager and SSM with one value each, and keeps the requests."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def get_secret_value(self, **request: Any) -> dict[str, str]:
        self.asked.append(request)
        if request["SecretId"] != ARN:
            raise ClientError(NOT_FOUND, "GetSecretValue")  # type: ignore[arg-type]  # an error has no more
        return {"SecretString": json.dumps({"password": "p", "port": 5432})}

    def get_parameter(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        return {"Parameter": {"Value": f"value of {request['Name']}"}}


@pytest.mark.parametrize(
    ("value_from", "reference"),
    [
        (ARN, SecretReference("secretsmanager", "eu-central-1", ARN)),
        (f"{ARN}:password::", SecretReference("secretsmanager", "eu-central-1", ARN, "password")),
        (f"{ARN}::AWSPREVIOUS:", SecretReference("secretsmanager", "eu-central-1", ARN, "", "AWSPREVIOUS")),
        (f"{ARN}:::v1", SecretReference("secretsmanager", "eu-central-1", ARN, "", "", "v1")),
        ("flag", SecretReference("ssm", None, "flag")),
        ("/a/b", SecretReference("ssm", None, "/a/b")),
        ("arn:aws:ssm:eu-west-1:1:parameter/flag", SecretReference("ssm", "eu-west-1", "flag")),
        ("arn:aws:ssm:eu-west-1:1:parameter/a/b", SecretReference("ssm", "eu-west-1", "/a/b")),
    ],
)
def test_each_form_is_understood(value_from: str, reference: SecretReference) -> None:
    assert parse(value_from) == reference


@pytest.mark.parametrize("value_from", [f"{ARN}:password", "arn:aws:s3:::bucket", "arn:aws"])
def test_another_form_is_refused(value_from: str) -> None:
    with pytest.raises(TaskCannotStartError, match="invalid valueFrom"):
        parse(value_from)


def values(**secrets: str) -> dict[str, str]:
    client = FakeClient()
    references = [{"name": name, "valueFrom": value} for name, value in secrets.items()]
    return resolve(references, lambda _service, _region: client)


def test_a_key_of_a_json_secret_and_the_whole_of_it() -> None:
    assert values(A=f"{ARN}:password::", B=f"{ARN}:port::", C=ARN, D="/a/b") == {
        "A": "p",
        "B": "5432",
        "C": '{"password": "p", "port": 5432}',
        "D": "value of /a/b",
    }


def test_a_version_is_asked_for() -> None:
    client = FakeClient()
    resolve([{"name": "A", "valueFrom": f"{ARN}:password:AWSPREVIOUS:"}], lambda _service, _region: client)
    assert client.asked == [{"SecretId": ARN, "VersionStage": "AWSPREVIOUS"}]


def test_a_secret_that_is_missing_is_named() -> None:
    with pytest.raises(TaskCannotStartError) as caught:
        values(A=f"{ARN}x:password::")
    assert str(caught.value).startswith("ResourceInitializationError: unable to pull secrets or registry auth:")
    assert f"{ARN}x" in str(caught.value)
    assert "ResourceNotFoundException" in str(caught.value)


def test_a_key_that_is_missing_is_named_and_no_value_is() -> None:
    with pytest.raises(TaskCannotStartError) as caught:
        values(A=f"{ARN}:pass::")
    assert "did not contain json key pass" in str(caught.value)
    assert "5432" not in str(caught.value)
