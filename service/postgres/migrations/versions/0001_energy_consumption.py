"""Creates the table of the readings."""

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE TABLE energy_consumption (
            billing_metering_point_number bigint NOT NULL,
            sample_time timestamptz NOT NULL,
            consumption_kwh numeric(12, 6) NOT NULL,
            average_voltage double precision,
            average_frequency double precision,
            voltage_drops integer,
            down_time_period integer,
            received_at timestamptz NOT NULL,
            revision integer NOT NULL,
            PRIMARY KEY (billing_metering_point_number, sample_time),
            CONSTRAINT metering_point_of_1_to_18_digits
                CHECK (billing_metering_point_number BETWEEN 1 AND 999999999999999999),
            CONSTRAINT sample_time_on_grid CHECK (date_bin('15 minutes', sample_time, 'epoch') = sample_time),
            CONSTRAINT consumption_not_negative CHECK (consumption_kwh >= 0 AND consumption_kwh <> 'NaN'),
            CONSTRAINT revision_from_one CHECK (revision >= 1)
        )
    """)
    op.execute("CREATE INDEX energy_consumption_sample_time ON energy_consumption (sample_time)")


def downgrade() -> None:
    op.execute("DROP TABLE energy_consumption")
