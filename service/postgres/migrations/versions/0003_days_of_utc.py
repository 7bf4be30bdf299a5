"""Gives partitions the bounds of days of UTC where an earlier release made local days."""

from alembic import context

from service.postgres import partitions

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Each day is a transaction on a connection of its own, so that an interruption loses no finished day.
    attributes = context.config.attributes
    partitions.align(attributes["engine"], attributes["timeout"])


def downgrade() -> None:
    """Changes nothing. An earlier release can read and write partitions of days of UTC too."""
