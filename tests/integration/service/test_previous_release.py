"""The release before works on the newest schema: its statements run as its role, and return as many rows.

`statements_before_<revision>.jsonl` has the statements of the release that the revision follows, with their values. The
first run of this file writes it for a new revision, from the present code. So write the revision, run this file, and
then change the SQL of the service.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from service.partition_catalog import utc_day
from service.postgres import connections, partitions, schema
from service.readings.repository import ReadingsRepository
from service.settings import Settings
from tests.integration.service.support import METERING_POINT, MIDNIGHT, reading, sent

RECORDED = Path(__file__).with_name(f"statements_before_{schema.NEEDED}.jsonl")


def use(pool: Engine) -> None:
    """Does everything that the service does in the database."""
    repository = ReadingsRepository(pool)
    end = MIDNIGHT + timedelta(days=2)
    with pool.begin() as connection:
        partitions.create(connection, [utc_day(MIDNIGHT), utc_day(end)])
    for kwh in ("1", "2"):
        repository.store(sent(reading(0, kwh), reading(1, kwh)))
    repository.store(sent(reading(0, "3"), reported_at=MIDNIGHT))
    repository.page(METERING_POINT, MIDNIGHT, end, 10)
    repository.page(METERING_POINT, MIDNIGHT, end, 10, known_at=end)
    repository.revisions(METERING_POINT, MIDNIGHT, end, 10)
    repository.day_sums(METERING_POINT, [MIDNIGHT, MIDNIGHT + timedelta(days=1), end])
    partitions.drop_before(pool, datetime(2000, 1, 1, tzinfo=UTC))
    connections.check(pool)


@pytest.fixture
def one_connection(settings: Settings, engine: Engine) -> Iterator[Engine]:
    """Yields the service's pool with one connection, so that prepared statements are there."""
    pool = connections.create_pool(settings, size=1)
    yield pool
    pool.dispose()


def recorded(pool: Engine) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def note(_connection: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        text = cursor.mogrify(statement, parameters or None).decode() if parameters else statement
        found.append({"statement": text, "rows": cursor.rowcount})

    event.listen(pool, "after_cursor_execute", note)
    use(pool)
    return found


def test_the_statements_of_the_release_before_run_on_the_newest_schema(one_connection: Engine) -> None:
    if not RECORDED.exists():
        lines = [json.dumps(each) for each in recorded(one_connection)]
        RECORDED.write_text("\n".join(lines) + "\n", encoding="utf-8")
        pytest.fail(f"{RECORDED.name} was missing. It is written now: read it, and commit it with the revision")
    with one_connection.connect() as connection:
        for line in RECORDED.read_text(encoding="utf-8").splitlines():
            former = json.loads(line)
            options = {"no_parameters": True}
            answer = connection.exec_driver_sql(former["statement"], execution_options=options)
            assert answer.rowcount == former["rows"], former["statement"]


def test_the_recording_has_every_kind_of_statement_of_the_service() -> None:
    kinds = {line["statement"].split()[0] for line in map(json.loads, RECORDED.read_text().splitlines())}
    assert kinds >= {"PREPARE", "EXECUTE", "SELECT", "WITH"}
