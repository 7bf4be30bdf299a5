"""Lists the permissions that reading and writing a secret, and asking for a password, need."""

from localstack_dockerless.iam.keys import DECRYPT, GENERATE
from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import everything, named

_SECRET = named("secretsmanager", "SecretId", "secret:")

PERMISSIONS = Permissions(
    "secretsmanager",
    {"GetSecretValue": _SECRET, "PutSecretValue": _SECRET, "GetRandomPassword": everything("secretsmanager")},
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    key_actions={"GetSecretValue": (DECRYPT,), "PutSecretValue": (GENERATE, DECRYPT)},
)
