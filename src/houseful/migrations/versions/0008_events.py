"""The tables of the events room."""

from alembic import op

from houseful.kernel.migrating import cross_tenant_function, secure_tenant_table

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE event_series (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            name text NOT NULL,
            slug text NOT NULL,
            description text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT event_series_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT event_series_organization_id_slug_key UNIQUE (organization_id, slug),
            CONSTRAINT event_series_name_check CHECK (name <> '')
        )
        """
    )
    secure_tenant_table("event_series")
    op.execute(
        """
        CREATE TABLE events (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            name text NOT NULL,
            slug text NOT NULL,
            description text NOT NULL,
            start_at timestamptz,
            end_at timestamptz,
            doors_at timestamptz,
            previous_start_at timestamptz,
            status text NOT NULL,
            max_capacity bigint,
            settings jsonb NOT NULL,
            venue_id uuid,
            series_id uuid,
            published_at timestamptz,
            status_reason text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT events_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT events_organization_id_venue_id_fkey FOREIGN KEY (organization_id, venue_id) REFERENCES venues (organization_id, id),
            CONSTRAINT events_organization_id_series_id_fkey FOREIGN KEY (organization_id, series_id) REFERENCES event_series (organization_id, id),
            CONSTRAINT events_organization_id_slug_key UNIQUE (organization_id, slug),
            CONSTRAINT events_name_check CHECK (name <> ''),
            CONSTRAINT events_status_check CHECK (status IN ('draft', 'published', 'live', 'ended', 'postponed', 'cancelled', 'archived')),
            CONSTRAINT events_times_check CHECK (start_at < end_at AND doors_at <= start_at),
            CONSTRAINT events_published_check CHECK (status NOT IN ('published', 'live') OR (venue_id IS NOT NULL AND start_at IS NOT NULL AND end_at IS NOT NULL)),
            CONSTRAINT events_max_capacity_check CHECK (max_capacity > 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX events_series_id_idx ON events (organization_id, series_id)
        """
    )
    op.execute(
        """
        CREATE INDEX events_status_start_at_idx ON events (organization_id, status, start_at)
        """
    )
    op.execute(
        """
        CREATE INDEX events_venue_id_idx ON events (organization_id, venue_id)
        """
    )
    secure_tenant_table("events", platform_reads=True)
    op.execute(
        """
        CREATE TABLE event_spaces (
            organization_id uuid NOT NULL,
            event_id uuid NOT NULL,
            space_id uuid NOT NULL,
            position bigint NOT NULL,
            CONSTRAINT event_spaces_pkey PRIMARY KEY (organization_id, event_id, space_id),
            CONSTRAINT event_spaces_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT event_spaces_organization_id_space_id_fkey FOREIGN KEY (organization_id, space_id) REFERENCES spaces (organization_id, id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX event_spaces_space_id_idx ON event_spaces (organization_id, space_id)
        """
    )
    secure_tenant_table("event_spaces")
    cross_tenant_function(
        "events_due(at timestamptz)",
        returns="TABLE (organization_id uuid, event_id uuid)",
        body="""
        SELECT e.organization_id, e.id FROM events e
        WHERE (e.status = 'published' AND e.start_at <= at)
            OR (e.status IN ('published', 'live') AND e.end_at <= at)
        """,
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION events_due")
    op.execute("DROP TABLE event_spaces")
    op.execute("DROP TABLE events")
    op.execute("DROP TABLE event_series")
