"""Runs a task of a restore with the service's program.

python -m service fill s3://bucket/prefix/
python -m service list-readings s3://bucket/prefix/ NAME
"""

# ruff: noqa: PLC0415 -- the SDK takes about 25 MiB, and the service itself does without it

import logging
from collections.abc import Sequence

from service.postgres import connections
from service.restore.fill import fill
from service.restore.listing import list_readings
from service.restore.objects import Folder
from service.settings import MigrationSettings

FILL, LIST = "fill", "list-readings"
USAGE = f"{FILL} s3://BUCKET/PREFIX/ | {LIST} s3://BUCKET/PREFIX/ NAME"

logger = logging.getLogger(__name__)


def is_task(arguments: Sequence[str]) -> bool:
    """Returns whether the arguments of the program name a task of this module."""
    return bool(arguments) and len(arguments) == {FILL: 2, LIST: 3}.get(arguments[0])


def run(arguments: Sequence[str], settings: MigrationSettings) -> int:
    """Runs the task as the role that owns the tables. Returns 0.

    Raises the errors of Postgres and S3, and `ValueError` for a wrong address.
    """
    import boto3

    folder = Folder.of(boto3.client("s3"), arguments[1])
    engine = connections.create_patient_engine(settings)
    try:
        if arguments[0] == LIST:
            list_readings(engine, folder, arguments[2])
            logger.info("readings listed", extra={"fields": {"object": folder.prefix + arguments[2]}})
        else:
            logger.info("database filled", extra={"fields": fill(engine, folder)["total"]})
    finally:
        engine.dispose()
    return 0
