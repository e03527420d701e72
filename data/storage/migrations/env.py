"""Alembic's environment: runs on the connection that `database.migrate` opened."""

from __future__ import annotations

from alembic import context

from data.storage.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    compare_server_default=False,
)
with context.begin_transaction():
    context.run_migrations()
