"""What pays a booking pays its lines: the place, each extra, or a fee; the database adds them up.

Until now a booking had tenders for its sum; they are shared out as they are from now on.
"""

from alembic import op

revision = "0039"
down_revision = "0038"

BOOKING_KEY = "session_tenders_organization_id_booking_id_booking_extra_i_fkey"
EXTRAS_KEY = "session_booking_extras_organization_id_booking_id_id_key"
LINES = """
    SELECT b.organization_id, b.id AS booking_id, 'fee' AS line, NULL::uuid AS booking_extra_id,
        b.fee_minor AS price
    FROM session_bookings b WHERE b.source = 'slot_attendee' AND b.fee_minor > 0
    UNION ALL
    SELECT b.organization_id, b.id, 'place', NULL, b.price
    FROM session_bookings b WHERE NOT (b.source = 'slot_attendee' AND b.fee_minor > 0)
    UNION ALL
    SELECT x.organization_id, x.booking_id, 'extra', x.id, x.price * x.quantity
    FROM session_booking_extras x JOIN session_bookings b
        ON b.organization_id = x.organization_id AND b.id = x.booking_id
    WHERE NOT (b.source = 'slot_attendee' AND b.fee_minor > 0)
"""
"""What is to be paid of each booking, as the application has it."""


def upgrade() -> None:
    """Share out what was paid, and let it add up from now on."""
    _name_fees()
    op.execute(
        "ALTER TABLE session_tenders ADD COLUMN line text NOT NULL DEFAULT 'place',"
        " ADD COLUMN booking_extra_id uuid, ADD COLUMN worth_minor bigint NOT NULL DEFAULT 0,"
        " ADD COLUMN is_taken_back boolean NOT NULL DEFAULT false,"
        " DROP CONSTRAINT session_tenders_kind_check,"
        " DROP CONSTRAINT session_tenders_amounts_check"
    )
    op.execute("UPDATE session_tenders SET worth_minor = amount_minor")
    op.execute(
        "UPDATE session_tenders t SET kind = 'cash' FROM transactions p"
        " WHERE p.organization_id = t.organization_id AND p.id = t.source_id"
        " AND t.kind = 'card' AND p.provider = 'cash'"
    )
    _find_taken_back()
    _let_passes_pay_prices()
    _share_out()
    op.execute("DELETE FROM session_tenders WHERE amount_minor = 0")
    for column in ("line", "worth_minor", "is_taken_back"):
        op.execute(f"ALTER TABLE session_tenders ALTER COLUMN {column} DROP DEFAULT")
    op.execute(
        f"ALTER TABLE session_booking_extras ADD CONSTRAINT {EXTRAS_KEY}"
        " UNIQUE (organization_id, booking_id, id)"
    )
    op.execute("DROP INDEX session_booking_extras_booking_idx")
    op.execute(
        f"""
        ALTER TABLE session_tenders
            ADD CONSTRAINT {BOOKING_KEY} FOREIGN KEY (organization_id, booking_id, booking_extra_id) REFERENCES session_booking_extras (organization_id, booking_id, id),
            ADD CONSTRAINT session_tenders_line_check CHECK (line IN ('place', 'extra', 'fee')),
            ADD CONSTRAINT session_tenders_extra_check CHECK ((line = 'extra') = (booking_extra_id IS NOT NULL)),
            ADD CONSTRAINT session_tenders_kind_check CHECK (kind IN ('pass', 'bonus', 'wallet', 'card', 'cash')),
            ADD CONSTRAINT session_tenders_amounts_check CHECK (amount_minor > 0 AND returned_minor >= 0 AND returned_minor <= amount_minor),
            ADD CONSTRAINT session_tenders_worth_check CHECK (CASE kind WHEN 'pass' THEN worth_minor >= 0 AND returned_minor IN (0, amount_minor) ELSE worth_minor = amount_minor END)
        """
    )
    op.execute("ALTER TABLE session_bookings DROP COLUMN wallet_debited, DROP COLUMN bonus_debited")
    _let_tenders_make_up_lines()


