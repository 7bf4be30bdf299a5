"""S3 keeps its objects in files that a saved state can refer to."""

from typing import Any

from localstack_dockerless.patches.conditions import STATE_IS_KEPT
from localstack_dockerless.patches.patch import Patch
from localstack_dockerless.services.s3 import blobs

PATCH = Patch(
    why="LocalStack keeps an object in a temporary file, which each write replaces in place.",
    source="https://github.com/localstack/localstack/blob/v4.14.0/localstack-core/localstack/services/s3/storage/ephemeral.py",
    only_if=STATE_IS_KEPT,
)


@PATCH.replaces("localstack.services.s3.provider:EphemeralS3ObjectStore")
def store(_original: Any) -> Any:
    """Returns the present value: `keep_in` makes the store after the patches and before S3 is loaded."""
    return lambda _root=None: blobs.STORE
