"""What an invoice has to say of the house: its address, tax number, and where it is paid to."""

from alembic import op

revision = "0037"
down_revision = "0036"

COLUMNS = ("billing_address", "tax_number", "iban", "bic")


def upgrade() -> None:
    """Let every house say it; nothing until it does."""
    for column in COLUMNS:
        op.execute(f"ALTER TABLE organizations ADD COLUMN {column} text NOT NULL DEFAULT ''")
        op.execute(f"ALTER TABLE organizations ALTER COLUMN {column} DROP DEFAULT")


def downgrade() -> None:
    """Forget it."""
    for column in COLUMNS:
        op.execute(f"ALTER TABLE organizations DROP COLUMN {column}")
