"""A hire may be for a show: the two have one occasion, and do not exclude each other.

See decision 6. Claims of one source were kept apart by the constraint; now the lock on the cells
and the check under it do that, for between sources of different occasions nothing has changed.
"""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Let claims name the show they are for, and bookings' claims do so that are linked already."""
    op.execute(
        """
        ALTER TABLE claims
            ADD COLUMN show_id uuid,
            ADD COLUMN occasion_id uuid NOT NULL
                GENERATED ALWAYS AS (COALESCE(show_id, source_id)) STORED,
            ADD CONSTRAINT claims_show_check CHECK (show_id IS NULL OR source = 'hire')
        """
    )
    _link_what_was_linked()
    op.execute("ALTER TABLE claims DROP CONSTRAINT claims_one_firm_at_a_time")
    op.execute(
        """
        ALTER TABLE claims ADD CONSTRAINT claims_one_firm_at_a_time
            EXCLUDE USING gist (organization_id WITH =, cell_id WITH =, occasion_id WITH <>,
                during WITH &&) WHERE (firm)
        """
    )
    op.execute(
        """
        ALTER TABLE claims ADD CONSTRAINT claims_one_hire_at_a_time
            EXCLUDE USING gist (organization_id WITH =, cell_id WITH =, during WITH &&)
            WHERE (firm AND show_id IS NOT NULL)
        """
    )
    _copy_to_new_cells("show_id, ", "c.show_id, ")


def _link_what_was_linked() -> None:
    """Fill in the show of what is linked; the owner sees all rows only while nothing is forced."""
    tables = ("claims", "bookings", "events", "venue_events", "venue_event_bookings")
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        """
        UPDATE claims c SET show_id = linked.show_id
        FROM (
            SELECT b.organization_id, b.id, COALESCE(b.event_id, promoted.id) AS show_id
            FROM bookings b
            LEFT JOIN venue_event_bookings l
                ON l.organization_id = b.organization_id AND l.booking_id = b.id
            LEFT JOIN venue_events v
                ON v.organization_id = l.organization_id AND v.id = l.venue_event_id
            LEFT JOIN events promoted ON promoted.organization_id = b.organization_id
                AND promoted.id::text = lower(COALESCE(b.promoter_event_id, v.promoter_event_id))
        ) linked
        WHERE c.organization_id = linked.organization_id AND c.source = 'hire'
            AND c.source_id = linked.id AND linked.show_id IS NOT NULL
        """
    )
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _copy_to_new_cells(column: str, value: str) -> None:
    """Let a new part of a claimed space be claimed with it, for the same show."""
    op.execute(
        f"""
        CREATE OR REPLACE FUNCTION add_cell() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO cells (organization_id, id) VALUES (NEW.organization_id, NEW.id);
            INSERT INTO space_cells (organization_id, space_id, cell_id)
            VALUES (NEW.organization_id, NEW.id, NEW.id);
            IF NEW.parent_space_id IS NULL THEN
                RETURN NULL;
            END IF;
            PERFORM 1 FROM cells
            WHERE organization_id = NEW.organization_id AND id IN (
                SELECT space_id FROM space_cells
                WHERE organization_id = NEW.organization_id AND cell_id = NEW.parent_space_id)
            ORDER BY id FOR NO KEY UPDATE;
            INSERT INTO space_cells (organization_id, space_id, cell_id)
            SELECT organization_id, space_id, NEW.id FROM space_cells
            WHERE organization_id = NEW.organization_id AND cell_id = NEW.parent_space_id;
            INSERT INTO claims (organization_id, id, cell_id, space_id, during, starts_at, ends_at,
                setup_minutes, teardown_minutes, gap_minutes, firm, source, source_id,
                {column}label)
            SELECT c.organization_id, c.id, NEW.id, c.space_id, c.during, c.starts_at, c.ends_at,
                c.setup_minutes, c.teardown_minutes, c.gap_minutes, c.firm, c.source, c.source_id,
                {value}c.label
            FROM claims c JOIN space_cells s
                ON s.organization_id = c.organization_id AND s.space_id = c.space_id
                AND s.cell_id = NEW.id
            WHERE c.organization_id = NEW.organization_id AND c.cell_id = c.space_id;
            RETURN NULL;
        END $$
        """
    )


def downgrade() -> None:
    """Let every claim stand for itself; impossible while a show stands in its hire."""
    _copy_to_new_cells("", "")
    op.execute("ALTER TABLE claims DROP CONSTRAINT claims_one_hire_at_a_time")
    op.execute("ALTER TABLE claims DROP CONSTRAINT claims_one_firm_at_a_time")
    op.execute(
        """
        ALTER TABLE claims ADD CONSTRAINT claims_one_firm_at_a_time
            EXCLUDE USING gist (organization_id WITH =, cell_id WITH =, during WITH &&)
            WHERE (firm)
        """
    )
    op.execute("ALTER TABLE claims DROP COLUMN occasion_id, DROP COLUMN show_id")
