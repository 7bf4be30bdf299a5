"""The SQL that reads readings: a page, the state at an earlier instant, every version, and the sums of days."""

from sqlalchemy import text

from domain.readings import QUANTITIES

_SHOWN = ", ".join(
    ("interval_start", "interval_minutes", *(quantity.column for quantity in QUANTITIES), "quality", "reported_at",
     "received_at")
)  # fmt: skip
"""The columns of `StoredReading`, in order."""

_RANGE = """billing_metering_point_number = :number
    AND interval_start >= CAST(:start AS timestamptz) AND interval_start < CAST(:end AS timestamptz)"""

PAGE = text(f"""
SELECT {_SHOWN}
FROM energy_consumption
WHERE {_RANGE} AND NOT withdrawn
ORDER BY interval_start
LIMIT :limit
""")  # noqa: S608

# A version was known from its arrival until the arrival of the version that replaced it. A superseded version arrived
# and was replaced at the same instant, so it was never known.
KNOWN_PAGE = text(f"""
SELECT {_SHOWN}
FROM (
    SELECT {_SHOWN}, withdrawn FROM energy_consumption WHERE {_RANGE} AND received_at <= :known
    UNION ALL
    SELECT {_SHOWN}, withdrawn FROM energy_consumption_history
    WHERE {_RANGE} AND received_at <= :known AND replaced_at > :known
) AS version
WHERE NOT withdrawn
ORDER BY interval_start
LIMIT :limit
""")  # noqa: S608

# Every interval with versions has a current one. So the current versions say which intervals the page has.
REVISIONS = text(f"""
WITH shown AS (
    SELECT min(interval_start) AS first, max(interval_start) AS last
    FROM (SELECT interval_start FROM energy_consumption WHERE {_RANGE} ORDER BY interval_start LIMIT :limit) AS page
)
SELECT {_SHOWN}, withdrawn, replaced_at
FROM (
    SELECT {_SHOWN}, withdrawn, CAST(NULL AS timestamptz) AS replaced_at
    FROM energy_consumption WHERE {_RANGE}
    UNION ALL
    SELECT {_SHOWN}, withdrawn, replaced_at FROM energy_consumption_history WHERE {_RANGE}
) AS version, shown
WHERE interval_start BETWEEN shown.first AND shown.last
ORDER BY interval_start, reported_at, received_at, replaced_at NULLS LAST
""")  # noqa: S608

# Day n has the instants from the n-th of `starts` on. The last of them is the end of the last day.
DAYS = text(f"""
SELECT width_bucket(interval_start, CAST(:starts AS timestamptz[])) AS day,
    count(*), sum(consumption_kwh), sum(production_kwh)
FROM energy_consumption
WHERE {_RANGE} AND NOT withdrawn
GROUP BY day
""")  # noqa: S608
