"""Keeps resources of RDS."""

from collections.abc import Iterator

from dockerless_testing.emulator import Emulator
from dockerless_testing.rds_instances import PASSWORD, available, create, query_endpoint
from dockerless_testing.waiting import wait_until


def rds(emulator: Emulator) -> Iterator[None]:
    """Keeps an instance on the given server, one on a server of its own, and a snapshot that can be restored."""
    rds = emulator.client("rds")
    create(rds, "keptone")
    one = available(rds, "keptone")
    create(rds, "kepttwo", Port=None)
    two = available(rds, "kepttwo")
    for name, shown in (("keptone", one), ("kepttwo", two)):
        query_endpoint(shown, name, name, "CREATE TABLE kept AS SELECT 1 AS number")
    rds.create_db_snapshot(DBInstanceIdentifier="kepttwo", DBSnapshotIdentifier="kept")
    wait_until(lambda: _status(rds, "kept") == "available", 40, "the snapshot")
    yield
    for name, before in (("keptone", one), ("kepttwo", two)):
        after = available(rds, name)
        assert (after["Endpoint"], after["DbiResourceId"]) == (before["Endpoint"], before["DbiResourceId"])
        assert _answers(after, name) == [(1,)]
    rds.restore_db_instance_from_db_snapshot(DBInstanceIdentifier="keptthree", DBSnapshotIdentifier="kept", Port=5499)
    assert _answers(available(rds, "keptthree"), "kepttwo") == [(1,)]
    for name in ("keptone", "kepttwo", "keptthree"):
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)


def _status(rds: object, name: str) -> str:
    (shown,) = rds.describe_db_snapshots(DBSnapshotIdentifier=name)["DBSnapshots"]  # type: ignore[attr-defined]
    return str(shown["Status"])


def _answers(shown: object, name: str) -> object:
    """Waits for the answer: an instance's own server may start later."""
    import psycopg2  # noqa: PLC0415

    def ask() -> object:
        try:
            return query_endpoint(shown, name, name, "SELECT number FROM kept", PASSWORD)
        except psycopg2.OperationalError:
            return None

    return wait_until(ask, 20, f"the server of {name}")
