"""Publishes the CloudWatch metrics of DB instances once a minute.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html

An instance of AWS is a machine of its own. Here processor and memory are of the machine on which the server runs.
"""

import logging
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2
from localstack.runtime.events import infra_stopping

from localstack_dockerless.services.cloudwatch.metrics import Metric, record
from localstack_dockerless.services.rds.instances import Instance
from localstack_dockerless.services.rds.postgres import Server

LOG = logging.getLogger(__name__)
EACH_SECONDS = 60
GIB = 2**30
UNITS = {
    "CPUUtilization": "Percent",
    "DatabaseConnections": "Count",
    "FreeStorageSpace": "Bytes",
    "FreeableMemory": "Bytes",
}


@dataclass(frozen=True)
class Processor:
    """Holds the ticks of all processors since the machine started: the idle ones, and all of them."""

    idle: int
    total: int

    def percent_since(self, earlier: "Processor") -> float | None:
        """Returns how busy the processors were, in percent, or None if no time has passed."""
        total = self.total - earlier.total
        return 100 * (1 - (self.idle - earlier.idle) / total) if total > 0 else None


def publish_metrics(instance: Instance) -> None:
    """Publishes the metrics each minute until the instance is deleted."""
    threading.Thread(target=_publish, args=(instance, infra_stopping.is_set), name="rds-metrics", daemon=True).start()


def _publish(instance: Instance, is_stopping: Callable[[], bool]) -> None:
    earlier: Processor | None = None
    while not is_stopping():
        database = instance.moto()
        if database is None:
            return
        try:
            found = dict(_measured(instance.server, int(database.allocated_storage) * GIB))
            now = processor(instance.server)
            if earlier and (percent := now.percent_since(earlier)) is not None:
                found["CPUUtilization"] = percent
            earlier = now
            _record(instance.arn, found)
        except psycopg2.Error as error:
            LOG.info("The metrics of %s are not known: %s", instance.arn, error)  # as on AWS, they are missing then
        if instance.deleted.wait(EACH_SECONDS):
            return


def _measured(server: Server, size: int) -> Iterator[tuple[str, float]]:
    yield "FreeStorageSpace", size - used_bytes(server)
    yield "FreeableMemory", available_memory(server)
    yield "DatabaseConnections", connections(server)


def _record(arn: str, found: dict[str, float]) -> None:
    _, _, _, region, account, _, identifier = arn.split(":", 6)
    dimension = (("DBInstanceIdentifier", identifier),)
    for name, value in found.items():
        record(Metric(account, region, "AWS/RDS", name, dimension, UNITS[name]), value)


def used_bytes(server: Server) -> int:
    """Returns the size of all databases and the write-ahead log. Raises `psycopg2.Error` if the server is down."""
    return int(
        _value(
            server,
            "SELECT (SELECT sum(pg_database_size(oid)) FROM pg_database) + (SELECT sum(size) FROM pg_ls_waldir())",
        )
    )


def connections(server: Server) -> int:
    """Returns the connections of clients, without this one. Raises `psycopg2.Error`."""
    of_others = "backend_type = 'client backend' AND pid <> pg_backend_pid()"
    return int(_value(server, f"SELECT count(*) FROM pg_stat_activity WHERE {of_others}"))  # noqa: S608 -- a constant


def available_memory(server: Server) -> int:
    """Returns the bytes that programs can still take, of the server's machine (proc_meminfo(5)).

    Raises `psycopg2.Error`.
    """
    found = re.search(r"^MemAvailable:\s+(\d+) kB$", _file(server, "/proc/meminfo"), re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def processor(server: Server) -> Processor:
    """Returns the ticks of the server's machine (proc_stat(5)). Raises `psycopg2.Error`."""
    ticks = [int(field) for field in _file(server, "/proc/stat").splitlines()[0].split()[1:9]]
    return Processor(idle=ticks[3] + ticks[4], total=sum(ticks))


def _file(server: Server, path: str) -> str:
    return str(_value(server, "SELECT pg_read_file(%s)", path))


def _value(server: Server, statement: str, *given: str) -> Any:
    with server.cursor() as cursor:
        cursor.execute(statement, given)
        return cursor.fetchone()[0]
