"""The object id that an event had in the system it was brought in from; others may still ask by it."""

from alembic import op

from houseful.kernel.migrating import cross_tenant_function

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the id, and the function that finds whose it is."""
    op.execute(
        """
        ALTER TABLE events
            ADD COLUMN source_object_id text,
            ADD CONSTRAINT events_source_object_id_check
                CHECK (source_object_id ~ '^[0-9a-f]{24}$'),
            ADD CONSTRAINT events_organization_id_source_object_id_key
                UNIQUE (organization_id, source_object_id)
        """
    )
    op.execute(
        """
        CREATE INDEX events_source_object_id_idx ON events (source_object_id)
            WHERE source_object_id IS NOT NULL
        """
    )
    cross_tenant_function(
        "promoter_events_of_source(object_id text)",
        returns="TABLE (id uuid, organization_id uuid, name text)",
        body="""
        SELECT e.id, e.organization_id, e.name FROM events e
        WHERE e.source_object_id = object_id AND e.status <> 'draft'
        """,
    )


def downgrade() -> None:
    """Forget the ids."""
    op.execute("DROP FUNCTION promoter_events_of_source")
    op.execute("ALTER TABLE events DROP COLUMN source_object_id")
