"""Takes DB snapshots: copies of a whole server's data folder, while the server runs.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_CreateSnapshot.html
"""

import logging
import shutil
import threading
from collections.abc import Collection
from pathlib import Path
from typing import Any, Protocol

from moto.rds.models import rds_backends

from localstack_dockerless.services.rds import programs
from localstack_dockerless.services.rds.instances import Instance
from localstack_dockerless.services.rds.own_server import root
from localstack_dockerless.services.rds.postgres import NotPossibleError, Server

LOG = logging.getLogger(__name__)


class Then(Protocol):
    """Is called when a snapshot is done."""

    def __call__(self, *, taken: bool) -> None: ...


def folder_of(arn: str) -> Path:
    return root() / "snapshots" / arn.replace(":", "-")


def forget_unknown(arns: Collection[str]) -> None:
    """Removes the snapshots of an earlier emulator, without the snapshots of these ARNs."""
    known = {folder_of(arn) for arn in arns}
    for folder in (root() / "snapshots").glob("*"):
        if folder not in known:
            shutil.rmtree(folder, ignore_errors=True)


def take_in_background(snapshot: Any, instance: Instance, then: Then | None = None) -> None:
    """Copies the instance's server for moto's `snapshot`. It then calls `then` with whether it succeeded."""
    snapshot.status, snapshot.percent_progress = "creating", 0
    threading.Thread(target=_take, args=(snapshot, instance, then), name="rds-snapshot", daemon=True).start()


def _take(snapshot: Any, instance: Instance, then: Then | None) -> None:
    try:
        copy_server(instance.server, folder_of(snapshot.arn))
    except (NotPossibleError, OSError) as error:
        LOG.error("DB snapshot %s failed: %s", snapshot.db_snapshot_identifier, error)
        snapshot.status = "failed"
    else:
        snapshot.status, snapshot.percent_progress = "available", 100
    if then:
        then(taken=snapshot.status == "available")


def copy_server(server: Server, folder: Path) -> None:
    """Copies a running server. https://www.postgresql.org/docs/18/app-pgbasebackup.html"""
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        programs.run(
            "pg_basebackup", "-d", server.url, "-D", str(folder), "--wal-method=stream", "--checkpoint=fast", "-w"
        )
    except NotPossibleError:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def forget(arn: str) -> None:
    shutil.rmtree(folder_of(arn), ignore_errors=True)


def find(account: str, region: str, identifier: str) -> Any:
    """Returns moto's snapshot of that name or ARN, or None."""
    return rds_backends[account][region].database_snapshots.get(identifier.rpartition(":")[2].lower())
