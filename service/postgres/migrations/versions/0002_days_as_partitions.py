"""Gives each day a partition: a day of UTC. Earlier releases of this revision used local days (see 0003)."""

from alembic import op
from sqlalchemy import text

from service.postgres import partitions

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("ALTER TABLE energy_consumption RENAME TO energy_consumption_whole")
    op.execute("ALTER INDEX energy_consumption_pkey RENAME TO energy_consumption_whole_pkey")
    # With a partition for each day, no index on the time is needed. The key finds a metering point's rows in it.
    op.execute("""
        CREATE TABLE energy_consumption (
            LIKE energy_consumption_whole INCLUDING CONSTRAINTS,
            PRIMARY KEY (billing_metering_point_number, sample_time)
        ) PARTITION BY RANGE (sample_time)
    """)
    _move()
    op.execute("DROP TABLE energy_consumption_whole")


def downgrade() -> None:
    op.execute("CREATE TABLE energy_consumption_whole (LIKE energy_consumption INCLUDING CONSTRAINTS)")
    op.execute("INSERT INTO energy_consumption_whole SELECT * FROM energy_consumption")
    op.execute("DROP TABLE energy_consumption")
    op.execute("ALTER TABLE energy_consumption_whole RENAME TO energy_consumption")
    op.execute("ALTER TABLE energy_consumption ADD PRIMARY KEY (billing_metering_point_number, sample_time)")
    op.execute("CREATE INDEX energy_consumption_sample_time ON energy_consumption (sample_time)")


def _move() -> None:
    connection = op.get_bind()
    days = connection.scalars(
        text("SELECT DISTINCT CAST(sample_time AT TIME ZONE 'UTC' AS date) FROM energy_consumption_whole")
    ).all()
    partitions.create(connection, days)
    op.execute(
        "INSERT INTO energy_consumption SELECT * FROM energy_consumption_whole"
        " ORDER BY sample_time, billing_metering_point_number"
    )
