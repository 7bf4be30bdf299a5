"""Alembic's entry: runs the revisions on the connection that `service.postgres.migrations` holds the lock on."""

from alembic import context

# What a revision made is there for the next one, whatever connection that uses.
context.configure(connection=context.config.attributes["connection"], transaction_per_migration=True)
with context.begin_transaction():
    context.run_migrations()
