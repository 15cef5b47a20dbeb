"""The tables of the calendar room, and the triggers that compile spaces to cells."""

from alembic import op

from houseful.kernel.migrating import secure_tenant_table

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE availability_blocks (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            space_id uuid NOT NULL,
            starts_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            reason text NOT NULL,
            firm boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT availability_blocks_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT availability_blocks_organization_id_space_id_fkey FOREIGN KEY (organization_id, space_id) REFERENCES spaces (organization_id, id),
            CONSTRAINT availability_blocks_times_check CHECK (starts_at < ends_at)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX availability_blocks_space_id_starts_at_idx ON availability_blocks (organization_id, space_id, starts_at)
        """
    )
    secure_tenant_table("availability_blocks")
    op.execute(
        """
        CREATE TABLE cells (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            CONSTRAINT cells_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT cells_organization_id_id_fkey FOREIGN KEY (organization_id, id) REFERENCES spaces (organization_id, id) ON DELETE CASCADE
        )
        """
    )
    secure_tenant_table("cells")
    op.execute(
        """
        CREATE TABLE claims (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            cell_id uuid NOT NULL,
            space_id uuid NOT NULL,
            during tstzrange NOT NULL,
            starts_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            setup_minutes bigint NOT NULL,
            teardown_minutes bigint NOT NULL,
            gap_minutes bigint NOT NULL,
            firm boolean NOT NULL,
            source text NOT NULL,
            source_id uuid NOT NULL,
            label text NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT claims_pkey PRIMARY KEY (organization_id, id, cell_id),
            CONSTRAINT claims_organization_id_cell_id_fkey FOREIGN KEY (organization_id, cell_id) REFERENCES cells (organization_id, id),
            CONSTRAINT claims_organization_id_space_id_fkey FOREIGN KEY (organization_id, space_id) REFERENCES spaces (organization_id, id),
            CONSTRAINT claims_one_firm_at_a_time EXCLUDE USING gist (organization_id WITH =, cell_id WITH =, during WITH &&) WHERE (firm),
            CONSTRAINT claims_times_check CHECK (starts_at < ends_at),
            CONSTRAINT claims_buffers_check CHECK (setup_minutes >= 0 AND teardown_minutes >= 0 AND gap_minutes >= 0),
            CONSTRAINT claims_during_check CHECK (lower(during) <= starts_at AND upper(during) >= ends_at),
            CONSTRAINT claims_source_check CHECK (source IN ('hire', 'event', 'session', 'block'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX claims_source_idx ON claims (organization_id, source, source_id)
        """
    )
    op.execute(
        """
        CREATE INDEX claims_space_id_idx ON claims (organization_id, space_id)
        """
    )
    secure_tenant_table("claims")
    op.execute(
        """
        CREATE TABLE space_cells (
            organization_id uuid NOT NULL,
            space_id uuid NOT NULL,
            cell_id uuid NOT NULL,
            CONSTRAINT space_cells_pkey PRIMARY KEY (organization_id, space_id, cell_id),
            CONSTRAINT space_cells_organization_id_space_id_fkey FOREIGN KEY (organization_id, space_id) REFERENCES spaces (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT space_cells_organization_id_cell_id_fkey FOREIGN KEY (organization_id, cell_id) REFERENCES cells (organization_id, id) ON DELETE CASCADE
        )
        """
    )
    op.execute(
        """
        CREATE INDEX space_cells_cell_id_idx ON space_cells (organization_id, cell_id)
        """
    )
    secure_tenant_table("space_cells")
    _compile_cells()


def _compile_cells() -> None:
    """Keep `space_cells` true, in the transaction that adds or moves a space.

    A new part of a claimed space is claimed with it. Moving is refused while time is claimed that
    the move would concern, and into one's own parts.
    """
    op.execute(
        """
        CREATE FUNCTION add_cell() RETURNS trigger LANGUAGE plpgsql AS $$
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
                setup_minutes, teardown_minutes, gap_minutes, firm, source, source_id, label)
            SELECT c.organization_id, c.id, NEW.id, c.space_id, c.during, c.starts_at, c.ends_at,
                c.setup_minutes, c.teardown_minutes, c.gap_minutes, c.firm, c.source, c.source_id,
                c.label
            FROM claims c JOIN space_cells s
                ON s.organization_id = c.organization_id AND s.space_id = c.space_id
                AND s.cell_id = NEW.id
            WHERE c.organization_id = NEW.organization_id AND c.cell_id = c.space_id;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION move_cells() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            within uuid[];
            above uuid[];
        BEGIN
            PERFORM 1 FROM cells
            WHERE organization_id = NEW.organization_id AND id IN (
                SELECT cell_id FROM space_cells
                WHERE organization_id = NEW.organization_id AND space_id = NEW.id
                UNION
                SELECT space_id FROM space_cells
                WHERE organization_id = NEW.organization_id
                    AND cell_id IN (NEW.id, NEW.parent_space_id))
            ORDER BY id FOR NO KEY UPDATE;
            within := ARRAY(SELECT cell_id FROM space_cells
                WHERE organization_id = NEW.organization_id AND space_id = NEW.id);
            above := ARRAY(SELECT space_id FROM space_cells
                WHERE organization_id = NEW.organization_id AND cell_id = NEW.parent_space_id);
            IF NEW.parent_space_id = ANY (within) THEN
                RAISE EXCEPTION 'a space cannot be part of its own parts'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'spaces_no_cycle';
            END IF;
            IF EXISTS (SELECT 1 FROM claims WHERE organization_id = NEW.organization_id
                AND cell_id = ANY (within || above) AND upper(during) > now()) THEN
                RAISE EXCEPTION 'time is claimed in spaces that the move concerns'
                    USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'spaces_claimed_time';
            END IF;
            DELETE FROM space_cells WHERE organization_id = NEW.organization_id
                AND cell_id = ANY (within) AND NOT space_id = ANY (within);
            INSERT INTO space_cells (organization_id, space_id, cell_id)
            SELECT NEW.organization_id, a, w FROM unnest(above) a CROSS JOIN unnest(within) w;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER spaces_add_cell AFTER INSERT ON spaces
            FOR EACH ROW EXECUTE FUNCTION add_cell()
        """
    )
    op.execute(
        """
        CREATE TRIGGER spaces_move_cells AFTER UPDATE OF parent_space_id ON spaces
            FOR EACH ROW WHEN (OLD.parent_space_id IS DISTINCT FROM NEW.parent_space_id)
            EXECUTE FUNCTION move_cells()
        """
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TRIGGER spaces_move_cells ON spaces")
    op.execute("DROP TRIGGER spaces_add_cell ON spaces")
    op.execute("DROP FUNCTION move_cells, add_cell")
    op.execute("DROP TABLE space_cells")
    op.execute("DROP TABLE claims")
    op.execute("DROP TABLE cells")
    op.execute("DROP TABLE availability_blocks")
