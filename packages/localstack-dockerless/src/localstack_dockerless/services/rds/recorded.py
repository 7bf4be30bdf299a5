"""Names the settings of DB instances that are recorded and have no effect."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from localstack_dockerless.recorded import Recorded

INSTANCE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/"


def _instances(has: Callable[[Any], Any]) -> Iterator[str]:
    from moto.rds.models import rds_backends  # noqa: PLC0415 -- a second to import

    for account in list(rds_backends.values()):
        for backend in list(account.values()):
            yield from (instance.db_instance_arn for instance in list(backend.databases.values()) if has(instance))


RECORDED = [
    Recorded(
        "EnableIAMDatabaseAuthentication",
        "A role with the attribute rds_iam logs in with a token in place of its password.",
        f"{INSTANCE}UsingWithRDS.IAMDBAuth.html",
        partial(_instances, lambda instance: instance.enable_iam_database_authentication),
    ),
    Recorded(
        "MultiAZ",
        "A standby in another zone takes over.",
        f"{INSTANCE}Concepts.MultiAZSingleStandby.html",
        partial(_instances, lambda instance: instance.multi_az),
    ),
    Recorded(
        "BackupRetentionPeriod above 0",
        "RDS takes a backup each day, and restores any second since then.",
        f"{INSTANCE}USER_WorkingWithAutomatedBackups.html",
        partial(_instances, lambda instance: int(instance.backup_retention_period or 0)),
    ),
    Recorded(
        "StorageEncrypted",
        "The files of the database are encrypted with the key.",
        f"{INSTANCE}Overview.Encryption.html",
        partial(_instances, lambda instance: instance.storage_encrypted),
    ),
]
