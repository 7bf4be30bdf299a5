"""Alembic calls this file. It runs the revisions on the connection that holds the migration lock."""

from alembic import context

# Each revision commits, so that the next one sees its work on any connection.
context.configure(connection=context.config.attributes["connection"], transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
