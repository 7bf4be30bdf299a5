"""Lists the permissions that reading a secret and asking for a password need."""

from localstack_dockerless.iam.keys import DECRYPT
from localstack_dockerless.iam.registry import Permissions
from localstack_dockerless.iam.rules import everything, named

PERMISSIONS = Permissions(
    "secretsmanager",
    {
        "GetSecretValue": named("secretsmanager", "SecretId", "secret:"),
        "GetRandomPassword": everything("secretsmanager"),
    },
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
    key_actions={"GetSecretValue": (DECRYPT,)},
)
