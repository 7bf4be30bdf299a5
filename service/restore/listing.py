"""Lists every version of every reading with a hash of its values, so that two states of a database can be compared.

The list is CSV without a head, packed by gzip: `current` or `replaced`, the number, the start of the interval, the time
of arrival, and the hash. The hash covers the values and both times. It does not cover which fields a message gave
(`given`), because no exported object has that.
"""

from contextlib import closing
from typing import IO, Any

from sqlalchemy import Engine

from service.readings.store_sql import VALUES
from service.restore.objects import Folder

_HASH = f"hashtextextended(CAST(ROW({', '.join(VALUES)}, reported_at, received_at) AS text), 0)"


def _versions(kind: str, table: str) -> str:
    return f"SELECT '{kind}', billing_metering_point_number, interval_start, received_at, {_HASH} FROM {table}"  # noqa: S608


_COPY = (
    f"COPY ({_versions('current', 'energy_consumption')} UNION ALL"
    f" {_versions('replaced', 'energy_consumption_history')}) TO STDOUT (FORMAT csv)"
)


def list_readings(engine: Engine, folder: Folder, name: str) -> None:
    """Writes the list of one snapshot of the database to the object `name`."""

    def write(file: IO[bytes]) -> None:
        with engine.connect() as connection, closing(connection.connection.cursor()) as cursor:
            copy: Any = cursor  # psycopg2's cursor
            copy.copy_expert(_COPY, file)

    folder.write_stream(name, write)
