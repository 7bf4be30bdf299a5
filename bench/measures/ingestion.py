"""Measures the ingestion service: readings a second in batches, and requests a second with one reading each."""

from collections.abc import Callable, Iterator

import psycopg2

from bench.figures import Figure, interleaved
from bench.measure import Measure, Row, at_least
from bench.measures.brin_indexes import without_brin
from bench.processes import bare_apps, count, rate, service_instances
from bench.world import World

BATCH = 96
CONNECTIONS = 16
BARE_CONNECTIONS = 4


def run(world: World) -> Iterator[Row]:
    rounds, seconds = world.pick(7, quick=3), world.pick(4.0, quick=1.5)
    with world.database("bench_ingestion") as url, service_instances(world, url) as service, bare_apps() as bare:

        def upserts() -> float:
            return BATCH * rate("bare_upserts", [BARE_CONNECTIONS, seconds, BATCH], {"DATABASE_URL": url})

        batches = {
            "service": _emptied(url, lambda: BATCH * _requests(service, seconds, BATCH)),
            "revised": _emptied(url, lambda: BATCH * _revisions(service, seconds, BATCH)),
            "without": without_brin(url, _emptied(url, lambda: BATCH * _requests(service, seconds, BATCH))),
            "bare": _emptied(url, upserts),
        }
        figures = interleaved(rounds, batches, "readings/s")
        yield _batch_row(figures)
        yield _revised_row(figures)
        yield _index_row(figures)
        single = {
            "service": _emptied(url, lambda: _requests(service, seconds, 1)),
            "bare": lambda: _requests(bare, seconds, 1),
        }
        yield _single_row(interleaved(rounds, single, "requests/s"))


def _requests(ports: list[int], seconds: float, readings: int) -> float:
    return rate("http_load", [",".join(map(str, ports)), CONNECTIONS, seconds, readings])


def _revisions(ports: list[int], seconds: float, readings: int) -> float:
    """Returns the requests a second that replace every reading of a stored batch."""
    load = [",".join(map(str, ports)), CONNECTIONS]
    stored = count("http_load", [*load, seconds / 4, readings])
    return rate("http_load", [*load, seconds, readings, int(stored["first"]), int(stored["requests"])])


def _emptied(url: str, measure: Callable[[], float]) -> Callable[[], float]:
    """Runs `measure` on an empty table, so that every run has the same number of rows."""

    def measured() -> float:
        connection = psycopg2.connect(url)
        with connection, connection.cursor() as cursor:
            cursor.execute("TRUNCATE energy_consumption, energy_consumption_history")
        connection.close()
        return measure()

    return measured


def _batch_row(figures: dict[str, Figure]) -> Row:
    return Row.ratio(
        f"readings/s through the service, two instances, batches of {BATCH}",
        figures["service"],
        against=f"the same upserts from a bare client, {BARE_CONNECTIONS} connections",
        reference=figures["bare"],
        target=at_least(0.6),
    )


def _revised_row(figures: dict[str, Figure]) -> Row:
    return Row.ratio(
        f"the same, revising stored batches of {BATCH}: every reading is replaced, the history is written",
        figures["revised"],
        against=f"upserts of new readings from a bare client, {BARE_CONNECTIONS} connections",
        reference=figures["bare"],
        target=at_least(0.5),
    )


def _index_row(figures: dict[str, Figure]) -> Row:
    return Row.ratio(
        f"readings/s through the service, batches of {BATCH}, with the indexes by which a catch-up finds changes",
        figures["service"],
        against="the same without these indexes",
        reference=figures["without"],
        target=at_least(0.95),
    )


def _single_row(figures: dict[str, Figure]) -> Row:
    return Row.ratio(
        "requests/s on the service, two instances, one reading each",
        figures["service"],
        against="a bare FastAPI route that returns a constant, two instances",
        reference=figures["bare"],
        target=at_least(0.4),
    )


MEASURE = Measure(
    name="ingestion",
    title="Ingestion",
    how=f"Two instances of the service and their Postgres. {CONNECTIONS} connections send new readings, the next "
    "request when the last one is answered; each reading has all its network parameters. The load's generator runs on "
    "the same cores and is counted in. The bare client sends the service's own prepared statement, its parameters made "
    "beforehand. The bare route is served by the same server with the same settings and gets the same requests.",
    run=run,
)