def _name_fees() -> None:
    """Note the fee of who was billed for being absent; until now only the rules said it."""
    op.execute(
        """
        UPDATE session_bookings SET fee_minor = (policy ->> 'noShowFee')::bigint
        WHERE source = 'slot_attendee' AND attendance = 'no_show' AND money <> 'none'
            AND policy ->> 'noShowFee' IS NOT NULL
        """
    )


def _find_taken_back() -> None:
    """Only what is billed afterwards can be billed anew: what counts was paid last, and at once."""
    op.execute(
        """
        UPDATE session_tenders t SET is_taken_back = true FROM session_bookings b
        WHERE b.organization_id = t.organization_id AND b.id = t.booking_id
            AND b.source = 'slot_attendee' AND (
                b.money NOT IN ('paid', 'refund_pending', 'part_refunded', 'refunded')
                OR t.created_at < (SELECT max(o.created_at) FROM session_tenders o
                    WHERE o.organization_id = t.organization_id AND o.booking_id = t.booking_id))
        """
    )


def _let_passes_pay_prices() -> None:
    """Say of a visit what price it paid, beside what it is worth; and of the extras with it."""
    op.execute(
        """
        UPDATE session_tenders t SET amount_minor = b.price,
            returned_minor = CASE WHEN r.booking_id IS NULL THEN 0 ELSE b.price END
        FROM (
            SELECT organization_id, id, row_number() OVER
                (PARTITION BY organization_id, booking_id ORDER BY id) AS turn
            FROM session_tenders WHERE kind = 'pass'
        ) visit
        JOIN session_tenders own ON own.organization_id = visit.organization_id
            AND own.id = visit.id
        JOIN session_bookings b ON b.organization_id = own.organization_id
            AND b.id = own.booking_id
        LEFT JOIN entitlement_movements r ON r.organization_id = own.organization_id
            AND r.booking_id = own.booking_id AND r.kind = 'restore' AND r.turn = visit.turn
        WHERE t.organization_id = visit.organization_id AND t.id = visit.id
        """
    )
    op.execute(
        """
        INSERT INTO session_tenders (organization_id, id, booking_id, line, booking_extra_id, kind,
            source_id, amount_minor, worth_minor, returned_minor, is_taken_back, created_at)
        SELECT t.organization_id, uuidv7(), t.booking_id, 'extra', x.id, 'pass', t.source_id,
            x.price * x.quantity, 0,
            CASE t.returned_minor WHEN 0 THEN 0 ELSE x.price * x.quantity END,
            t.is_taken_back, t.created_at
        FROM session_tenders t JOIN session_booking_extras x
            ON x.organization_id = t.organization_id AND x.booking_id = t.booking_id
            AND x.covered_by_entitlement_id = t.source_id
        WHERE t.kind = 'pass' AND NOT t.is_taken_back
        """
    )


