"""Extras are had for the time of a session: sessions at the same time share what there is of them.

Until now there was one counter for all sessions, which what was lent never left again.
"""

from alembic import op

from houseful.kernel.migrating import secure_tenant_table

revision = "0031"
down_revision = "0030"

STOCK_CHECK = "session_extras_stock_check"


def upgrade() -> None:
    """Note what live bookings have, and guard it."""
    op.execute(
        """
        CREATE TABLE session_extra_takings (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            extra_id uuid NOT NULL,
            quantity bigint NOT NULL,
            starts_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT session_extra_takings_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT session_extra_takings_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES session_bookings (organization_id, id),
            CONSTRAINT session_extra_takings_organization_id_extra_id_fkey FOREIGN KEY (organization_id, extra_id) REFERENCES session_extras (organization_id, id),
            CONSTRAINT session_extra_takings_organization_id_booking_id_extra_id_key UNIQUE (organization_id, booking_id, extra_id),
            CONSTRAINT session_extra_takings_quantity_check CHECK (quantity > 0),
            CONSTRAINT session_extra_takings_times_check CHECK (starts_at < ends_at)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX session_extra_takings_until_idx
        ON session_extra_takings (organization_id, extra_id, ends_at)
        """
    )
    secure_tenant_table("session_extra_takings")
    op.execute(
        """
        INSERT INTO session_extra_takings
            (organization_id, id, booking_id, extra_id, quantity, starts_at, ends_at)
        SELECT x.organization_id, uuidv7(), x.booking_id, x.extra_id, sum(x.quantity),
            s.starts_at, s.ends_at
        FROM session_booking_extras x
        JOIN session_bookings b ON b.organization_id = x.organization_id AND b.id = x.booking_id
        JOIN sessions s ON s.organization_id = b.organization_id AND s.id = b.session_id
        WHERE b.place IN ('held', 'confirmed')
        GROUP BY x.organization_id, x.booking_id, x.extra_id, s.starts_at, s.ends_at
        """
    )
    op.execute(f"ALTER TABLE session_extras DROP CONSTRAINT {STOCK_CHECK}")
    op.execute("ALTER TABLE session_extras DROP COLUMN taken")
    op.execute(f"ALTER TABLE session_extras ADD CONSTRAINT {STOCK_CHECK} CHECK (stock >= 0)")
    _keep_within_stock()


def _keep_within_stock() -> None:
    """Let no instant have more of an extra taken than there is; takers wait for each other."""
    op.execute(
        """
        CREATE FUNCTION keep_session_extras_within_stock() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            there bigint;
            most bigint;
        BEGIN
            SELECT stock INTO there FROM session_extras
            WHERE organization_id = NEW.organization_id AND id = NEW.extra_id
            FOR NO KEY UPDATE;
            IF there IS NULL THEN
                RETURN NULL;
            END IF;
            SELECT max(together) INTO most FROM (
                SELECT sum(other.quantity) AS together
                FROM (
                    SELECT DISTINCT greatest(met.starts_at, NEW.starts_at) AS at
                    FROM session_extra_takings met
                    WHERE met.organization_id = NEW.organization_id
                        AND met.extra_id = NEW.extra_id
                        AND met.ends_at > NEW.starts_at AND met.starts_at < NEW.ends_at
                ) instant
                JOIN session_extra_takings other ON other.organization_id = NEW.organization_id
                    AND other.extra_id = NEW.extra_id
                    AND other.starts_at <= instant.at AND other.ends_at > instant.at
                GROUP BY instant.at
            ) counted;
            IF most > there THEN
                RAISE EXCEPTION '% of % are wanted at once', most, there
                    USING ERRCODE = 'check_violation', TABLE = 'session_extra_takings',
                        CONSTRAINT = 'session_extra_takings_within_stock';
            END IF;
            RETURN NULL;
        END
        $$
        """
    )
    op.execute(
        "CREATE TRIGGER session_extra_takings_within_stock AFTER INSERT OR UPDATE"
        " ON session_extra_takings"
        " FOR EACH ROW EXECUTE FUNCTION keep_session_extras_within_stock()"
    )


def downgrade() -> None:
    """Go back to one counter of what live bookings have; what is more than the stock is left out."""
    op.execute(f"ALTER TABLE session_extras DROP CONSTRAINT {STOCK_CHECK}")
    op.execute("ALTER TABLE session_extras ADD COLUMN taken bigint NOT NULL DEFAULT 0")
    op.execute(
        """
        UPDATE session_extras e SET taken = least(counted.quantity, e.stock)
        FROM (SELECT organization_id, extra_id, sum(quantity) AS quantity
            FROM session_extra_takings GROUP BY organization_id, extra_id) counted
        WHERE counted.organization_id = e.organization_id AND counted.extra_id = e.id
        """
    )
    op.execute("ALTER TABLE session_extras ALTER COLUMN taken DROP DEFAULT")
    op.execute(
        f"ALTER TABLE session_extras ADD CONSTRAINT {STOCK_CHECK}"
        " CHECK (taken >= 0 AND taken <= stock)"
    )
    op.execute("DROP TABLE session_extra_takings")
    op.execute("DROP FUNCTION keep_session_extras_within_stock")
