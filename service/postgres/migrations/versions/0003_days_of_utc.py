"""The partitions have the bounds of days of UTC, where an earlier release made local days."""

from alembic import context

from service.postgres import partitions

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Over connections of its own, so that each day is a transaction: what is done stays done.
    attributes = context.config.attributes
    partitions.align(attributes["engine"], attributes["timeout"])


def downgrade() -> None:
    """An earlier release reads and writes days of UTC as well; it makes no further ones beside them."""