def _share_out() -> None:
    """Cut the sums of money at the ends of the lines; the last line takes what is left over.

    What went back of a sum went back of its first lines first.
    """
    op.execute(
        f"""
        CREATE TEMPORARY TABLE shared ON COMMIT DROP AS
        WITH lines AS ({LINES}), unpaid AS (
            SELECT l.* FROM lines l WHERE NOT EXISTS (
                SELECT 1 FROM session_tenders t WHERE t.organization_id = l.organization_id
                    AND t.booking_id = l.booking_id AND t.kind = 'pass' AND NOT t.is_taken_back
                    AND t.line = l.line
                    AND t.booking_extra_id IS NOT DISTINCT FROM l.booking_extra_id)
        ), spans AS (
            SELECT *, sum(price) OVER in_order - price AS begins,
                CASE WHEN lead(price) OVER in_order IS NULL THEN 9223372036854775807
                    ELSE sum(price) OVER in_order END AS ends
            FROM unpaid WINDOW in_order AS (PARTITION BY organization_id, booking_id
                ORDER BY line <> 'place', booking_extra_id)
        ), sums AS (
            SELECT *, sum(amount_minor) OVER in_order - amount_minor AS begins,
                sum(amount_minor) OVER in_order AS ends
            FROM session_tenders WHERE kind <> 'pass' AND NOT is_taken_back
            WINDOW in_order AS (PARTITION BY organization_id, booking_id ORDER BY id)
        )
        SELECT t.organization_id, t.id, s.line, s.booking_extra_id,
            least(t.ends, s.ends) - greatest(t.begins, s.begins) AS amount_minor,
            greatest(0, least(t.begins + t.returned_minor, s.ends)
                - greatest(t.begins, s.begins)) AS returned_minor,
            row_number() OVER (PARTITION BY t.organization_id, t.id ORDER BY s.begins) AS number
        FROM sums t JOIN spans s ON s.organization_id = t.organization_id
            AND s.booking_id = t.booking_id AND s.begins < t.ends AND t.begins < s.ends
        """
    )
    op.execute(
        """
        INSERT INTO session_tenders (organization_id, id, booking_id, line, booking_extra_id, kind,
            source_id, amount_minor, worth_minor, returned_minor, is_taken_back, created_at)
        SELECT t.organization_id, uuidv7(), t.booking_id, s.line, s.booking_extra_id, t.kind,
            t.source_id, s.amount_minor, s.amount_minor, s.returned_minor, false, t.created_at
        FROM shared s JOIN session_tenders t
            ON t.organization_id = s.organization_id AND t.id = s.id
        WHERE s.number > 1
        """
    )
    op.execute(
        """
        UPDATE session_tenders t SET line = s.line, booking_extra_id = s.booking_extra_id,
            amount_minor = s.amount_minor, worth_minor = s.amount_minor,
            returned_minor = s.returned_minor
        FROM shared s
        WHERE s.organization_id = t.organization_id AND s.id = t.id AND s.number = 1
        """
    )


