"""The service's upserts from a client that does nothing else: its statement, prepared, with parameters made beforehand.

`python -m bench.programs.bare_upserts CONNECTIONS SECONDS READINGS` with the database's address in `DATABASE_URL`;
prints `{"requests", "seconds", "cpu_seconds"}`, where a request is one statement, committed.
"""

import json
import os
import sys
import threading
import time
from datetime import UTC, datetime, timedelta

import psycopg2

from bench.programs.http_load import BODIES, body
from domain.intervals import QUARTER_HOURS
from service.readings import fast_parser
from service.readings.batch import Batch
from service.readings.store_sql import EXECUTE_STORE, PREPARE_STORE, columns
from service.readings.times import EARLIEST, Grid, Terms
from service.settings import Settings

Parameters = tuple[str, ...]


def parameters(seed: int, readings: int) -> Parameters:
    """What the service makes of the load's request with this `seed`; the metering points are left out."""
    now = datetime.now(UTC)
    grid = Grid(QUARTER_HOURS, Settings.time_zone, timedelta(0))
    found = fast_parser.parse(body(seed, readings), Terms(now, EARLIEST, grid))
    if found is None:
        raise ValueError("the load's body is not a plain one")
    return columns([Batch("", found.readings)])[1:]


def upsert(url: str, numbers: range, batches: list[Parameters], until: float) -> int:
    """Store a batch for one metering point after the other. Returns how many."""
    connection = psycopg2.connect(url, options="-c timezone=UTC")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute(PREPARE_STORE)
    done = 0
    for number in numbers:
        if time.perf_counter() > until:
            break
        cursor.execute(EXECUTE_STORE, (f'{{"{number}"}}', *batches[number % len(batches)]))
        done += len(cursor.fetchall())
    connection.close()
    return done


def main(connections: str, seconds: str, readings: str) -> None:
    url, size = os.environ["DATABASE_URL"], int(readings)
    batches = [parameters(seed, size) for seed in range(BODIES)]
    first = 100_000_000_000_000_000 + int(time.time() * 1000) % 10**11 * 10**6
    done: list[int] = []
    started, cpu = time.perf_counter(), time.process_time()

    def run(index: int) -> None:
        numbers = range(first + index, first + 10**6, int(connections))
        done.append(upsert(url, numbers, batches, started + float(seconds)))

    threads = [threading.Thread(target=run, args=(index,)) for index in range(int(connections))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(done) < len(threads):
        sys.exit("a connection failed")
    taken = {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time() - cpu}
    sys.stdout.write(json.dumps({"requests": sum(done), **taken}))


if __name__ == "__main__":
    main(*sys.argv[1:])
