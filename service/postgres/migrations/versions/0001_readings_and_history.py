"""Creates the readings, their history, the functions that keep their partitions, and the rights of each role.

Each day of UTC is a partition of both tables. The role of the service can write readings. The trigger copies each
version that is replaced to the history, so no statement of that role can lose one.
"""

from alembic import op

from domain.database_roles import EXPORTER, SERVICE

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_VALUES = (
    "interval_minutes, consumption_kwh, production_kwh, reactive_kvarh, average_voltage_v, average_frequency_hz,"
    " voltage_drops, down_time_seconds, quality, withdrawn"
)
_COLUMNS = f"billing_metering_point_number, interval_start, given, {_VALUES}, reported_at, received_at"

# The columns of 8 bytes come first and the texts last, so a row has no padding: 132 bytes instead of 149.
TABLES = f"""
CREATE TABLE energy_consumption (
    interval_start timestamptz NOT NULL,
    reported_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    average_voltage_v double precision,
    average_frequency_hz double precision,
    voltage_drops integer,
    down_time_seconds integer,
    interval_minutes smallint NOT NULL,
    given smallint NOT NULL,
    withdrawn boolean NOT NULL,
    billing_metering_point_number text COLLATE "C" NOT NULL,
    consumption_kwh numeric(12, 6),
    production_kwh numeric(12, 6),
    reactive_kvarh numeric(12, 6),
    quality text COLLATE "C",
    PRIMARY KEY (billing_metering_point_number, interval_start),
    CONSTRAINT metering_point_number CHECK (octet_length(billing_metering_point_number) BETWEEN 1 AND 35),
    CONSTRAINT interval_length CHECK (interval_minutes IN (5, 10, 15, 30, 60)),
    CONSTRAINT interval_on_grid CHECK (date_bin('5 minutes', interval_start, 'epoch') = interval_start),
    CONSTRAINT energy_within_limits CHECK (
        consumption_kwh BETWEEN 0 AND 999999.999999 AND production_kwh BETWEEN 0 AND 999999.999999
        AND reactive_kvarh BETWEEN -999999.999999 AND 999999.999999
    ),
    CONSTRAINT quality_of_the_sender CHECK (quality IN ('measured', 'estimated', 'edited')),
    CONSTRAINT withdrawn_has_no_values CHECK (
        CASE WHEN withdrawn
            THEN num_nonnulls(consumption_kwh, production_kwh, reactive_kvarh, average_voltage_v, average_frequency_hz,
                voltage_drops, down_time_seconds, quality) = 0
            ELSE consumption_kwh IS NOT NULL AND quality IS NOT NULL END
    )
) PARTITION BY RANGE (interval_start);
COMMENT ON COLUMN energy_consumption.given IS
    'a bit for each optional field that the message of this version gave, and 2 bits for what the version replaced';

CREATE INDEX energy_consumption_received ON energy_consumption
    USING brin (received_at) WITH (pages_per_range = 32, autosummarize = on);
COMMENT ON INDEX energy_consumption_received IS 'a catch-up finds what arrived since; an update stays HOT';

CREATE TABLE energy_consumption_history (
    LIKE energy_consumption INCLUDING CONSTRAINTS INCLUDING COMMENTS,
    replaced_at timestamptz NOT NULL
) PARTITION BY RANGE (interval_start);
CREATE INDEX energy_consumption_history_replaced ON energy_consumption_history
    USING brin (replaced_at) WITH (pages_per_range = 32, autosummarize = on);
COMMENT ON INDEX energy_consumption_history_replaced IS 'an export finds what was replaced after its instant';
CREATE INDEX energy_consumption_history_key
    ON energy_consumption_history (billing_metering_point_number, interval_start);
CREATE UNIQUE INDEX energy_consumption_history_superseded
    ON energy_consumption_history (billing_metering_point_number, interval_start, reported_at, {_VALUES})
    NULLS NOT DISTINCT WHERE received_at = replaced_at;
COMMENT ON INDEX energy_consumption_history_superseded IS
    'a superseded version that arrives twice at the same time is kept once; it was replaced when it arrived';

CREATE TABLE retention (
    readings_days integer NOT NULL CHECK (readings_days >= 1),
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row)
);
COMMENT ON TABLE retention IS 'readings are kept for so many days; the role that migrates sets it';
"""