def _let_tenders_make_up_lines() -> None:
    """Check at the end of a transaction that no line is paid more than once, nor in part for good.

    Where nothing is paid at all nothing has to add up: who is absent may owe nothing.
    """
    op.execute(
        """
        CREATE FUNCTION require_tenders_to_make_up_lines() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            booking session_bookings%ROWTYPE;
            is_fee boolean;
        BEGIN
            SELECT * INTO booking FROM session_bookings
            WHERE organization_id = NEW.organization_id
                AND id = (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
            is_fee := booking.source = 'slot_attendee' AND booking.fee_minor > 0;
            IF EXISTS (
                WITH paid AS (
                    SELECT line, coalesce(booking_extra_id, booking_id) AS of,
                        sum(amount_minor) AS amount
                    FROM session_tenders WHERE organization_id = booking.organization_id
                        AND booking_id = booking.id AND NOT is_taken_back GROUP BY 1, 2
                ), lines AS (
                    SELECT CASE WHEN is_fee THEN 'fee' ELSE 'place' END AS line, booking.id AS of,
                        CASE WHEN is_fee THEN booking.fee_minor ELSE booking.price END AS price
                    UNION ALL SELECT 'extra', id, price * quantity FROM session_booking_extras
                    WHERE organization_id = booking.organization_id AND booking_id = booking.id
                        AND NOT is_fee
                )
                SELECT 1 FROM lines l FULL JOIN paid p USING (line, of)
                WHERE coalesce(p.amount, 0) > coalesce(l.price, 0)
                    OR booking.money IN ('paid', 'refund_pending', 'part_refunded', 'refunded')
                        AND EXISTS (SELECT 1 FROM paid)
                        AND coalesce(p.amount, 0) <> coalesce(l.price, 0)
            ) THEN
                RAISE EXCEPTION 'what paid booking % does not make up its lines', booking.id
                    USING ERRCODE = 'check_violation', TABLE = 'session_tenders',
                        CONSTRAINT = 'session_tenders_make_up_lines';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER session_tenders_make_up_lines"
        " AFTER INSERT OR UPDATE ON session_tenders DEFERRABLE INITIALLY DEFERRED"
        " FOR EACH ROW EXECUTE FUNCTION require_tenders_to_make_up_lines('booking_id')"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER session_bookings_lines_made_up"
        " AFTER UPDATE OF money, price, fee_minor ON session_bookings"
        " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.money <> OLD.money"
        " OR NEW.price <> OLD.price OR NEW.fee_minor <> OLD.fee_minor)"
        " EXECUTE FUNCTION require_tenders_to_make_up_lines('id')"
    )


def downgrade() -> None:
    """Put what paid the lines of a booking together again."""
    op.execute("DROP TRIGGER session_tenders_make_up_lines ON session_tenders")
    op.execute("DROP TRIGGER session_bookings_lines_made_up ON session_bookings")
    op.execute("DROP FUNCTION require_tenders_to_make_up_lines")
    op.execute(
        "ALTER TABLE session_bookings ADD COLUMN wallet_debited boolean NOT NULL DEFAULT false,"
        " ADD COLUMN bonus_debited boolean NOT NULL DEFAULT false"
    )
    op.execute(
        """
        UPDATE session_bookings b SET wallet_debited = used.wallet, bonus_debited = used.bonus
        FROM (SELECT organization_id, booking_id, bool_or(kind = 'wallet') AS wallet,
                bool_or(kind = 'bonus') AS bonus
            FROM session_tenders WHERE NOT is_taken_back GROUP BY 1, 2) used
        WHERE used.organization_id = b.organization_id AND used.booking_id = b.id
        """
    )
    op.execute(
        "ALTER TABLE session_bookings ALTER COLUMN wallet_debited DROP DEFAULT,"
        " ALTER COLUMN bonus_debited DROP DEFAULT"
    )
    op.execute(
        f"ALTER TABLE session_tenders DROP CONSTRAINT {BOOKING_KEY},"
        " DROP CONSTRAINT session_tenders_line_check, DROP CONSTRAINT session_tenders_extra_check,"
        " DROP CONSTRAINT session_tenders_kind_check,"
        " DROP CONSTRAINT session_tenders_amounts_check,"
        " DROP CONSTRAINT session_tenders_worth_check"
    )
    op.execute("DELETE FROM session_tenders WHERE kind = 'pass' AND line = 'extra'")
    op.execute(
        "UPDATE session_tenders SET amount_minor = worth_minor,"
        " returned_minor = CASE returned_minor WHEN 0 THEN 0 ELSE worth_minor END"
        " WHERE kind = 'pass'"
    )
    op.execute("UPDATE session_tenders SET kind = 'card' WHERE kind = 'cash'")
    op.execute(
        """
        UPDATE session_tenders t SET amount_minor = whole.amount, returned_minor = whole.returned
        FROM (SELECT organization_id, booking_id, kind, source_id, created_at,
                sum(amount_minor) AS amount, sum(returned_minor) AS returned,
                (array_agg(id ORDER BY id))[1] AS id
            FROM session_tenders GROUP BY 1, 2, 3, 4, 5) whole
        WHERE whole.organization_id = t.organization_id AND whole.id = t.id
        """
    )
    op.execute(
        """
        DELETE FROM session_tenders t USING session_tenders first
        WHERE first.organization_id = t.organization_id AND first.booking_id = t.booking_id
            AND first.kind = t.kind AND first.source_id = t.source_id
            AND first.created_at = t.created_at AND first.id < t.id
        """
    )
    op.execute(
        "ALTER TABLE session_tenders DROP COLUMN line, DROP COLUMN booking_extra_id,"
        " DROP COLUMN worth_minor, DROP COLUMN is_taken_back,"
        " ADD CONSTRAINT session_tenders_kind_check"
        " CHECK (kind IN ('pass', 'bonus', 'wallet', 'card')),"
        " ADD CONSTRAINT session_tenders_amounts_check CHECK"
        " (amount_minor >= 0 AND returned_minor >= 0 AND returned_minor <= amount_minor)"
    )
    op.execute(
        "CREATE INDEX session_booking_extras_booking_idx"
        " ON session_booking_extras (organization_id, booking_id)"
    )
    op.execute(f"ALTER TABLE session_booking_extras DROP CONSTRAINT {EXTRAS_KEY}")
