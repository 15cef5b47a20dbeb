"""What comes more than once: a visit that is taken again for a booking that is billed anew, each turn
with its movements once; and where somebody stood on a waiting list.
"""

from alembic import op

revision = "0030"
down_revision = "0029"

UNIQUE = "entitlement_movements_organization_id_booking_id_kind{turn}_key"


def upgrade() -> None:
    """Number the turns, and keep the positions."""
    op.execute("ALTER TABLE waiting_entries ADD COLUMN positions jsonb NOT NULL DEFAULT '[]'")
    op.execute("ALTER TABLE waiting_entries ALTER COLUMN positions DROP DEFAULT")
    op.execute("ALTER TABLE entitlement_movements ADD COLUMN turn bigint NOT NULL DEFAULT 1")
    op.execute("ALTER TABLE entitlement_movements ALTER COLUMN turn DROP DEFAULT")
    op.execute(f"ALTER TABLE entitlement_movements DROP CONSTRAINT {UNIQUE.format(turn='')}")
    op.execute(
        f"ALTER TABLE entitlement_movements ADD CONSTRAINT {UNIQUE.format(turn='_turn')}"
        " UNIQUE (organization_id, booking_id, kind, turn)"
    )


def downgrade() -> None:
    """Allow one turn only, refused where there are more; forget the positions."""
    op.execute("ALTER TABLE waiting_entries DROP COLUMN positions")
    op.execute(f"ALTER TABLE entitlement_movements DROP CONSTRAINT {UNIQUE.format(turn='_turn')}")
    op.execute(
        f"ALTER TABLE entitlement_movements ADD CONSTRAINT {UNIQUE.format(turn='')}"
        " UNIQUE (organization_id, booking_id, kind)"
    )
    op.execute("ALTER TABLE entitlement_movements DROP COLUMN turn")
