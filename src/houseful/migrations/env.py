"""Alembic's entry: it is always handed an open connection of the owner role."""

from alembic import context
from sqlalchemy import Connection

from houseful.kernel.tables import Base

LOCK_TIMEOUT = "10s"


def run() -> None:
    """Migrate on the connection that the caller opened."""
    connection: Connection = context.config.attributes["connection"]
    connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    context.configure(
        connection=connection, target_metadata=Base.metadata, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()


run()
