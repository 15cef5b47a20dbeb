"""The tables of the payments room."""

from alembic import op

from houseful.kernel.migrating import secure_tenant_table

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE payment_methods (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            provider text NOT NULL,
            provider_token text NOT NULL,
            label text NOT NULL,
            is_offered boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT payment_methods_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT payment_methods_organization_id_provider_key UNIQUE (organization_id, provider)
        )
        """
    )
    secure_tenant_table("payment_methods")
    op.execute(
        """
        CREATE TABLE payouts (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            status text NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            payout_reference text NOT NULL,
            note text NOT NULL,
            failure text NOT NULL,
            entry_id uuid NOT NULL,
            paid_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT payouts_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT payouts_status_check CHECK (status IN ('requested', 'paid', 'failed')),
            CONSTRAINT payouts_amount_check CHECK (amount_minor > 0),
            CONSTRAINT payouts_reference_check CHECK (status <> 'paid' OR payout_reference <> '')
        )
        """
    )
    secure_tenant_table("payouts")
    op.execute(
        """
        CREATE TABLE provider_notices (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            provider text NOT NULL,
            notice_id text NOT NULL,
            provider_payment_id text NOT NULL,
            received_at timestamptz NOT NULL,
            CONSTRAINT provider_notices_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT provider_notices_organization_id_provider_notice_id_key UNIQUE (organization_id, provider, notice_id)
        )
        """
    )
    secure_tenant_table("provider_notices")
    op.execute(
        """
        CREATE TABLE sandbox_payments (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            reference text NOT NULL,
            status text NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            paid_minor bigint NOT NULL,
            refunded_minor bigint NOT NULL,
            return_path text NOT NULL,
            title text NOT NULL,
            succeeds_at timestamptz,
            refunds jsonb NOT NULL,
            refunds_fail boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT sandbox_payments_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT sandbox_payments_organization_id_reference_key UNIQUE (organization_id, reference)
        )
        """
    )
    secure_tenant_table("sandbox_payments")
    op.execute(
        """
        CREATE TABLE transactions (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            payable_kind text NOT NULL,
            payable_id uuid NOT NULL,
            status text NOT NULL,
            outcome text NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            captured_minor bigint NOT NULL,
            captured_currency text,
            refunded_minor bigint NOT NULL,
            provider text NOT NULL,
            provider_payment_id text,
            deadline_at timestamptz,
            settled_at timestamptz,
            metadata jsonb NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT transactions_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT transactions_status_check CHECK (status IN ('initiated', 'pending', 'succeeded', 'failed', 'canceled', 'review')),
            CONSTRAINT transactions_outcome_check CHECK (outcome IN ('', 'honoured', 'unavailable', 'duplicate', 'review')),
            CONSTRAINT transactions_amount_check CHECK (amount_minor > 0),
            CONSTRAINT transactions_refunded_check CHECK (refunded_minor >= 0 AND refunded_minor <= captured_minor),
            CONSTRAINT transactions_organization_id_provider_provider_payment_id_key UNIQUE (organization_id, provider, provider_payment_id)
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX transactions_one_honoured_idx ON transactions (organization_id, payable_kind, payable_id) WHERE outcome = 'honoured'
        """
    )
    op.execute(
        """
        CREATE INDEX transactions_payable_idx ON transactions (organization_id, payable_kind, payable_id)
        """
    )
    op.execute(
        """
        CREATE INDEX transactions_waiting_idx ON transactions (organization_id, created_at) WHERE status IN ('pending', 'canceled')
        """
    )
    secure_tenant_table("transactions")
    op.execute(
        """
        CREATE TABLE refunds (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            transaction_id uuid NOT NULL,
            status text NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            reason text NOT NULL,
            allocation jsonb NOT NULL,
            entry_id uuid NOT NULL,
            attempt bigint NOT NULL,
            failure text NOT NULL,
            provider_refund_id text,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT refunds_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT refunds_organization_id_transaction_id_fkey FOREIGN KEY (organization_id, transaction_id) REFERENCES transactions (organization_id, id),
            CONSTRAINT refunds_status_check CHECK (status IN ('requested', 'approved', 'submitted', 'succeeded', 'failed', 'rejected')),
            CONSTRAINT refunds_amount_check CHECK (amount_minor > 0),
            CONSTRAINT refunds_attempt_check CHECK (attempt > 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX refunds_transaction_idx ON refunds (organization_id, transaction_id)
        """
    )
    secure_tenant_table("refunds")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE refunds")
    op.execute("DROP TABLE transactions")
    op.execute("DROP TABLE sandbox_payments")
    op.execute("DROP TABLE provider_notices")
    op.execute("DROP TABLE payouts")
    op.execute("DROP TABLE payment_methods")
