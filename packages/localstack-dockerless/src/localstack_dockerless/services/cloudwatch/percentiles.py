"""Stores values with their counts, and answers percentiles of them.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#Percentiles
"""

import math
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

_PERCENTILE = re.compile(r"p(100|\d{1,2}(\.\d{1,10})?)")
_COLUMNS = "account_id, region, metric_name, namespace, timestamp, dimensions, unit, storage_resolution"


def is_percentile(statistic: str) -> bool:
    """Tells whether it is `p0` to `p100`, such as `p99` or `p99.9`."""
    return _PERCENTILE.fullmatch(statistic) is not None


def percentile(counts: Iterable[tuple[float, float]], share: float) -> float | None:
    """Returns the smallest value that `share` percent of all values do not exceed. `counts` are values with counts.

    None: there is no value.
    """
    ordered = sorted(counts)
    rank = math.ceil(share / 100 * sum(count for _, count in ordered))
    seen = 0.0
    for value, count in ordered:
        seen += count
        if seen >= rank:
            return value
    return None


def store_values(database: Any, account: str, region: str, namespace: str, datum: Mapping[str, Any]) -> None:
    """Stores `Values` and `Counts` of PutMetricData in one row for each value.

    `database` is LocalStack's `CloudwatchDatabase`. It would make as many rows as the count says.
    """
    stamp = datum.get("Timestamp") or datetime.now(UTC)
    dimensions = database._get_ordered_dimensions_with_separator(datum.get("Dimensions"))  # noqa: SLF001
    head = (account, region, datum["MetricName"], namespace, int(stamp.timestamp()), dimensions)
    settings = (datum.get("Unit"), datum.get("StorageResolution"))
    values = datum["Values"]
    rows = [
        (*head, *settings, count, value * count, value, value)
        for value, count in zip(values, datum.get("Counts") or [1] * len(values), strict=True)
    ]
    with database.DATABASE_LOCK, sqlite3.connect(database.METRICS_DB) as connection:
        connection.executemany(
            f"INSERT INTO {database.TABLE_AGGREGATED_METRICS} ({_COLUMNS}, sample_count, sum, min, max) "  # noqa: S608
            f"VALUES ({', '.join('?' * 12)})",
            rows,
        )


def percentiles(
    database: Any, query: Mapping[str, Any], times: tuple[datetime, datetime], *, account: str, region: str
) -> dict[str, list[Any]]:
    """Returns the percentile of each period with values, from the earliest on: `timestamps` in seconds, and `values`.

    `query` is a MetricDataQuery with a MetricStat. `times` are the start and the end, which is exclusive. A period with
    a statistic set of several values has no percentile, as on AWS.
    """
    wanted, period = query["MetricStat"], query["MetricStat"]["Period"]
    first, end = (int(time.timestamp()) for time in times)
    share = float(wanted["Stat"].removeprefix("p"))
    found: dict[int, list[tuple[float, float]]] = defaultdict(list)
    mixed = set()
    for stamp, least, most, count in _rows(database, wanted, (account, region, first, end)):
        begin = first + (stamp - first) // period * period
        found[begin].append((least, count))
        if least != most:
            mixed.add(begin)
    points = {begin: percentile(counts, share) for begin, counts in sorted(found.items()) if begin not in mixed}
    return {"timestamps": list(points), "values": list(points.values())}


def _rows(
    database: Any, wanted: Mapping[str, Any], scope: tuple[str, str, int, int]
) -> list[tuple[int, float, float, float]]:
    """Returns the time, the least and the most value, and the number of values of each row.

    `scope` has the account, the region and the times.
    """
    metric = wanted["Metric"]
    dimensions = metric.get("Dimensions") or []
    conditions = (
        "account_id = ? AND region = ? AND timestamp >= ? AND timestamp < ? AND namespace = ? AND metric_name = ?"
    )
    given: list[Any] = [*scope, metric["Namespace"], metric["MetricName"]]
    if dimensions:
        conditions += " AND dimensions LIKE ?"
        given.append(database._get_ordered_dimensions_with_separator(dimensions, for_search=True))  # noqa: SLF001
    else:
        conditions += " AND dimensions IS NULL"
    if unit := wanted.get("Unit"):
        conditions += " AND unit IS NULL" if unit == "NULL_VALUE" else " AND unit = ?"
        given += [] if unit == "NULL_VALUE" else [unit]
    statement = (
        f"SELECT timestamp, value, value, 1 FROM {database.TABLE_SINGLE_METRICS} WHERE {conditions} UNION ALL "  # noqa: S608
        f"SELECT timestamp, min, max, sample_count FROM {database.TABLE_AGGREGATED_METRICS} WHERE {conditions}"
    )
    with database.DATABASE_LOCK, sqlite3.connect(database.METRICS_DB_READ_ONLY, uri=True) as connection:
        return connection.execute(statement, given * 2).fetchall()
