"""The SQL that fills a restored database. The lists of columns follow the table of quantities.

Each statement works on one part of a publication: the readings of a shard's metering points on a local day, as known at
the publication's instant. `%(start)s`, `%(end)s`, `%(first)s` and `%(beyond)s` bound the part.
"""

from domain.readings import EXPORTED_COLUMNS
from service.readings.fields import GIVEN
from service.readings.store_sql import VALUES

TABLE = "restored_readings"
COLUMNS = ", ".join(EXPORTED_COLUMNS)

# The role that owns the tables may make no temporary ones. This one is dropped by the transaction that makes it.
CREATE = f"CREATE TABLE {TABLE} AS SELECT {COLUMNS} FROM energy_consumption WITH NO DATA"  # noqa: S608
COPY = f"COPY {TABLE} ({COLUMNS}) FROM STDIN (FORMAT csv, NULL '\\N')"
DROP = f"DROP TABLE {TABLE}"

_KEY = "billing_metering_point_number, interval_start"
_MEASURED = [column for column in VALUES if column != "withdrawn"]
_BITS = " | ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE {bit} END" for column, bit in GIVEN.items())
_OF_PART = """interval_start >= %(start)s AND interval_start < %(end)s
    AND billing_metering_point_number >= %(first)s AND billing_metering_point_number < %(beyond)s"""
_STORED = f"(SELECT * FROM energy_consumption WHERE {_OF_PART}) AS stored"  # noqa: S608

DAYS = f"SELECT DISTINCT CAST(interval_start AT TIME ZONE 'UTC' AS date) FROM {TABLE}"  # noqa: S608

# A version that arrived later replaces the stored one. The trigger copies that one to the history.
ADD = f"""
WITH written AS (
    INSERT INTO energy_consumption AS stored ({COLUMNS}, given, withdrawn)
    SELECT {COLUMNS}, {_BITS}, false FROM {TABLE} ORDER BY {_KEY}
    ON CONFLICT ({_KEY}) DO UPDATE SET
        {", ".join(f"{column} = excluded.{column}" for column in (*_MEASURED, "given", "withdrawn"))},
        reported_at = excluded.reported_at, received_at = excluded.received_at
    WHERE excluded.received_at > stored.received_at
    RETURNING old.received_at IS NULL AS added
)
SELECT count(*) FILTER (WHERE added), count(*) FILTER (WHERE NOT added) FROM written
"""  # noqa: S608

# A reading that the publication lacks, though it had arrived before the publication's instant, was withdrawn.
WITHDRAW = f"""
WITH withdrawn AS (
    UPDATE energy_consumption AS stored SET
        {", ".join(f"{column} = NULL" for column in _MEASURED if column != "interval_minutes")},
        withdrawn = true, given = 0, reported_at = %(as_known_at)s, received_at = %(as_known_at)s
    WHERE {_OF_PART} AND NOT withdrawn AND received_at <= %(as_known_at)s
        AND NOT EXISTS (
            SELECT FROM {TABLE} AS restored
            WHERE restored.billing_metering_point_number = stored.billing_metering_point_number
                AND restored.interval_start = stored.interval_start
        )
    RETURNING 1
)
SELECT count(*) FROM withdrawn
"""  # noqa: S608

# A version of the publication that a later one has replaced since belongs to the history.
KEEP_SUPERSEDED = f"""
INSERT INTO energy_consumption_history ({COLUMNS}, given, withdrawn, replaced_at)
SELECT {", ".join(f"restored.{column}" for column in EXPORTED_COLUMNS)}, 0, false, stored.received_at
FROM {TABLE} AS restored JOIN {_STORED} USING ({_KEY})
WHERE restored.received_at < stored.received_at AND NOT EXISTS (
    SELECT FROM energy_consumption_history AS former
    WHERE former.billing_metering_point_number = restored.billing_metering_point_number
        AND former.interval_start = restored.interval_start AND former.received_at = restored.received_at
)
ON CONFLICT DO NOTHING
"""  # noqa: S608

# A version was replaced when its successor arrived, so that an export as known at an earlier instant has one version of
# each reading. The trigger has noted the present time.
CORRECT_REPLACED = f"""
UPDATE energy_consumption_history AS former SET replaced_at = restored.received_at
FROM {TABLE} AS restored
WHERE former.billing_metering_point_number = restored.billing_metering_point_number
    AND former.interval_start = restored.interval_start
    AND former.interval_start >= %(start)s AND former.interval_start < %(end)s
    AND former.received_at < restored.received_at AND former.replaced_at > restored.received_at
"""  # noqa: S608
CORRECT_WITHDRAWN = f"""
UPDATE energy_consumption_history SET replaced_at = %(as_known_at)s
WHERE {_OF_PART} AND received_at <= %(as_known_at)s AND replaced_at >= now()
"""  # noqa: S608

COMPARE = f"""
SELECT count(*), count(*) FILTER (WHERE stored.received_at > restored.received_at),
    count(*) FILTER (WHERE stored.received_at = restored.received_at
        AND ROW({", ".join(f"stored.{column}" for column in (*_MEASURED, "reported_at"))})
            IS NOT DISTINCT FROM ROW({", ".join(f"restored.{column}" for column in (*_MEASURED, "reported_at"))}))
FROM {TABLE} AS restored LEFT JOIN {_STORED} USING ({_KEY})
"""  # noqa: S608
