"""Keeps the files of two LocalStacks on one machine apart."""

from pathlib import Path

from localstack import config
from localstack.services.s3 import provider


def keep_apart() -> None:
    """Put S3's objects below LocalStack's own folder instead of the one folder in /tmp that 4.14.0 names in its code.

    Two stacks have buckets of the same names: deleting one would take the other's objects with it.
    """
    if not hasattr(provider, "DEFAULT_S3_TMP_DIR"):
        raise RuntimeError("this LocalStack keeps its S3 objects elsewhere than 4.14.0 does")
    provider.DEFAULT_S3_TMP_DIR = str(Path(config.dirs.tmp) / "s3-storage")
