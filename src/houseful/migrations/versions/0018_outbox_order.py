"""Facts in the order in which they happened, and an end to what has been delivered."""

from alembic import op

from houseful.kernel.migrating import PLATFORM_ROLE, cross_tenant_function

revision = "0018"
down_revision = "0017"

CLAIM = """
    SELECT * FROM outbox WHERE relayed_at IS NULL
    ORDER BY {order} LIMIT how_many FOR UPDATE SKIP LOCKED
"""
FORGET = """
    WITH gone AS (
        DELETE FROM {table} WHERE ({key}) IN (
            SELECT {key} FROM {table} WHERE {at} < before LIMIT how_many
        ) RETURNING 1
    )
    SELECT count(*) FROM gone
"""


def upgrade() -> None:
    """Number the facts as they are written, and let the platform remove what is over."""
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.execute("DROP FUNCTION outbox_claim(int)")
    op.execute("ALTER TABLE outbox ADD COLUMN number bigint GENERATED ALWAYS AS IDENTITY")
    op.execute("DROP INDEX outbox_pending_idx")
    op.execute("CREATE INDEX outbox_pending_idx ON outbox (number) WHERE relayed_at IS NULL")
    _create_claim("number")
    cross_tenant_function(
        "outbox_pending()",
        returns="bigint",
        body="SELECT count(*) FROM outbox WHERE relayed_at IS NULL",
    )
    for table in ("idempotency_keys", "fact_deliveries"):
        op.execute(f"CREATE POLICY platform ON {table} TO {PLATFORM_ROLE} USING (true)")
    op.execute(
        f"GRANT SELECT, DELETE ON outbox, idempotency_keys, fact_deliveries TO {PLATFORM_ROLE}"
    )
    _create_forget("outbox", key="organization_id, id", at="relayed_at")
    _create_forget("idempotency_keys", key="organization_id, principal, key", at="created_at")
    _create_forget("fact_deliveries", key="organization_id, fact_id, subscriber", at="delivered_at")


def downgrade() -> None:
    """Order by the transaction's begin again, and keep everything."""
    for table in ("outbox", "idempotency_keys", "fact_deliveries"):
        op.execute(f"DROP FUNCTION {table}_forget(timestamptz, int)")
    for table in ("idempotency_keys", "fact_deliveries"):
        op.execute(f"DROP POLICY platform ON {table}")
    op.execute(f"REVOKE SELECT, DELETE ON idempotency_keys, fact_deliveries FROM {PLATFORM_ROLE}")
    op.execute(f"REVOKE DELETE ON outbox FROM {PLATFORM_ROLE}")
    op.execute("DROP FUNCTION outbox_pending()")
    op.execute("DROP FUNCTION outbox_claim(int)")
    op.execute("ALTER TABLE outbox DROP COLUMN number")
    op.execute(
        "CREATE INDEX outbox_pending_idx ON outbox (occurred_at, id) WHERE relayed_at IS NULL"
    )
    _create_claim("occurred_at, id")


def _create_claim(order: str) -> None:
    cross_tenant_function(
        "outbox_claim(how_many int)", returns="SETOF outbox", body=CLAIM.format(order=order)
    )


def _create_forget(table: str, *, key: str, at: str) -> None:
    cross_tenant_function(
        f"{table}_forget(before timestamptz, how_many int)",
        returns="bigint",
        body=FORGET.format(table=table, key=key, at=at),
    )
