"""Takes the BRIN indexes of the catch-up away for a measure, so that their cost shows."""

from collections.abc import Callable

import psycopg2

INDEXES = ("energy_consumption_received", "energy_consumption_history_replaced")


def without_brin(url: str, measure: Callable[[], float]) -> Callable[[], float]:
    """Runs `measure` without the indexes, and makes them again."""

    def measured() -> float:
        connection = psycopg2.connect(url)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_get_indexdef(CAST(name AS regclass)) FROM unnest(%s) AS name", (list(INDEXES),))
            # Of a partitioned index Postgres says `ON ONLY`, which would leave the partitions without it.
            definitions = [definition.replace(" ON ONLY ", " ON ") for (definition,) in cursor.fetchall()]
            cursor.execute(f"DROP INDEX {', '.join(INDEXES)}")
            try:
                return measure()
            finally:
                for definition in definitions:
                    cursor.execute(definition)
                connection.close()

    return measured
