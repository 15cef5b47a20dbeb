"""The tables of the seating room."""

from alembic import op

from houseful.kernel.migrating import APP_ROLE, secure_tenant_table

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE layouts (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            family_id uuid NOT NULL,
            event_id uuid,
            venue_id uuid,
            name text NOT NULL,
            version bigint NOT NULL,
            status text NOT NULL,
            metadata jsonb NOT NULL,
            repair_report jsonb NOT NULL,
            seat_count bigint NOT NULL,
            standing_capacity bigint NOT NULL,
            published_at timestamptz,
            retired_at timestamptz,
            revision bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT layouts_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT layouts_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id),
            CONSTRAINT layouts_organization_id_venue_id_fkey FOREIGN KEY (organization_id, venue_id) REFERENCES venues (organization_id, id),
            CONSTRAINT layouts_organization_id_family_id_version_key UNIQUE (organization_id, family_id, version),
            CONSTRAINT layouts_status_check CHECK (status IN ('draft', 'published', 'retired')),
            CONSTRAINT layouts_name_check CHECK (name <> '')
        )
        """
    )
    op.execute(
        """
        CREATE INDEX layouts_event_id_idx ON layouts (organization_id, event_id)
        """
    )
    op.execute(
        """
        CREATE INDEX layouts_venue_id_idx ON layouts (organization_id, venue_id)
        """
    )
    secure_tenant_table("layouts")
    op.execute(
        """
        CREATE TABLE layout_categories (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            layout_id uuid NOT NULL,
            key text NOT NULL,
            name text NOT NULL,
            color text NOT NULL,
            accessible boolean NOT NULL,
            display_order bigint NOT NULL,
            CONSTRAINT layout_categories_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT layout_categories_organization_id_layout_id_fkey FOREIGN KEY (organization_id, layout_id) REFERENCES layouts (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT layout_categories_organization_id_layout_id_key_key UNIQUE (organization_id, layout_id, key)
        )
        """
    )
    secure_tenant_table("layout_categories")
    op.execute(
        """
        CREATE TABLE layout_sections (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            layout_id uuid NOT NULL,
            name text NOT NULL,
            code text NOT NULL,
            display_order bigint NOT NULL,
            settings jsonb NOT NULL,
            CONSTRAINT layout_sections_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT layout_sections_organization_id_layout_id_fkey FOREIGN KEY (organization_id, layout_id) REFERENCES layouts (organization_id, id) ON DELETE CASCADE
        )
        """
    )
    op.execute(
        """
        CREATE INDEX layout_sections_layout_idx ON layout_sections (organization_id, layout_id)
        """
    )
    secure_tenant_table("layout_sections")
    op.execute(
        """
        CREATE TABLE non_seating_elements (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            layout_id uuid NOT NULL,
            kind text NOT NULL,
            label text NOT NULL,
            display_order bigint NOT NULL,
            shape jsonb NOT NULL,
            CONSTRAINT non_seating_elements_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT non_seating_elements_organization_id_layout_id_fkey FOREIGN KEY (organization_id, layout_id) REFERENCES layouts (organization_id, id) ON DELETE CASCADE
        )
        """
    )
    op.execute(
        """
        CREATE INDEX non_seating_elements_layout_idx ON non_seating_elements (organization_id, layout_id)
        """
    )
    secure_tenant_table("non_seating_elements")
    op.execute(
        """
        CREATE TABLE standing_areas (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            layout_id uuid NOT NULL,
            guid text NOT NULL,
            name text NOT NULL,
            capacity bigint NOT NULL,
            category_key text,
            section_label text NOT NULL,
            display_order bigint NOT NULL,
            shape jsonb NOT NULL,
            CONSTRAINT standing_areas_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT standing_areas_organization_id_layout_id_fkey FOREIGN KEY (organization_id, layout_id) REFERENCES layouts (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT standing_areas_organization_id_layout_id_guid_key UNIQUE (organization_id, layout_id, guid),
            CONSTRAINT standing_areas_capacity_check CHECK (capacity >= 0)
        )
        """
    )
    secure_tenant_table("standing_areas")
    op.execute(
        """
        CREATE TABLE layout_blocks (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            layout_id uuid NOT NULL,
            section_id uuid NOT NULL,
            name text NOT NULL,
            code text NOT NULL,
            display_order bigint NOT NULL,
            settings jsonb NOT NULL,
            CONSTRAINT layout_blocks_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT layout_blocks_organization_id_layout_id_fkey FOREIGN KEY (organization_id, layout_id) REFERENCES layouts (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT layout_blocks_organization_id_section_id_fkey FOREIGN KEY (organization_id, section_id) REFERENCES layout_sections (organization_id, id) ON DELETE CASCADE
        )
        """
    )
    op.execute(
        """
        CREATE INDEX layout_blocks_layout_idx ON layout_blocks (organization_id, layout_id)
        """
    )
    op.execute(
        """
        CREATE INDEX layout_blocks_section_idx ON layout_blocks (organization_id, section_id)
        """
    )
    secure_tenant_table("layout_blocks")
    op.execute(
        """
        CREATE TABLE seats (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            layout_id uuid NOT NULL,
            block_id uuid NOT NULL,
            seat_number bigint NOT NULL,
            guid text NOT NULL,
            label text NOT NULL,
            row_label text NOT NULL,
            row_number bigint NOT NULL,
            section_label text NOT NULL,
            category_key text,
            position_x double precision NOT NULL,
            position_y double precision NOT NULL,
            status text NOT NULL,
            base_price bigint,
            accessible boolean NOT NULL,
            companion boolean NOT NULL,
            restricted_view boolean NOT NULL,
            aisle boolean NOT NULL,
            CONSTRAINT seats_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT seats_organization_id_layout_id_fkey FOREIGN KEY (organization_id, layout_id) REFERENCES layouts (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT seats_organization_id_block_id_fkey FOREIGN KEY (organization_id, block_id) REFERENCES layout_blocks (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT seats_organization_id_layout_id_seat_number_key UNIQUE (organization_id, layout_id, seat_number),
            CONSTRAINT seats_organization_id_layout_id_guid_key UNIQUE (organization_id, layout_id, guid),
            CONSTRAINT seats_status_check CHECK (status IN ('active', 'inactive')),
            CONSTRAINT seats_base_price_check CHECK (base_price >= 0),
            CONSTRAINT seats_seat_number_check CHECK (seat_number >= 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX seats_block_idx ON seats (organization_id, block_id)
        """
    )
    secure_tenant_table("seats")
    _protect_published_layouts()


CHILDREN = (
    "layout_categories",
    "layout_sections",
    "layout_blocks",
    "seats",
    "standing_areas",
    "non_seating_elements",
)


def _protect_published_layouts() -> None:
    """Let nothing change what a published layout is made of, whoever tries.

    The layout is locked while its children change, so that it is not published meanwhile.
    """
    op.execute(
        """
        CREATE FUNCTION refuse_change_of_published_layout() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            layout record;
        BEGIN
            FOR layout IN
                SELECT l.status FROM layouts l
                WHERE (l.organization_id, l.id)
                    IN (SELECT DISTINCT c.organization_id, c.layout_id FROM changed c)
                FOR SHARE
            LOOP
                IF layout.status <> 'draft' THEN
                    RAISE EXCEPTION '% of a layout that is % cannot change', TG_TABLE_NAME,
                        layout.status USING ERRCODE = 'restrict_violation';
                END IF;
            END LOOP;
            RETURN NULL;
        END $$
        """
    )
    for table in CHILDREN:
        for act, side in (
            ("INSERT", "NEW"),
            ("UPDATE", "NEW"),
            ("UPDATE", "OLD"),
            ("DELETE", "OLD"),
        ):
            op.execute(
                f"CREATE TRIGGER {table}_{act.lower()}_{side.lower()}_of_draft AFTER {act}"
                f" ON {table} REFERENCING {side} TABLE AS changed FOR EACH STATEMENT"
                " EXECUTE FUNCTION refuse_change_of_published_layout()"
            )
    op.execute(
        """
        CREATE FUNCTION keep_published_layout() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF OLD.status = 'draft' THEN
                RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
            END IF;
            IF TG_OP = 'DELETE' OR NEW.status = 'draft'
                OR (OLD.status = 'retired' AND NEW.status <> 'retired')
                OR (OLD.family_id, OLD.event_id, OLD.venue_id, OLD.name, OLD.version, OLD.metadata,
                    OLD.repair_report, OLD.seat_count, OLD.standing_capacity, OLD.published_at)
                IS DISTINCT FROM (NEW.family_id, NEW.event_id, NEW.venue_id, NEW.name, NEW.version,
                    NEW.metadata, NEW.repair_report, NEW.seat_count, NEW.standing_capacity,
                    NEW.published_at)
            THEN
                RAISE EXCEPTION 'a layout that is % can only be retired', OLD.status
                    USING ERRCODE = 'restrict_violation';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER layouts_published BEFORE UPDATE OR DELETE ON layouts"
        " FOR EACH ROW EXECUTE FUNCTION keep_published_layout()"
    )
    op.execute(f"GRANT MAINTAIN ON seats TO {APP_ROLE}")  # analysed after an import


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE seats")
    op.execute("DROP TABLE layout_blocks")
    op.execute("DROP TABLE standing_areas")
    op.execute("DROP TABLE non_seating_elements")
    op.execute("DROP TABLE layout_sections")
    op.execute("DROP TABLE layout_categories")
    op.execute("DROP TABLE layouts")
    op.execute("DROP FUNCTION refuse_change_of_published_layout")
    op.execute("DROP FUNCTION keep_published_layout")
