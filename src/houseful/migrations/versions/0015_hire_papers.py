"""The tables of hire's papers: deals, contracts, deposits, settlements."""

from alembic import op

from houseful.kernel.migrating import cross_tenant_function, make_append_only, secure_tenant_table

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE contract_templates (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            name text NOT NULL,
            number bigint NOT NULL,
            is_active boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT contract_templates_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT contract_templates_organization_id_name_key UNIQUE (organization_id, name),
            CONSTRAINT contract_templates_name_check CHECK (name <> ''),
            CONSTRAINT contract_templates_number_check CHECK (number > 0)
        )
        """
    )
    secure_tenant_table("contract_templates")
    op.execute(
        """
        CREATE TABLE invoice_counters (
            organization_id uuid NOT NULL,
            series text NOT NULL,
            last_number bigint NOT NULL,
            CONSTRAINT invoice_counters_pkey PRIMARY KEY (organization_id, series)
        )
        """
    )
    secure_tenant_table("invoice_counters")
    op.execute(
        """
        CREATE TABLE contract_template_versions (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            template_id uuid NOT NULL,
            number bigint NOT NULL,
            status text NOT NULL,
            title text NOT NULL,
            body text NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT contract_template_versions_pkey PRIMARY KEY (organization_id, template_id, number),
            CONSTRAINT contract_template_versions_organization_id_template_id_fkey FOREIGN KEY (organization_id, template_id) REFERENCES contract_templates (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT contract_template_versions_organization_id_id_key UNIQUE (organization_id, id),
            CONSTRAINT contract_template_versions_status_check CHECK (status IN ('draft', 'published', 'retired'))
        )
        """
    )
    secure_tenant_table("contract_template_versions")
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
            CONSTRAINT deals_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id),
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
        CREATE TABLE deposits (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            position bigint NOT NULL,
            title text NOT NULL,
            kind text NOT NULL,
            status text NOT NULL,
            status_reason text NOT NULL,
            currency text NOT NULL,
            amount_minor bigint NOT NULL,
            share bigint,
            base_minor bigint,
            due_on DATE NOT NULL,
            is_required boolean NOT NULL,
            paid_minor bigint NOT NULL,
            credit_minor bigint NOT NULL,
            refunded_minor bigint NOT NULL,
            forfeited_minor bigint NOT NULL,
            applied_minor bigint NOT NULL,
            invoice_id uuid,
            finance_id text,
            finance_state text NOT NULL,
            finance_problem text NOT NULL,
            reported_version bigint NOT NULL,
            synced_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT deposits_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT deposits_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id),
            CONSTRAINT deposits_kind_check CHECK (kind IN ('booking', 'instalment', 'security')),
            CONSTRAINT deposits_status_check CHECK (status IN ('expected', 'invoiced', 'partially_paid', 'paid', 'waived', 'cancelled', 'refund_pending', 'partially_refunded', 'refunded', 'forfeited')),
            CONSTRAINT deposits_amount_check CHECK (amount_minor > 0),
            CONSTRAINT deposits_share_check CHECK ((share IS NULL) = (base_minor IS NULL)),
            CONSTRAINT deposits_paid_check CHECK (paid_minor >= 0 AND credit_minor >= 0),
            CONSTRAINT deposits_returned_check CHECK (refunded_minor >= 0 AND forfeited_minor >= 0 AND applied_minor >= 0 AND refunded_minor + forfeited_minor + applied_minor <= paid_minor),
            CONSTRAINT deposits_is_paid_check CHECK (status <> 'paid' OR paid_minor >= amount_minor),
            CONSTRAINT deposits_finance_state_check CHECK (finance_state IN ('local', 'pending', 'synced', 'failed')),
            CONSTRAINT deposits_organization_id_booking_id_position_key UNIQUE (organization_id, booking_id, position)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX deposits_due_on_idx ON deposits (organization_id, due_on)
        """
    )
    op.execute(
        """
        CREATE INDEX deposits_finance_state_idx ON deposits (organization_id, finance_state)
        """
    )
    secure_tenant_table("deposits")
    op.execute(
        """
        CREATE TABLE venue_events (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            promoter_event_id text,
            is_placeholder boolean NOT NULL,
            placeholder_promoter_name text NOT NULL,
            placeholder_promoter_email text NOT NULL,
            placeholder_notes text NOT NULL,
            placeholder_booking_id uuid,
            merged_into_id uuid,
            title text NOT NULL,
            description text NOT NULL,
            status text NOT NULL,
            start_at timestamptz,
            end_at timestamptz,
            space_ids jsonb NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT venue_events_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT venue_events_organization_id_merged_into_id_fkey FOREIGN KEY (organization_id, merged_into_id) REFERENCES venue_events (organization_id, id),
            CONSTRAINT venue_events_organization_id_placeholder_booking_id_fkey FOREIGN KEY (organization_id, placeholder_booking_id) REFERENCES bookings (organization_id, id),
            CONSTRAINT venue_events_reference_check CHECK (is_placeholder = (promoter_event_id IS NULL)),
            CONSTRAINT venue_events_placeholder_check CHECK (NOT is_placeholder OR placeholder_promoter_name <> ''),
            CONSTRAINT venue_events_status_check CHECK (status IN ('planned', 'confirmed', 'completed', 'cancelled')),
            CONSTRAINT venue_events_times_check CHECK (start_at < end_at),
            CONSTRAINT venue_events_merged_check CHECK (merged_into_id <> id)
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX venue_events_placeholder_booking_id_idx ON venue_events (organization_id, placeholder_booking_id) WHERE placeholder_booking_id IS NOT NULL
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX venue_events_promoter_event_id_idx ON venue_events (organization_id, promoter_event_id) WHERE promoter_event_id IS NOT NULL
        """
    )
    op.execute(
        """
        CREATE INDEX venue_events_start_at_idx ON venue_events (organization_id, start_at)
        """
    )
    secure_tenant_table("venue_events")
    op.execute(
        """
        CREATE TABLE contracts (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            title text NOT NULL,
            body text NOT NULL,
            values jsonb NOT NULL,
            status text NOT NULL,
            status_reason text NOT NULL,
            booking_id uuid,
            deal_id uuid,
            template_version_id uuid,
            parent_id uuid,
            corrects_id uuid,
            signing_order text NOT NULL,
            provider text NOT NULL,
            provider_agreement_id text,
            expires_at timestamptz,
            remind_every_days bigint NOT NULL,
            reminded_at timestamptz,
            document_hash text NOT NULL,
            signed_hash text NOT NULL,
            sent_at timestamptz,
            signed_at timestamptz,
            ended_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT contracts_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT contracts_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id),
            CONSTRAINT contracts_organization_id_deal_id_fkey FOREIGN KEY (organization_id, deal_id) REFERENCES deals (organization_id, id),
            CONSTRAINT contracts_organization_id_template_version_id_fkey FOREIGN KEY (organization_id, template_version_id) REFERENCES contract_template_versions (organization_id, id),
            CONSTRAINT contracts_organization_id_parent_id_fkey FOREIGN KEY (organization_id, parent_id) REFERENCES contracts (organization_id, id),
            CONSTRAINT contracts_organization_id_corrects_id_fkey FOREIGN KEY (organization_id, corrects_id) REFERENCES contracts (organization_id, id),
            CONSTRAINT contracts_title_check CHECK (title <> ''),
            CONSTRAINT contracts_status_check CHECK (status IN ('draft', 'in_approval', 'approved', 'sending', 'sent', 'viewed', 'partially_signed', 'signed', 'declined', 'expired', 'voided', 'send_failed', 'terminated')),
            CONSTRAINT contracts_signing_order_check CHECK (signing_order IN ('sequential', 'parallel')),
            CONSTRAINT contracts_provider_check CHECK (provider IN ('local', 'adobe_sign')),
            CONSTRAINT contracts_lineage_check CHECK (parent_id <> id AND corrects_id <> id),
            CONSTRAINT contracts_document_check CHECK (status NOT IN ('sent', 'viewed', 'partially_signed', 'signed', 'terminated') OR document_hash <> '')
        )
        """
    )
    op.execute(
        """
        CREATE INDEX contracts_booking_id_idx ON contracts (organization_id, booking_id)
        """
    )
    op.execute(
        """
        CREATE INDEX contracts_parent_id_idx ON contracts (organization_id, parent_id)
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX contracts_provider_agreement_id_idx ON contracts (organization_id, provider_agreement_id) WHERE provider_agreement_id IS NOT NULL
        """
    )
    op.execute(
        """
        CREATE INDEX contracts_status_idx ON contracts (organization_id, status)
        """
    )
    secure_tenant_table("contracts", platform_reads=True)
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
        CREATE TABLE deposit_payments (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            deposit_id uuid NOT NULL,
            direction text NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            reference text NOT NULL,
            note text NOT NULL,
            at timestamptz NOT NULL,
            entry_id uuid,
            CONSTRAINT deposit_payments_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT deposit_payments_organization_id_deposit_id_fkey FOREIGN KEY (organization_id, deposit_id) REFERENCES deposits (organization_id, id),
            CONSTRAINT deposit_payments_direction_check CHECK (direction IN ('in', 'out', 'kept')),
            CONSTRAINT deposit_payments_amount_check CHECK (amount_minor > 0),
            CONSTRAINT deposit_payments_organization_id_deposit_id_direction_r_3eb1 UNIQUE (organization_id, deposit_id, direction, reference)
        )
        """
    )
    secure_tenant_table("deposit_payments")
    op.execute(
        """
        CREATE TABLE invoices (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            deposit_id uuid NOT NULL,
            series text NOT NULL,
            number bigint NOT NULL,
            credits_id uuid,
            issued_at timestamptz NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            details jsonb NOT NULL,
            hash text NOT NULL,
            content bytea NOT NULL,
            CONSTRAINT invoices_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT invoices_organization_id_deposit_id_fkey FOREIGN KEY (organization_id, deposit_id) REFERENCES deposits (organization_id, id),
            CONSTRAINT invoices_organization_id_credits_id_fkey FOREIGN KEY (organization_id, credits_id) REFERENCES invoices (organization_id, id),
            CONSTRAINT invoices_organization_id_series_number_key UNIQUE (organization_id, series, number),
            CONSTRAINT invoices_organization_id_credits_id_key UNIQUE (organization_id, credits_id),
            CONSTRAINT invoices_number_check CHECK (number > 0),
            CONSTRAINT invoices_hash_check CHECK (hash = encode(sha256(content), 'hex'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX invoices_deposit_id_idx ON invoices (organization_id, deposit_id)
        """
    )
    secure_tenant_table("invoices")
    op.execute(
        """
        CREATE TABLE settlements (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            deal_id uuid NOT NULL,
            deal_number bigint NOT NULL,
            number bigint NOT NULL,
            adjusts_id uuid,
            reason text NOT NULL,
            status text NOT NULL,
            currency text NOT NULL,
            event_id uuid,
            promoter_organization_id uuid,
            terms jsonb NOT NULL,
            night jsonb NOT NULL,
            outcome jsonb NOT NULL,
            due_minor bigint NOT NULL,
            reckoned_at timestamptz NOT NULL,
            venue_agreed_at timestamptz,
            venue_agreed_by text NOT NULL,
            promoter_agreed_at timestamptz,
            promoter_agreed_by text NOT NULL,
            paid_at timestamptz,
            payment_reference text NOT NULL,
            sheet_hash text NOT NULL,
            sheet bytea,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT settlements_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT settlements_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id),
            CONSTRAINT settlements_organization_id_deal_id_fkey FOREIGN KEY (organization_id, deal_id) REFERENCES deals (organization_id, id),
            CONSTRAINT settlements_organization_id_adjusts_id_fkey FOREIGN KEY (organization_id, adjusts_id) REFERENCES settlements (organization_id, id),
            CONSTRAINT settlements_status_check CHECK (status IN ('draft', 'agreed', 'paid')),
            CONSTRAINT settlements_number_check CHECK (number > 0),
            CONSTRAINT settlements_adjusts_check CHECK ((number = 1) = (adjusts_id IS NULL)),
            CONSTRAINT settlements_agreed_check CHECK (status = 'draft' OR (venue_agreed_at IS NOT NULL AND promoter_agreed_at IS NOT NULL AND sheet_hash <> ''))
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX settlements_booking_id_number_idx ON settlements (organization_id, booking_id, number)
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX settlements_one_draft_idx ON settlements (organization_id, booking_id) WHERE status = 'draft'
        """
    )
    secure_tenant_table("settlements", platform_reads=True)
    op.execute(
        """
        CREATE TABLE venue_event_bookings (
            organization_id uuid NOT NULL,
            booking_id uuid NOT NULL,
            venue_event_id uuid NOT NULL,
            CONSTRAINT venue_event_bookings_pkey PRIMARY KEY (organization_id, booking_id),
            CONSTRAINT venue_event_bookings_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id),
            CONSTRAINT venue_event_bookings_organization_id_venue_event_id_fkey FOREIGN KEY (organization_id, venue_event_id) REFERENCES venue_events (organization_id, id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX venue_event_bookings_venue_event_id_idx ON venue_event_bookings (organization_id, venue_event_id)
        """
    )
    secure_tenant_table("venue_event_bookings")
    op.execute(
        """
        CREATE TABLE contract_acts (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            contract_id uuid NOT NULL,
            at timestamptz NOT NULL,
            actor_kind text NOT NULL,
            actor_id uuid,
            act text NOT NULL,
            status text NOT NULL,
            hash text NOT NULL,
            details jsonb NOT NULL,
            CONSTRAINT contract_acts_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT contract_acts_organization_id_contract_id_fkey FOREIGN KEY (organization_id, contract_id) REFERENCES contracts (organization_id, id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX contract_acts_contract_id_at_idx ON contract_acts (organization_id, contract_id, at)
        """
    )
    secure_tenant_table("contract_acts")
    op.execute(
        """
        CREATE TABLE contract_files (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            contract_id uuid NOT NULL,
            kind text NOT NULL,
            name text NOT NULL,
            media_type text NOT NULL,
            hash text NOT NULL,
            content bytea NOT NULL,
            size_bytes bigint NOT NULL,
            added_at timestamptz NOT NULL,
            CONSTRAINT contract_files_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT contract_files_organization_id_contract_id_fkey FOREIGN KEY (organization_id, contract_id) REFERENCES contracts (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT contract_files_organization_id_contract_id_kind_hash_key UNIQUE (organization_id, contract_id, kind, hash),
            CONSTRAINT contract_files_kind_check CHECK (kind IN ('document', 'signed', 'audit_trail', 'attachment')),
            CONSTRAINT contract_files_hash_check CHECK (hash = encode(sha256(content), 'hex'))
        )
        """
    )
    secure_tenant_table("contract_files")
    op.execute(
        """
        CREATE TABLE contract_signers (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            contract_id uuid NOT NULL,
            position bigint NOT NULL,
            name text NOT NULL,
            email text NOT NULL,
            role text NOT NULL,
            status text NOT NULL,
            link_number bigint NOT NULL,
            invited_at timestamptz,
            viewed_at timestamptz,
            signed_at timestamptz,
            signature_kind text NOT NULL,
            signature text NOT NULL,
            signed_name text NOT NULL,
            consent text NOT NULL,
            address text NOT NULL,
            browser text NOT NULL,
            document_hash text NOT NULL,
            decline_reason text NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT contract_signers_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT contract_signers_organization_id_contract_id_fkey FOREIGN KEY (organization_id, contract_id) REFERENCES contracts (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT contract_signers_organization_id_contract_id_position_key UNIQUE (organization_id, contract_id, position),
            CONSTRAINT contract_signers_status_check CHECK (status IN ('waiting', 'invited', 'viewed', 'signed', 'declined')),
            CONSTRAINT contract_signers_kind_check CHECK (signature_kind IN ('', 'drawn', 'typed', 'provider')),
            CONSTRAINT contract_signers_signed_check CHECK (status <> 'signed' OR (signed_at IS NOT NULL AND signature_kind <> ''))
        )
        """
    )
    secure_tenant_table("contract_signers")
    op.execute(
        """
        CREATE TABLE settlement_comments (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            settlement_id uuid NOT NULL,
            at timestamptz NOT NULL,
            party text NOT NULL,
            name text NOT NULL,
            line text NOT NULL,
            text text NOT NULL,
            CONSTRAINT settlement_comments_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT settlement_comments_organization_id_settlement_id_fkey FOREIGN KEY (organization_id, settlement_id) REFERENCES settlements (organization_id, id),
            CONSTRAINT settlement_comments_party_check CHECK (party IN ('venue', 'promoter'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX settlement_comments_settlement_id_idx ON settlement_comments (organization_id, settlement_id)
        """
    )
    secure_tenant_table("settlement_comments")
    op.execute(
        """
        CREATE TABLE settlement_expenses (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            settlement_id uuid NOT NULL,
            label text NOT NULL,
            amount_minor bigint NOT NULL,
            paid_by text NOT NULL,
            borne_by text NOT NULL,
            receipt_name text NOT NULL,
            receipt_type text NOT NULL,
            receipt_hash text NOT NULL,
            receipt bytea,
            CONSTRAINT settlement_expenses_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT settlement_expenses_organization_id_settlement_id_fkey FOREIGN KEY (organization_id, settlement_id) REFERENCES settlements (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT settlement_expenses_paid_by_check CHECK (paid_by IN ('venue', 'promoter')),
            CONSTRAINT settlement_expenses_borne_by_check CHECK (borne_by IN ('venue', 'promoter', 'show')),
            CONSTRAINT settlement_expenses_amount_check CHECK (amount_minor > 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX settlement_expenses_settlement_id_idx ON settlement_expenses (organization_id, settlement_id)
        """
    )
    secure_tenant_table("settlement_expenses")
    op.execute(
        """
        CREATE TABLE signature_messages (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            provider text NOT NULL,
            message_id text NOT NULL,
            contract_id uuid NOT NULL,
            kind text NOT NULL,
            received_at timestamptz NOT NULL,
            CONSTRAINT signature_messages_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT signature_messages_organization_id_contract_id_fkey FOREIGN KEY (organization_id, contract_id) REFERENCES contracts (organization_id, id),
            CONSTRAINT signature_messages_organization_id_provider_message_id_key UNIQUE (organization_id, provider, message_id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX signature_messages_contract_id_idx ON signature_messages (organization_id, contract_id)
        """
    )
    secure_tenant_table("signature_messages")
    op.execute(
        """
        CREATE TRIGGER deal_versions_terms_fixed BEFORE UPDATE ON deal_versions FOR EACH ROW
        WHEN (OLD.status <> 'draft' AND NEW.terms IS DISTINCT FROM OLD.terms)
        EXECUTE FUNCTION refuse_change()
        """
    )
    op.execute(
        """
        CREATE TRIGGER contract_template_versions_fixed BEFORE UPDATE ON contract_template_versions FOR EACH ROW
        WHEN (OLD.status <> 'draft' AND (NEW.title, NEW.body) IS DISTINCT FROM (OLD.title, OLD.body))
        EXECUTE FUNCTION refuse_change()
        """
    )
    op.execute(
        """
        CREATE TRIGGER contracts_document_fixed BEFORE UPDATE ON contracts FOR EACH ROW
        WHEN ((OLD.document_hash <> '' AND OLD.status <> 'send_failed' AND NEW.document_hash <> OLD.document_hash)
            OR (OLD.signed_hash <> '' AND NEW.signed_hash <> OLD.signed_hash))
        EXECUTE FUNCTION refuse_change()
        """
    )
    op.execute(
        """
        CREATE TRIGGER contract_files_fixed BEFORE UPDATE ON contract_files
        FOR EACH ROW EXECUTE FUNCTION refuse_change()
        """
    )
    op.execute(
        """
        CREATE TRIGGER contract_signers_signed_fixed BEFORE UPDATE ON contract_signers FOR EACH ROW
        WHEN (OLD.status = 'signed') EXECUTE FUNCTION refuse_change()
        """
    )
    make_append_only("contract_acts")
    cross_tenant_function(
        "agreement_home(agreement_id text)",
        returns="uuid",
        body="""
        SELECT c.organization_id FROM contracts c
        WHERE c.provider_agreement_id = agreement_id
        ORDER BY c.organization_id LIMIT 1
        """,
    )
    make_append_only("deposit_payments")
    make_append_only("invoices")
    op.execute(
        """
        CREATE TRIGGER deposits_amount_fixed BEFORE UPDATE ON deposits FOR EACH ROW
        WHEN (OLD.status <> 'expected'
            AND (NEW.amount_minor, NEW.currency) IS DISTINCT FROM (OLD.amount_minor, OLD.currency))
        EXECUTE FUNCTION refuse_change()
        """
    )
    op.execute(
        """
        CREATE TRIGGER venue_events_reference_fixed BEFORE UPDATE ON venue_events FOR EACH ROW
        WHEN (OLD.promoter_event_id IS NOT NULL AND NEW.promoter_event_id IS DISTINCT FROM OLD.promoter_event_id)
        EXECUTE FUNCTION refuse_change()
        """
    )
    cross_tenant_function(
        "promoter_event(event_id uuid)",
        returns="TABLE (id uuid, organization_id uuid, name text)",
        body="""
        SELECT e.id, e.organization_id, e.name FROM events e
        WHERE e.id = event_id AND e.status <> 'draft'
        """,
    )
    op.execute(
        """
        CREATE TRIGGER settlements_agreed_fixed BEFORE UPDATE ON settlements FOR EACH ROW
        WHEN (OLD.status <> 'draft' AND (NEW.terms, NEW.night, NEW.outcome, NEW.due_minor, NEW.sheet_hash, NEW.venue_agreed_at, NEW.promoter_agreed_at)
            IS DISTINCT FROM (OLD.terms, OLD.night, OLD.outcome, OLD.due_minor, OLD.sheet_hash, OLD.venue_agreed_at, OLD.promoter_agreed_at))
        EXECUTE FUNCTION refuse_change()
        """
    )
    make_append_only("settlement_comments")
    cross_tenant_function(
        "settlement_homes()",
        returns="TABLE (organization_id uuid, settlement_id uuid)",
        body="""
        SELECT s.organization_id, s.id FROM settlements s
        WHERE s.promoter_organization_id = (SELECT current_setting('houseful.tenant')::uuid)
        """,
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION agreement_home")
    op.execute("DROP FUNCTION promoter_event")
    op.execute("DROP FUNCTION settlement_homes")
    op.execute("DROP TABLE signature_messages")
    op.execute("DROP TABLE settlement_expenses")
    op.execute("DROP TABLE settlement_comments")
    op.execute("DROP TABLE contract_signers")
    op.execute("DROP TABLE contract_files")
    op.execute("DROP TABLE contract_acts")
    op.execute("DROP TABLE venue_event_bookings")
    op.execute("DROP TABLE settlements")
    op.execute("DROP TABLE invoices")
    op.execute("DROP TABLE deposit_payments")
    op.execute("DROP TABLE deal_versions")
    op.execute("DROP TABLE contracts")
    op.execute("DROP TABLE venue_events")
    op.execute("DROP TABLE deposits")
    op.execute("DROP TABLE deals")
    op.execute("DROP TABLE contract_template_versions")
    op.execute("DROP TABLE invoice_counters")
    op.execute("DROP TABLE contract_templates")
