"""What every table stands on: functions, the outbox, idempotency keys, the job queue."""

from alembic import op
from procrastinate.schema import SchemaManager

from houseful.kernel.migrating import (
    APP_ROLE,
    PLATFORM_ROLE,
    cross_tenant_function,
    secure_tenant_table,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
    op.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
    op.execute("CREATE EXTENSION IF NOT EXISTS citext")
    op.execute(f"GRANT USAGE, CREATE ON SCHEMA public TO {PLATFORM_ROLE}")
    op.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
    op.execute(f"GRANT SELECT ON alembic_version TO {APP_ROLE}")
    op.execute(
        """
        CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP
                USING ERRCODE = 'insufficient_privilege';
        END $$
        """
    )
    _create_outbox()
    _create_idempotency_keys()
    _create_fact_deliveries()
    _create_job_queue()


def _create_outbox() -> None:
    op.execute(
        """
        CREATE TABLE outbox (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            kind text NOT NULL,
            subject_id uuid NOT NULL,
            payload jsonb NOT NULL,
            occurred_at timestamptz NOT NULL,
            relayed_at timestamptz,
            CONSTRAINT outbox_pkey PRIMARY KEY (organization_id, id)
        )
        """
    )
    op.execute(
        "CREATE INDEX outbox_pending_idx ON outbox (occurred_at, id) WHERE relayed_at IS NULL"
    )
    secure_tenant_table("outbox", platform_reads=True)
    op.execute(f"GRANT UPDATE (relayed_at) ON outbox TO {PLATFORM_ROLE}")
    cross_tenant_function(
        "outbox_claim(how_many int)",
        returns="SETOF outbox",
        body="""
        SELECT * FROM outbox WHERE relayed_at IS NULL
        ORDER BY occurred_at, id LIMIT how_many FOR UPDATE SKIP LOCKED
        """,
    )
    cross_tenant_function(
        "outbox_mark(ids uuid[], at timestamptz)",
        returns="void",
        body="UPDATE outbox SET relayed_at = at WHERE id = ANY(ids) AND relayed_at IS NULL",
    )


def _create_idempotency_keys() -> None:
    op.execute(
        """
        CREATE TABLE idempotency_keys (
            organization_id uuid NOT NULL,
            principal text NOT NULL,
            key text NOT NULL,
            fingerprint bytea NOT NULL,
            answer bytea NOT NULL,
            created_at timestamptz NOT NULL,
            CONSTRAINT idempotency_keys_pkey PRIMARY KEY (organization_id, principal, key)
        )
        """
    )
    secure_tenant_table("idempotency_keys")


def _create_fact_deliveries() -> None:
    op.execute(
        """
        CREATE TABLE fact_deliveries (
            organization_id uuid NOT NULL,
            fact_id uuid NOT NULL,
            subscriber text NOT NULL,
            delivered_at timestamptz NOT NULL,
            CONSTRAINT fact_deliveries_pkey PRIMARY KEY (organization_id, fact_id, subscriber)
        )
        """
    )
    secure_tenant_table("fact_deliveries")


def _create_job_queue() -> None:
    op.get_bind().exec_driver_sql(SchemaManager.get_schema().replace("%", "%%"))
    op.execute(
        f"""
        GRANT SELECT, INSERT, UPDATE, DELETE ON
            procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers,
            procrastinate_workers TO {APP_ROLE};
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}
        """
    )


def downgrade() -> None:
    """The first migration is not taken back: drop the database."""
    raise NotImplementedError("Drop the database instead.")
