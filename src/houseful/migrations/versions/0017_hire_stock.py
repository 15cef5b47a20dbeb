"""Equipment that firm bookings take, within its stock; and priorities that leave room between."""

from alembic import op

from houseful.kernel.migrating import secure_tenant_table

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Create them."""
    op.execute("ALTER TABLE booking_spaces ALTER COLUMN priority TYPE numeric")
    op.execute(
        "CREATE INDEX booking_spaces_priority_idx ON booking_spaces (organization_id, priority)"
    )
    op.execute(
        """
        CREATE TABLE add_on_takings (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            charge_id uuid NOT NULL,
            add_on_id uuid NOT NULL,
            quantity bigint NOT NULL,
            during tstzrange NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT add_on_takings_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT add_on_takings_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id),
            CONSTRAINT add_on_takings_organization_id_charge_id_fkey FOREIGN KEY (organization_id, charge_id) REFERENCES booking_charges (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT add_on_takings_organization_id_add_on_id_fkey FOREIGN KEY (organization_id, add_on_id) REFERENCES hire_add_ons (organization_id, id),
            CONSTRAINT add_on_takings_quantity_check CHECK (quantity > 0),
            CONSTRAINT add_on_takings_during_check CHECK (NOT isempty(during))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX add_on_takings_booking_id_idx ON add_on_takings (organization_id, booking_id)
        """
    )
    op.execute(
        """
        CREATE INDEX add_on_takings_charge_id_idx ON add_on_takings (organization_id, charge_id)
        """
    )
    op.execute(
        """
        CREATE INDEX add_on_takings_during_idx ON add_on_takings USING gist (organization_id, add_on_id, during)
        """
    )
    secure_tenant_table("add_on_takings")
    _keep_within_stock()


def _keep_within_stock() -> None:
    """Let no instant have more of an add-on taken than there is; takers wait for each other."""
    op.execute(
        """
        CREATE FUNCTION keep_add_ons_within_stock() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            there bigint;
            most bigint;
        BEGIN
            SELECT stock INTO there FROM hire_add_ons
            WHERE organization_id = NEW.organization_id AND id = NEW.add_on_id
            FOR NO KEY UPDATE;
            IF there IS NULL THEN
                RETURN NULL;
            END IF;
            SELECT max(together) INTO most FROM (
                SELECT sum(other.quantity) AS together
                FROM (
                    SELECT DISTINCT greatest(lower(met.during), lower(NEW.during)) AS at
                    FROM add_on_takings met
                    WHERE met.organization_id = NEW.organization_id
                        AND met.add_on_id = NEW.add_on_id AND met.during && NEW.during
                ) instant
                JOIN add_on_takings other ON other.organization_id = NEW.organization_id
                    AND other.add_on_id = NEW.add_on_id AND other.during @> instant.at
                GROUP BY instant.at
            ) counted;
            IF most > there THEN
                RAISE EXCEPTION '% of % are wanted at once', most, there
                    USING ERRCODE = 'check_violation', TABLE = 'add_on_takings',
                        CONSTRAINT = 'add_on_takings_within_stock';
            END IF;
            RETURN NULL;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER add_on_takings_within_stock AFTER INSERT OR UPDATE ON add_on_takings"
        " FOR EACH ROW EXECUTE FUNCTION keep_add_ons_within_stock()"
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE add_on_takings")
    op.execute("DROP FUNCTION keep_add_ons_within_stock")
    op.execute("DROP INDEX booking_spaces_priority_idx")
    op.execute("ALTER TABLE booking_spaces ALTER COLUMN priority TYPE bigint")
