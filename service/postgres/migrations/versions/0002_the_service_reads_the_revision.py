"""Lets the service read the revision of the schema, which it compares with the one that it needs."""

from alembic import op

from domain.database_roles import SERVICE

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(f"GRANT SELECT ON alembic_version TO {SERVICE}")


def downgrade() -> None:
    op.execute(f"REVOKE SELECT ON alembic_version FROM {SERVICE}")  # noqa: S608 -- a constant
