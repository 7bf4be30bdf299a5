"""Keeps Glue's catalogue and Athena's workgroups, saved queries and executions."""

from collections.abc import Iterator

from dockerless_testing.athena_world import AthenaWorld
from dockerless_testing.emulator import Emulator


def athena(emulator: Emulator) -> Iterator[None]:
    """Keeps a table that can be queried, and a result. A query under way becomes FAILED."""
    world = AthenaWorld(emulator)
    world.make()
    saved = {"Name": "q", "Database": world.name, "QueryString": "SELECT 1", "WorkGroup": world.name}
    named = world.athena.create_named_query(**saved)["NamedQueryId"]
    ended = world.run("SELECT count(*) FROM readings")["QueryExecutionId"]
    numbers = "UNNEST(sequence(1, 3000))"
    endless = world.start(f"SELECT count(*) FROM {numbers} a(x), {numbers} b(y), {numbers} c(z), {numbers} d(w)")  # noqa: S608
    yield
    status = world.ended(endless)["Status"]
    assert (status["State"], status["AthenaError"]["ErrorCategory"]) == ("FAILED", 1)
    assert "LocalStack ended" in status["StateChangeReason"]
    assert world.athena.get_named_query(NamedQueryId=named)["NamedQuery"]["Name"] == "q"
    rows = world.athena.get_query_results(QueryExecutionId=ended)["ResultSet"]["Rows"]
    assert rows[1]["Data"] == [{"VarCharValue": "50"}]
    assert world.rows("SELECT count(*) FROM readings WHERE date = '2024-01-02'") == [["10"]]
