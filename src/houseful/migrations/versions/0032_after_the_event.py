"""What follows an event: its money is released, the providers pay out, refunds of a whole event."""

from alembic import op

from houseful.kernel.migrating import secure_tenant_table

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Say where an event's money stands; create what the providers paid, and runs of refunds."""
    op.execute(
        """
        ALTER TABLE event_sales
            ADD COLUMN funds text NOT NULL DEFAULT 'held',
            ADD CONSTRAINT event_sales_funds_check
                CHECK (funds IN ('held', 'released', 'settled'))
        """
    )
    op.execute("ALTER TABLE event_sales ALTER COLUMN funds DROP DEFAULT")
    op.execute("ALTER TABLE events ADD COLUMN ended_at timestamptz")
    _tell_of_what_was()
    op.execute(
        """
        CREATE INDEX event_sales_held_idx ON event_sales (organization_id, event_id)
            WHERE funds = 'held'
        """
    )
    _create_provider_payouts()
    _create_refund_runs()


def _tell_of_what_was() -> None:
    """Fill in what is over and what is settled; the owner sees rows while nothing is forced."""
    tables = ("events", "event_sales", "settlements")
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute("UPDATE events SET ended_at = updated_at WHERE status = 'ended'")
    op.execute(
        """
        UPDATE event_sales SET funds = 'settled'
        FROM settlements s
        WHERE s.organization_id = event_sales.organization_id
            AND s.event_id = event_sales.event_id AND s.status <> 'draft'
            AND s.terms ->> 'boxOffice' <> 'promoter'
        """
    )
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _create_provider_payouts() -> None:
    op.execute(
        """
        CREATE TABLE provider_payouts (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            provider text NOT NULL,
            reference text NOT NULL,
            amount_minor bigint NOT NULL,
            fee_minor bigint NOT NULL,
            currency text NOT NULL,
            note text NOT NULL,
            entry_id uuid NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            version bigint NOT NULL,
            CONSTRAINT provider_payouts_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT provider_payouts_organization_id_provider_reference_key UNIQUE (organization_id, provider, reference),
            CONSTRAINT provider_payouts_amount_check CHECK (amount_minor > 0),
            CONSTRAINT provider_payouts_fee_check CHECK (fee_minor >= 0)
        )
        """
    )
    secure_tenant_table("provider_payouts")


def _create_refund_runs() -> None:
    op.execute(
        """
        CREATE TABLE refund_runs (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            event_id uuid NOT NULL,
            reason text NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            version bigint NOT NULL,
            CONSTRAINT refund_runs_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT refund_runs_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES event_sales (organization_id, event_id),
            CONSTRAINT refund_runs_organization_id_event_id_key UNIQUE (organization_id, event_id)
        )
        """
    )
    secure_tenant_table("refund_runs")
    op.execute(
        """
        CREATE TABLE refund_run_orders (
            organization_id uuid NOT NULL,
            run_id uuid NOT NULL,
            order_id uuid NOT NULL,
            status text NOT NULL,
            failure text NOT NULL,
            refund_id uuid,
            CONSTRAINT refund_run_orders_pkey PRIMARY KEY (organization_id, run_id, order_id),
            CONSTRAINT refund_run_orders_organization_id_run_id_fkey FOREIGN KEY (organization_id, run_id) REFERENCES refund_runs (organization_id, id),
            CONSTRAINT refund_run_orders_organization_id_order_id_fkey FOREIGN KEY (organization_id, order_id) REFERENCES orders (organization_id, id),
            CONSTRAINT refund_run_orders_organization_id_refund_id_fkey FOREIGN KEY (organization_id, refund_id) REFERENCES refunds (organization_id, id),
            CONSTRAINT refund_run_orders_status_check CHECK (status IN ('waiting', 'done', 'failed'))
        )
        """
    )
    secure_tenant_table("refund_run_orders")


def downgrade() -> None:
    """Forget them."""
    op.execute("DROP TABLE refund_run_orders")
    op.execute("DROP TABLE refund_runs")
    op.execute("DROP TABLE provider_payouts")
    op.execute("DROP INDEX event_sales_held_idx")
    op.execute("ALTER TABLE event_sales DROP COLUMN funds")
    op.execute("ALTER TABLE events DROP COLUMN ended_at")
