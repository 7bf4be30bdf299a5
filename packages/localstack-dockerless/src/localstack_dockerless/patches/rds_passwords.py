"""A managed master password is a password of its own for the user of the DB instance, under a key of LocalStack."""

from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.rds.requests import credentials

PATCH = Patch(
    why="moto gives every managed secret the same made-up user and password, and knows no key of LocalStack's KMS.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
    when="rds",
)


@PATCH.wraps("moto.rds.models:MasterUserSecret._generate_secret_string")
def generate_secret_string(_original: Any, self: Any) -> str:
    return credentials(self.resource.master_username)


@PATCH.replaces("moto.rds.models:MasterUserSecret.kms_key_id")
def kms_key_id(original: Any) -> Any:
    """Returns the property with the ARN of the secret's key. The key that AWS manages is moto's."""
    from localstack_dockerless.iam.needs import Scope  # noqa: PLC0415 -- the stores load more services
    from localstack_dockerless.iam.stores import AWS_MANAGED, key_arn  # noqa: PLC0415

    def arn(self: Any) -> str:
        key = str(self.secret.kms_key_id)
        if AWS_MANAGED in key:
            return str(original.fget(self))
        _, _, _, region, account, *_ = self.resource.arn.split(":")
        return key_arn(key, Scope(account, region))

    return property(arn)
