"""How much of the due readings is there: for days as a whole, and for each metering point by days.

A metering point's row in `days/` has the due and the received intervals. A silent metering point has no row there, but
a finding `MCD`. An incomplete one counts only if it has the finding `ICD`: an inactive customer owes no readings.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from domain.customers import KEY
from domain.publications import Part, Publication
from lambdas.runtime.duck import literal
from operations.console.data.parts import Parts
from operations.console.data.publications import PublishedList
from operations.console.data.summaries import Summaries

MOST_PARTS = 120
"""Without a summary, the coverage of days is counted out of at most so many parts."""
_AT_ONCE = 16
_MATRICES, _COUNTED = 4, 400


@dataclass(frozen=True)
class DayCoverage:
    """The due and the received intervals of a day, and its metering points."""

    number: int
    """The number of the publication."""
    expected: int
    received: int
    metering_points: int
    complete: int


@dataclass(frozen=True)
class Row:
    """A metering point over the days of a matrix. `cells` has the incomplete days: `{day: (expected, received)}`."""

    number: str
    expected: int
    received: int
    cells: Mapping[date, tuple[int, int]]
    absent: frozenset[date]
    """The days on which nothing was due."""

    @property
    def missing(self) -> int:
        """The number of missing intervals."""
        return self.expected - self.received


@dataclass(frozen=True, eq=False)
class Matrix:
    """The incomplete metering points over days, the worst first, and the number of the complete ones.

    It is equal to itself alone, so that a drawing of it can be kept.
    """

    days: tuple[date, ...]
    published: frozenset[date]
    rows: Sequence[Row]
    complete: int
    expected: int
    received: int


type _Asked = tuple[tuple[date, ...], tuple[tuple[date, int], ...], int | None]
"""The days, the published ones with the numbers of their publications, and the shard."""


def _asked(days: Sequence[date], numbers: Mapping[date, int], shard: int | None) -> _Asked:
    return tuple(days), tuple((day, numbers[day]) for day in days if day in numbers), shard


class Coverage:
    """Counts intervals."""

    def __init__(self, publications: PublishedList, parts: Parts, summaries: Summaries) -> None:
        self._publications, self._parts, self._summaries = publications, parts, summaries
        self._counted = lru_cache(_COUNTED)(self._of_parts)
        self._matrices: dict[_Asked, Matrix] = {}

    def of_days(self, days: Sequence[tuple[date, int]]) -> dict[date, DayCoverage | None]:
        """Returns the coverage of days with the numbers of their publications, out of their summaries.

        A day without a summary is counted out of its parts. It is None where there are too many of them.
        """
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            found = list(pool.map(lambda each: self._of_summary(*each), days))
        result: dict[date, DayCoverage | None] = {}
        left = MOST_PARTS
        for (day, number), coverage in zip(days, found, strict=True):
            result[day] = coverage
            if coverage is None:
                publication = self._publications.read(day, number)
                left -= len(publication.shards)
                result[day] = self._counted(day, number) if left >= 0 else None
        return result

    def matrix(self, days: Sequence[date], numbers: Mapping[date, int], shard: int | None = None) -> Matrix:
        """Returns the matrix of days. Those in `numbers` are published. `shard` chooses one of each publication."""
        asked = _asked(days, numbers, shard)
        found = self._matrices.get(asked)
        if found is None:
            found = self._matrices[asked] = self._read_matrix(*asked)
            for oldest in list(self._matrices)[:-_MATRICES]:
                self._matrices.pop(oldest, None)  # another thread may have done it
        return found

    def has_matrix(self, days: Sequence[date], numbers: Mapping[date, int], shard: int | None = None) -> bool:
        """Returns whether the matrix of days is at hand, so that its parts need not be read."""
        return _asked(days, numbers, shard) in self._matrices

    def _of_summary(self, day: date, number: int) -> DayCoverage | None:
        found = self._summaries.of(day, number)
        if not found or found.get("shards_without_numbers"):
            return None
        total = found["total"]
        return DayCoverage(number, total["expected"], total["received"], total["metering_points"], total["complete"])

    def _of_parts(self, day: date, number: int) -> DayCoverage:
        publication = self._publications.read(day, number)
        cells = self._cells([publication], None)
        row = self._parts.query(
            "SELECT coalesce(sum(expected), 0), coalesce(sum(readings), 0), count(*),"  # noqa: S608
            f" count(*) FILTER (readings >= expected) FROM ({cells})"
        )[0]
        return DayCoverage(publication.number, *map(int, row))

    def _read_matrix(self, days: tuple[date, ...], chosen: tuple[tuple[date, int], ...], shard: int | None) -> Matrix:
        if not chosen:
            return Matrix(days, frozenset(), [], 0, 0, 0)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            publications = list(pool.map(lambda each: self._publications.read(*each), chosen))
        published = frozenset(day for day, _ in chosen)
        name = "console_cells"
        with self._parts.cursor() as duck:
            duck.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {self._cells(publications, shard)}")
            points = duck.execute(
                f"SELECT number, sum(expected), sum(readings), count(*) FROM {name} GROUP BY number"  # noqa: S608
                " HAVING sum(readings) < sum(expected) ORDER BY sum(expected - readings) DESC, number"
            ).fetchall()
            expected, received, complete = duck.execute(
                "SELECT coalesce(sum(e), 0), coalesce(sum(r), 0), count(*) FILTER (r >= e) FROM"  # noqa: S608
                f" (SELECT sum(expected) AS e, sum(readings) AS r FROM {name} GROUP BY number)"
            ).fetchone() or (0, 0, 0)
            cells = duck.execute(
                f"SELECT number, day, expected, readings FROM {name} WHERE readings < expected"  # noqa: S608
            ).fetchall()
            some = duck.execute(
                f"SELECT number, list(day) FROM {name} WHERE number IN"  # noqa: S608
                f" (SELECT number FROM {name} GROUP BY number"
                f" HAVING count(*) < {len(published)} AND sum(readings) < sum(expected)) GROUP BY number"
            ).fetchall()
            duck.execute(f"DROP TABLE {name}")
        by_number: dict[str, dict[date, tuple[int, int]]] = {}
        for number, day, due, there in cells:
            by_number.setdefault(number, {})[day] = (due, there)
        absent = {number: published - frozenset(there) for number, there in some}
        rows = [
            Row(number, int(due), int(there), by_number.get(number, {}), absent.get(number, frozenset()))
            for number, due, there, _ in points
        ]
        return Matrix(days, published, rows, int(complete), int(expected), int(received))

    def _cells(self, publications: Sequence[Publication], shard: int | None) -> str:
        """Returns a query of the columns `number`, `day`, `expected` and `readings`."""
        chosen = [
            (each.date, part) for each in publications for part in each.shards if shard is None or part.number == shard
        ]
        days = [(day, part.days) for day, part in chosen if part.days.rows]
        findings = [(day, part.findings) for day, part in chosen if part.findings.rows]
        self._parts.files([part for _, part in (*days, *findings)])
        queries = [_NONE]
        if days:
            queries.append(
                f"SELECT {KEY} AS number, day, expected, readings FROM {self._of_day(days)}"  # noqa: S608
                " WHERE expected > 0 AND (readings >= expected OR list_contains(codes, 'ICD'))"
            )
        if findings:
            queries.append(
                f"SELECT {KEY} AS number, day, json_extract(details, '$.expected_intervals')::INTEGER AS expected,"  # noqa: S608
                f" 0 AS readings FROM {self._of_day(findings)} WHERE code = 'MCD'"
            )
        return " UNION ALL ".join(queries)

    def _of_day(self, parts: Sequence[tuple[date, Part]]) -> str:
        """Returns a table of parts with the column `day`."""
        days = ", ".join(f"({literal(self._parts.path(part))}, DATE {literal(day)})" for day, part in parts)
        files = self._parts.tables([part for _, part in parts], "filename = 'file', union_by_name = true")
        return f"(SELECT * FROM {files} JOIN (VALUES {days}) AS named(file, day) USING (file))"  # noqa: S608


_NONE = (
    "SELECT NULL::VARCHAR AS number, NULL::DATE AS day, NULL::INTEGER AS expected, NULL::INTEGER AS readings"
    " WHERE false"
)
