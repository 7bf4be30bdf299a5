"""S3 keeps its objects below LocalStack's own folder.

Two stacks on one machine have buckets of the same names. In one folder, deleting a bucket of the first stack would
delete the second stack's objects.
"""

from pathlib import Path
from typing import Any

from localstack import config

from localstack_dockerless.patches.patch import Patch

PATCH = Patch(
    why="Every LocalStack of a machine keeps its objects in one folder in /tmp.",
    source="https://github.com/localstack/localstack/blob/v4.14.0/localstack-core/localstack/services/s3/provider.py",
)


@PATCH.replaces("localstack.services.s3.provider:DEFAULT_S3_TMP_DIR")
def folder(_original: Any) -> str:
    return str(Path(config.dirs.tmp) / "s3-storage")
