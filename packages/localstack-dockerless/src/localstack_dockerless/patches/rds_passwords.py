"""A managed master password is a password of its own, for the user that the DB instance has."""

from typing import Any

from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.rds.requests import credentials

PATCH = Patch(
    why="moto gives every managed secret the same made-up user and password.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
    when="rds",
)


@PATCH.wraps("moto.rds.models:MasterUserSecret._generate_secret_string")
def generate_secret_string(_original: Any, self: Any) -> str:
    return credentials(self.resource.master_username)