# The transition table has the rows as they were when they were replaced, whatever other transactions did before.
# https://www.postgresql.org/docs/18/sql-createtrigger.html (REFERENCING)
#
# It runs for each batch, also for one of new readings. So it has no SET search_path, which would cost each call 10 µs.
# Every name in it is qualified, so a caller's search_path does not matter.
KEEP_REPLACED = f"""
CREATE FUNCTION keep_replaced() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM replaced) THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.energy_consumption_history ({_COLUMNS}, replaced_at)
    SELECT {_COLUMNS}, greatest(pg_catalog.statement_timestamp(), received_at)
    FROM replaced
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_replaced AFTER UPDATE ON energy_consumption
    REFERENCING OLD TABLE AS replaced
    FOR EACH STATEMENT EXECUTE FUNCTION keep_replaced();
"""  # noqa: S608

# https://www.postgresql.org/docs/18/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY
MAKE_DAYS = """
CREATE FUNCTION make_days(days date[]) RETURNS SETOF date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    day date;
    parent text;
    child text;
BEGIN
    PERFORM pg_advisory_xact_lock(7302648190453212);
    FOR day IN SELECT DISTINCT unnest(days) AS wanted ORDER BY wanted LOOP
        IF day NOT BETWEEN '2000-01-01' AND current_date + 30 THEN
            RAISE EXCEPTION 'no day for readings: %', day USING ERRCODE = 'invalid_parameter_value';
        END IF;
        CONTINUE WHEN to_regclass('energy_consumption_utc_' || to_char(day, 'YYYYMMDD')) IS NOT NULL;
        FOREACH parent IN ARRAY ARRAY['energy_consumption_history', 'energy_consumption'] LOOP
            child := parent || '_utc_' || to_char(day, 'YYYYMMDD');
            EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', child, parent);
            EXECUTE format(
                'ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, child,
                CAST(day AS timestamp) AT TIME ZONE 'UTC', CAST(day + 1 AS timestamp) AT TIME ZONE 'UTC');
        END LOOP;
        RETURN NEXT day;
    END LOOP;
END $$;
"""

# A DETACH ... CONCURRENTLY cannot be in a function. So the drop locks the table, for the time of a change of the
# catalog. It gives up after 1 s behind a long query, because later queries would wait behind it.
DROP_OLDEST_DAY = """
CREATE FUNCTION drop_oldest_day(oldest timestamptz) RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    kept timestamptz := least(oldest, now() - make_interval(days => (SELECT readings_days FROM retention)));
    day date;
    parent text;
BEGIN
    SELECT to_date(right(relname, 8), 'YYYYMMDD') INTO day
    FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
    WHERE inhparent = 'energy_consumption'::regclass
    ORDER BY 1 LIMIT 1;
    IF day IS NULL OR kept IS NULL OR CAST(day + 1 AS timestamp) AT TIME ZONE 'UTC' > kept THEN
        RETURN NULL;
    END IF;
    FOREACH parent IN ARRAY ARRAY['energy_consumption', 'energy_consumption_history'] LOOP
        EXECUTE format('DROP TABLE %I', parent || '_utc_' || to_char(day, 'YYYYMMDD'));
    END LOOP;
    RETURN day;
END $$;
"""

# The service's role has no DELETE and no TRUNCATE. In the history it can only insert. The functions are the owner's.
RIGHTS = f"""
REVOKE ALL ON energy_consumption, energy_consumption_history, retention FROM PUBLIC;
REVOKE ALL ON FUNCTION make_days, drop_oldest_day, keep_replaced FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE (given, {_VALUES}, reported_at, received_at) ON energy_consumption TO {SERVICE};
GRANT SELECT, INSERT ON energy_consumption_history TO {SERVICE};
GRANT EXECUTE ON FUNCTION make_days, drop_oldest_day TO {SERVICE};
GRANT SELECT ON energy_consumption, energy_consumption_history TO {EXPORTER};
"""


def upgrade() -> None:
    for statements in (TABLES, KEEP_REPLACED, MAKE_DAYS, DROP_OLDEST_DAY, RIGHTS):
        # Without parameters the driver leaves the % of the functions' texts alone.
        op.get_bind().exec_driver_sql(statements, execution_options={"no_parameters": True})


def downgrade() -> None:
    op.execute("DROP TABLE energy_consumption, energy_consumption_history, retention")
    op.execute("DROP FUNCTION keep_replaced, make_days, drop_oldest_day")
