"""Does a step of the pipeline in the simplest way: all rows in memory, one after the other, as dictionaries.

`python -m bench.programs.row_by_row export|enrich|find FILE ...`. Prints `{"rows", "seconds"}`.
"""

import csv
import io
import json
import os
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import psycopg2

from domain.readings import EXPORTED_COLUMNS, NETWORK_PARAMETERS

COLUMNS = tuple(EXPORTED_COLUMNS)
PARAMETERS = tuple(parameter.column for parameter in NETWORK_PARAMETERS)


def export(start: str, end: str, beyond: str) -> int:
    """Selects a day's rows of the metering points before `beyond`, fetches them all, and writes them as CSV."""
    with psycopg2.connect(os.environ["DATABASE_URL"]) as connection, connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {', '.join(COLUMNS)} FROM energy_consumption"  # noqa: S608
            " WHERE interval_start >= %s AND interval_start < %s AND billing_metering_point_number < %s"
            " ORDER BY billing_metering_point_number, interval_start",
            (start, end, beyond),
        )
        rows = cursor.fetchall()
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return len(rows)


def enrich(exported: str, customers: str, enriched: str) -> int:
    """Reads a CSV of rows as dictionaries, adds each row's customer, and writes them as CSV."""
    known = {row["billing_metering_point_number"]: row for row in _read(customers)}
    first = next(iter(known.values()))
    nobody = dict.fromkeys(first)
    rows = [{**known.get(row["billing_metering_point_number"], nobody), **row} for row in _read(exported)]
    with Path(enriched).open("w", newline="") as file:
        writer = csv.DictWriter(file, [*COLUMNS, *(name for name in first if name not in COLUMNS)])
        writer.writeheader()
        writer.writerows(rows)
    return len(rows)


def find(enriched: str, customers: str, start: str) -> int:
    """Reads a CSV of enriched rows as dictionaries, groups them by customer, and checks each customer."""
    begin = datetime.fromisoformat(start)
    expected = [begin + number * timedelta(minutes=15) for number in range(96)]
    by_customer: dict[str, list[dict[str, str]]] = {}
    rows = 0
    for row in _read(enriched):
        by_customer.setdefault(row["billing_metering_point_number"], []).append(row)
        rows += 1
    alarms = []
    for customer in _read(customers):
        mine = by_customer.get(customer["billing_metering_point_number"], [])
        received = {datetime.fromisoformat(row["interval_start"]) for row in mine}
        missing = [interval for interval in expected if interval not in received]
        bare = [row for row in mine if not all(row[name] for name in PARAMETERS)]
        if missing or (bare and customer["type"] != "HH"):
            alarms.append((customer, missing, bare))
    return rows


def _read(path: str) -> list[dict[str, str]]:
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


def main(step: str, *arguments: str) -> None:
    """Runs the step and prints its time."""
    started = time.perf_counter()
    rows = {"export": export, "enrich": enrich, "find": find}[step](*arguments)
    print(json.dumps({"rows": rows, "seconds": time.perf_counter() - started}))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
