"""Reads and makes the secrets of the database's logins. Each is JSON with `username` and `password`."""

import json
import secrets
import string
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

PASSWORD_LENGTH = 40
ALPHABET = string.ascii_letters + string.digits


def login(client: "SecretsManagerClient", arn: str) -> tuple[str, str] | None:
    """Returns the user name and the password of a secret, or None if it has no value yet."""
    try:
        answer = client.get_secret_value(SecretId=arn)
    except client.exceptions.ResourceNotFoundException:
        return None
    content = json.loads(answer["SecretString"])
    return content["username"], content["password"]


def make_login(client: "SecretsManagerClient", arn: str, username: str) -> tuple[str, str]:
    """Gives the secret a new password. Returns the user name and the password."""
    password = "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))
    client.put_secret_value(SecretId=arn, SecretString=json.dumps({"username": username, "password": password}))
    return username, password
