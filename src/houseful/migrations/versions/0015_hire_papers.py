"""The tables of hire's papers: deals, contracts, deposits, settlements."""

from alembic import op

from houseful.kernel.migrating import secure_tenant_table

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE deals (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            title text NOT NULL,
            booking_id uuid,
            event_id uuid,
            number bigint NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT deals_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT deals_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id),
            CONSTRAINT deals_subject_check CHECK (booking_id IS NOT NULL OR event_id IS NOT NULL),
            CONSTRAINT deals_title_check CHECK (title <> ''),
            CONSTRAINT deals_number_check CHECK (number > 0)
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX deals_booking_id_idx ON deals (organization_id, booking_id) WHERE booking_id IS NOT NULL
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX deals_event_id_idx ON deals (organization_id, event_id) WHERE event_id IS NOT NULL
        """
    )
    secure_tenant_table("deals")
    op.execute(
        """
        CREATE TABLE deal_versions (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            deal_id uuid NOT NULL,
            number bigint NOT NULL,
            status text NOT NULL,
            terms jsonb NOT NULL,
            note text NOT NULL,
            offered_at timestamptz,
            answered_at timestamptz,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT deal_versions_pkey PRIMARY KEY (organization_id, deal_id, number),
            CONSTRAINT deal_versions_organization_id_deal_id_fkey FOREIGN KEY (organization_id, deal_id) REFERENCES deals (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT deal_versions_organization_id_id_key UNIQUE (organization_id, id),
            CONSTRAINT deal_versions_status_check CHECK (status IN ('draft', 'offered', 'accepted', 'declined', 'superseded'))
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX deal_versions_one_in_force_idx ON deal_versions (organization_id, deal_id) WHERE status <> 'superseded'
        """
    )
    secure_tenant_table("deal_versions")
    op.execute(
        """
        CREATE TRIGGER deal_versions_terms_fixed BEFORE UPDATE ON deal_versions FOR EACH ROW
        WHEN (OLD.status <> 'draft' AND NEW.terms IS DISTINCT FROM OLD.terms)
        EXECUTE FUNCTION refuse_change()
        """
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE deal_versions")
    op.execute("DROP TABLE deals")
