"""The tables of hire's papers: deals, contracts, deposits, settlements."""

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create them."""
