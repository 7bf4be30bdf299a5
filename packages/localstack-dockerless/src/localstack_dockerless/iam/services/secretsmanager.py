"""Lists the permissions that reading a secret needs."""

from localstack_dockerless.iam.keys import DECRYPT
from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import named

PERMISSIONS = Permissions(
    "secretsmanager",
    {"GetSecretValue": named("secretsmanager", "SecretId", "secret:")},
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    key_actions={"GetSecretValue": (DECRYPT,)},
)
