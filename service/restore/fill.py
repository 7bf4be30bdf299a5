"""Fills a restored database with the readings of publications, and compares it with them.

The object `manifest.json` of the restore's folder lists the parts, and what each covers:

    {"parts": [{"name": "date=2026-11-01/part-00000.csv.gz", "date": "2026-11-01", "start": "2026-10-31T23:00:00Z",
                "end": "2026-11-01T23:00:00Z", "first": "", "beyond": "~", "as_known_at": "2026-11-02T01:15:03Z"}]}

A part is CSV, packed by gzip, with the columns of the exported objects. Each part is one transaction, so the task can
be repeated after it was interrupted. A reading that has arrived after the publication stays. `filled.json` has the
result.

The versions that a reading had between the snapshot and the publication are in no object. They are lost.
"""

import logging
from collections import Counter
from contextlib import closing
from typing import IO, Any

from sqlalchemy import Connection, Engine, text

from service.restore import fill_sql
from service.restore.objects import Folder

MANIFEST, RESULT = "manifest.json", "filled.json"
COUNTS = ("rows", "added", "replaced", "withdrawn", "newer", "same", "different")

logger = logging.getLogger(__name__)


def fill(engine: Engine, folder: Folder) -> dict[str, Any]:
    """Fills the database from every part. Returns the counts, which it also writes to `filled.json`.

    `{"total": {"rows", "added", "replaced", "withdrawn", "newer", "same", "different"}, "days": {date: the same}}`. Of
    the rows of the parts, `newer` have a later version in the database, `same` are in it, and `different` are not.
    """
    days: dict[str, Counter[str]] = {}
    for part in folder.read_json(MANIFEST)["parts"]:
        with folder.lines(part["name"]) as lines:
            counts = fill_part(engine, part, lines)
        days.setdefault(part["date"], Counter()).update(counts)
        logger.info("part filled", extra={"fields": {"part": part["name"], **counts}})
    total = sum(days.values(), Counter(dict.fromkeys(COUNTS, 0)))
    result = {"total": _all(total), "days": {day: _all(counts) for day, counts in days.items()}}
    folder.write_json(RESULT, result)
    return result


def fill_part(engine: Engine, part: dict[str, str], lines: IO[bytes]) -> dict[str, int]:
    """Fills the database from one part, in one transaction. Returns its counts."""
    bounds = {name: part[name] for name in ("start", "end", "first", "beyond", "as_known_at")}
    with engine.begin() as connection, closing(_cursor(connection)) as cursor:

        def counted(statement: str) -> tuple[int, ...]:
            cursor.execute(statement, bounds)
            (row,) = cursor.fetchall()
            return tuple(row)

        cursor.execute(fill_sql.CREATE)
        cursor.copy_expert(fill_sql.COPY, lines)
        cursor.execute(fill_sql.DAYS)
        days = [day for (day,) in cursor.fetchall()]
        connection.execute(text("SELECT make_days(CAST(:days AS date[]))"), {"days": days})
        added, replaced = counted(fill_sql.ADD)
        (withdrawn,) = counted(fill_sql.WITHDRAW)
        cursor.execute(fill_sql.KEEP_SUPERSEDED, bounds)
        cursor.execute(fill_sql.CORRECT_REPLACED, bounds)
        cursor.execute(fill_sql.CORRECT_WITHDRAWN, bounds)
        rows, newer, same = counted(fill_sql.COMPARE)
        cursor.execute(fill_sql.DROP)
    return dict(zip(COUNTS, (rows, added, replaced, withdrawn, newer, same, rows - newer - same), strict=True))


def _cursor(connection: Connection) -> Any:
    """Returns the driver's own cursor, which has `COPY`, in the connection's transaction."""
    return connection.connection.cursor()


def _all(counts: Counter[str]) -> dict[str, int]:
    return {name: counts[name] for name in COUNTS}
