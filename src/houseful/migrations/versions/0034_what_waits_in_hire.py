"""Offers end by the clock, challenges outlast a hold's own time, and papers say what they wait for."""

from alembic import op

from houseful.kernel.migrating import PLATFORM_ROLE, cross_tenant_function

revision = "0034"
down_revision = "0033"

OFFERED_UNTIL = "interval '14 days'"
IS_CONTESTED = """(
    EXISTS (SELECT 1 FROM challenged_holds h WHERE h.organization_id = b.organization_id
        AND h.booking_id = b.id AND h.is_open)
    OR EXISTS (SELECT 1 FROM hold_challenges own WHERE own.organization_id = b.organization_id
        AND own.booking_id = b.id
        AND (own.status = 'open' OR (own.confirm_by IS NOT NULL AND own.outcome = '')))
)"""
REST_OF_WHAT_IS_DUE = """
    UNION ALL
    SELECT b.organization_id, 'complete', b.id FROM bookings b
    WHERE b.status IN ('contracted', 'confirmed') AND NOT EXISTS (
        SELECT 1 FROM booking_spaces s WHERE s.organization_id = b.organization_id
            AND s.booking_id = b.id AND s.ends_at > at)
    UNION ALL
    SELECT c.organization_id, 'decide', c.id FROM hold_challenges c
    WHERE c.status = 'open' AND c.deadline_at <= at AND c.escalated_at IS NULL
    UNION ALL
    SELECT c.organization_id, 'lapse', c.id FROM hold_challenges c
    WHERE c.confirm_by <= at AND c.outcome = ''
"""
DIRECTIONS = "'in', 'out', 'kept'"


def upgrade() -> None:
    """Let the clock end offers, and leave a contested hold to its challenge; add the marks."""
    op.execute(f"CREATE POLICY platform ON challenged_holds TO {PLATFORM_ROLE} USING (true)")
    op.execute(f"GRANT SELECT ON challenged_holds TO {PLATFORM_ROLE}")
    _name_what_is_due(
        "b.status IN ('hold', 'offered')", f"AND b.conflict_at IS NULL AND NOT {IS_CONTESTED}"
    )
    op.execute("DROP INDEX bookings_hold_expires_at_idx")
    op.execute(
        "CREATE INDEX bookings_hold_expires_at_idx ON bookings (hold_expires_at)"
        " WHERE status IN ('hold', 'offered')"
    )
    op.execute("ALTER TABLE bookings NO FORCE ROW LEVEL SECURITY")
    op.execute(
        f"UPDATE bookings SET hold_expires_at = now() + {OFFERED_UNTIL}, expiry_warned_at = NULL"
        " WHERE status = 'offered'"
    )
    op.execute("ALTER TABLE bookings FORCE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE contract_signers ADD COLUMN unreachable_at timestamptz")
    op.execute("ALTER TABLE contracts ADD COLUMN outdated_at timestamptz")
    _allow_directions(f"{DIRECTIONS}, 'credit_out', 'credit_used'")


def downgrade() -> None:
    """Let offers last, and take the marks away."""
    _allow_directions(DIRECTIONS)
    op.execute("ALTER TABLE contracts DROP COLUMN outdated_at")
    op.execute("ALTER TABLE contract_signers DROP COLUMN unreachable_at")
    op.execute("DROP INDEX bookings_hold_expires_at_idx")
    op.execute(
        "CREATE INDEX bookings_hold_expires_at_idx ON bookings (hold_expires_at)"
        " WHERE status = 'hold'"
    )
    _name_what_is_due("b.status = 'hold'", "")
    op.execute(f"REVOKE SELECT ON challenged_holds FROM {PLATFORM_ROLE}")
    op.execute("DROP POLICY platform ON challenged_holds")


def _name_what_is_due(is_soft: str, unless: str) -> None:
    op.execute("DROP FUNCTION hire_due(timestamptz)")
    cross_tenant_function(
        "hire_due(at timestamptz)",
        returns="TABLE (organization_id uuid, act text, subject_id uuid)",
        body=f"""
        SELECT b.organization_id, 'expire', b.id FROM bookings b
        WHERE {is_soft} AND b.hold_expires_at <= at {unless}
        UNION ALL
        SELECT b.organization_id, 'warn', b.id FROM bookings b
        WHERE {is_soft} AND b.hold_expires_at <= at + interval '24 hours'
            AND b.hold_expires_at > at AND b.expiry_warned_at IS NULL {unless}
        {REST_OF_WHAT_IS_DUE}
        """,
    )


def _allow_directions(directions: str) -> None:
    op.execute("ALTER TABLE deposit_payments DROP CONSTRAINT deposit_payments_direction_check")
    op.execute(
        "ALTER TABLE deposit_payments ADD CONSTRAINT deposit_payments_direction_check"
        f" CHECK (direction IN ({directions}))"
    )
