"""Publishes `FreeStorageSpace` of the DB instances: the allocated size without the size of the server's files.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html
"""

import logging
import threading
from collections.abc import Callable

import psycopg2
from localstack.runtime.events import infra_stopping

from localstack_dockerless.services.cloudwatch.metrics import Metric, record
from localstack_dockerless.services.rds.instances import Instance
from localstack_dockerless.services.rds.postgres import Server

LOG = logging.getLogger(__name__)
EACH_SECONDS = 60
GIB = 2**30


def publish_free_storage(instance: Instance) -> None:
    """Publishes the metric each minute until the instance is deleted."""
    threading.Thread(target=_publish, args=(instance, infra_stopping.is_set), name="rds-storage", daemon=True).start()


def _publish(instance: Instance, is_stopping: Callable[[], bool]) -> None:
    while not is_stopping():
        database = instance.moto()
        if database is None:
            return
        try:
            free = int(database.allocated_storage) * GIB - used_bytes(instance.server)
            _, _, _, region, account, _, identifier = instance.arn.split(":", 6)
            dimension = (("DBInstanceIdentifier", identifier),)
            record(Metric(account, region, "AWS/RDS", "FreeStorageSpace", dimension, "Bytes"), free)
        except psycopg2.Error as error:
            LOG.info("The size of %s is not known: %s", instance.arn, error)  # as on AWS, the metric is missing then
        if instance.deleted.wait(EACH_SECONDS):
            return


def used_bytes(server: Server) -> int:
    """Returns the size of all databases and the write-ahead log. Raises `psycopg2.Error` if the server is down."""
    with server.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT sum(pg_database_size(oid)) FROM pg_database) + (SELECT sum(size) FROM pg_ls_waldir())"
        )
        return int(cursor.fetchone()[0])
