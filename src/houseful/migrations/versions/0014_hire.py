"""The tables of hire: spaces promised to others, ranked holds on them, and what they cost."""

from alembic import op

from houseful.kernel.migrating import (
    cross_tenant_function,
    make_append_only,
    secure_tenant_table,
)

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Create them."""
    op.execute("CREATE SEQUENCE booking_priorities AS bigint")
    op.execute("GRANT USAGE ON SEQUENCE booking_priorities TO houseful_app")
    op.execute(
        """
        CREATE INDEX claims_soft_idx ON claims USING gist (organization_id, cell_id, during) WHERE NOT firm
        """
    )
    op.execute(
        """
        CREATE TABLE booking_series (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            venue_id uuid NOT NULL,
            title text NOT NULL,
            rule text NOT NULL,
            starts_on date NOT NULL,
            timezone text NOT NULL,
            template jsonb NOT NULL,
            skipped jsonb NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT booking_series_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT booking_series_organization_id_venue_id_fkey FOREIGN KEY (organization_id, venue_id) REFERENCES venues (organization_id, id),
            CONSTRAINT booking_series_title_check CHECK (title <> ''),
            CONSTRAINT booking_series_rule_check CHECK (rule <> '')
        )
        """
    )
    secure_tenant_table("booking_series")
    op.execute(
        """
        CREATE TABLE bookings (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            venue_id uuid NOT NULL,
            title text NOT NULL,
            purpose text NOT NULL,
            notes text NOT NULL,
            status text NOT NULL,
            status_reason text NOT NULL,
            timezone text NOT NULL,
            currency text NOT NULL,
            company_id uuid,
            person_id uuid,
            business_unit_id uuid,
            contact_name text NOT NULL,
            contact_email text NOT NULL,
            contact_phone text NOT NULL,
            event_id uuid,
            promoter_event_id text,
            series_id uuid,
            occurs_on date,
            hold_expires_at timestamptz,
            expiry_warned_at timestamptz,
            conflict_at timestamptz,
            confirmed_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT bookings_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT bookings_organization_id_venue_id_fkey FOREIGN KEY (organization_id, venue_id) REFERENCES venues (organization_id, id),
            CONSTRAINT bookings_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id),
            CONSTRAINT bookings_organization_id_business_unit_id_fkey FOREIGN KEY (organization_id, business_unit_id) REFERENCES business_units (organization_id, id),
            CONSTRAINT bookings_organization_id_series_id_fkey FOREIGN KEY (organization_id, series_id) REFERENCES booking_series (organization_id, id),
            CONSTRAINT bookings_title_check CHECK (title <> ''),
            CONSTRAINT bookings_status_check CHECK (status IN ('inquiry', 'hold', 'offered', 'contracted', 'confirmed', 'completed', 'closed', 'declined', 'released', 'lost', 'cancelled')),
            CONSTRAINT bookings_occurrence_check CHECK ((series_id IS NULL) = (occurs_on IS NULL)),
            CONSTRAINT bookings_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies (id),
            CONSTRAINT bookings_person_id_fkey FOREIGN KEY (person_id) REFERENCES people (id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX bookings_company_id_idx ON bookings (organization_id, company_id)
        """
    )
    op.execute(
        """
        CREATE INDEX bookings_event_id_idx ON bookings (organization_id, event_id)
        """
    )
    op.execute(
        """
        CREATE INDEX bookings_hold_expires_at_idx ON bookings (hold_expires_at) WHERE status = 'hold'
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX bookings_one_on_a_date_idx ON bookings (organization_id, series_id, occurs_on) WHERE status NOT IN ('declined', 'released', 'lost', 'cancelled')
        """
    )
    op.execute(
        """
        CREATE INDEX bookings_person_id_idx ON bookings (organization_id, person_id)
        """
    )
    op.execute(
        """
        CREATE INDEX bookings_status_idx ON bookings (organization_id, status)
        """
    )
    op.execute(
        """
        CREATE INDEX bookings_venue_id_idx ON bookings (organization_id, venue_id)
        """
    )
    secure_tenant_table("bookings", platform_reads=True)
    op.execute(
        """
        CREATE TABLE booking_acts (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            at timestamptz NOT NULL,
            actor_kind text NOT NULL,
            actor_id uuid,
            act text NOT NULL,
            status text NOT NULL,
            reason text NOT NULL,
            details jsonb NOT NULL,
            CONSTRAINT booking_acts_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT booking_acts_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX booking_acts_booking_id_at_idx ON booking_acts (organization_id, booking_id, at)
        """
    )
    secure_tenant_table("booking_acts")
    make_append_only("booking_acts")
    op.execute(
        """
        CREATE TABLE booking_spaces (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            space_id uuid NOT NULL,
            position bigint NOT NULL,
            starts_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            starts_wall timestamp NOT NULL,
            ends_wall timestamp NOT NULL,
            setup_style text NOT NULL,
            attendance bigint,
            setup_minutes bigint NOT NULL,
            teardown_minutes bigint NOT NULL,
            gap_minutes bigint NOT NULL,
            buffer_reason text NOT NULL,
            usage jsonb NOT NULL,
            priority bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT booking_spaces_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT booking_spaces_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT booking_spaces_organization_id_space_id_fkey FOREIGN KEY (organization_id, space_id) REFERENCES spaces (organization_id, id),
            CONSTRAINT booking_spaces_times_check CHECK (starts_at < ends_at),
            CONSTRAINT booking_spaces_buffers_check CHECK (setup_minutes BETWEEN 0 AND 20160 AND teardown_minutes BETWEEN 0 AND 20160 AND gap_minutes BETWEEN 0 AND 20160),
            CONSTRAINT booking_spaces_attendance_check CHECK (attendance >= 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX booking_spaces_booking_id_idx ON booking_spaces (organization_id, booking_id)
        """
    )
    op.execute(
        """
        CREATE INDEX booking_spaces_space_id_starts_at_idx ON booking_spaces (organization_id, space_id, starts_at)
        """
    )
    secure_tenant_table("booking_spaces", platform_reads=True)
    op.execute(
        """
        CREATE TABLE hold_challenges (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            status text NOT NULL,
            note text NOT NULL,
            opened_at timestamptz NOT NULL,
            deadline_at timestamptz NOT NULL,
            on_expiry text NOT NULL,
            escalated_at timestamptz,
            ended_at timestamptz,
            confirm_by timestamptz,
            outcome text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT hold_challenges_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT hold_challenges_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id),
            CONSTRAINT hold_challenges_status_check CHECK (status IN ('open', 'confirmed_by_holder', 'released', 'expired', 'withdrawn', 'void')),
            CONSTRAINT hold_challenges_outcome_check CHECK (outcome IN ('', 'confirmed', 'lapsed', 'given_up')),
            CONSTRAINT hold_challenges_on_expiry_check CHECK (on_expiry IN ('auto_release', 'escalate'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX hold_challenges_due_idx ON hold_challenges (deadline_at) WHERE status = 'open' OR (confirm_by IS NOT NULL AND outcome = '')
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX hold_challenges_one_open_idx ON hold_challenges (organization_id, booking_id) WHERE status = 'open'
        """
    )
    secure_tenant_table("hold_challenges", platform_reads=True)
    op.execute(
        """
        CREATE TABLE challenged_holds (
            organization_id uuid NOT NULL,
            challenge_id uuid NOT NULL,
            booking_id uuid NOT NULL,
            is_open boolean NOT NULL,
            answer text NOT NULL,
            answered_at timestamptz,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT challenged_holds_pkey PRIMARY KEY (organization_id, challenge_id, booking_id),
            CONSTRAINT challenged_holds_organization_id_challenge_id_fkey FOREIGN KEY (organization_id, challenge_id) REFERENCES hold_challenges (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT challenged_holds_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id),
            CONSTRAINT challenged_holds_answer_check CHECK (answer IN ('pending', 'will_confirm', 'confirmed', 'released'))
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX challenged_holds_one_open_idx ON challenged_holds (organization_id, booking_id) WHERE is_open
        """
    )
    secure_tenant_table("challenged_holds")
    op.execute(
        """
        CREATE TABLE hire_add_ons (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            venue_id uuid NOT NULL,
            name text NOT NULL,
            kind text NOT NULL,
            unit text NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            tax_basis_points bigint NOT NULL,
            stock bigint,
            is_active boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT hire_add_ons_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT hire_add_ons_organization_id_venue_id_fkey FOREIGN KEY (organization_id, venue_id) REFERENCES venues (organization_id, id),
            CONSTRAINT hire_add_ons_organization_id_venue_id_name_key UNIQUE (organization_id, venue_id, name),
            CONSTRAINT hire_add_ons_name_check CHECK (name <> ''),
            CONSTRAINT hire_add_ons_kind_check CHECK (kind IN ('service', 'equipment')),
            CONSTRAINT hire_add_ons_unit_check CHECK (unit IN ('each', 'hour', 'day', 'person')),
            CONSTRAINT hire_add_ons_amount_check CHECK (amount_minor >= 0),
            CONSTRAINT hire_add_ons_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
            CONSTRAINT hire_add_ons_tax_check CHECK (tax_basis_points BETWEEN 0 AND 100000),
            CONSTRAINT hire_add_ons_stock_check CHECK (stock >= 0)
        )
        """
    )
    secure_tenant_table("hire_add_ons")
    op.execute(
        """
        CREATE TABLE rate_cards (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            venue_id uuid NOT NULL,
            name text NOT NULL,
            currency text NOT NULL,
            tax_basis_points bigint NOT NULL,
            valid_from date,
            valid_until date,
            is_active boolean NOT NULL,
            rates jsonb NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT rate_cards_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT rate_cards_organization_id_venue_id_fkey FOREIGN KEY (organization_id, venue_id) REFERENCES venues (organization_id, id),
            CONSTRAINT rate_cards_organization_id_venue_id_name_key UNIQUE (organization_id, venue_id, name),
            CONSTRAINT rate_cards_name_check CHECK (name <> ''),
            CONSTRAINT rate_cards_currency_check CHECK (currency ~ '^[A-Z]{3}$'),
            CONSTRAINT rate_cards_tax_check CHECK (tax_basis_points BETWEEN 0 AND 100000),
            CONSTRAINT rate_cards_valid_check CHECK (valid_from <= valid_until)
        )
        """
    )
    secure_tenant_table("rate_cards")
    op.execute(
        """
        CREATE TABLE booking_charges (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            booking_space_id uuid,
            rate_card_id uuid,
            add_on_id uuid,
            kind text NOT NULL,
            description text NOT NULL,
            quantity bigint NOT NULL,
            unit_minor bigint NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            tax_basis_points bigint NOT NULL,
            trace jsonb NOT NULL,
            is_overridden boolean NOT NULL,
            override_reason text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT booking_charges_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT booking_charges_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES bookings (organization_id, id),
            CONSTRAINT booking_charges_organization_id_booking_space_id_fkey FOREIGN KEY (organization_id, booking_space_id) REFERENCES booking_spaces (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT booking_charges_organization_id_rate_card_id_fkey FOREIGN KEY (organization_id, rate_card_id) REFERENCES rate_cards (organization_id, id),
            CONSTRAINT booking_charges_organization_id_add_on_id_fkey FOREIGN KEY (organization_id, add_on_id) REFERENCES hire_add_ons (organization_id, id),
            CONSTRAINT booking_charges_kind_check CHECK (kind IN ('rent', 'service', 'equipment', 'other')),
            CONSTRAINT booking_charges_description_check CHECK (description <> ''),
            CONSTRAINT booking_charges_quantity_check CHECK (quantity > 0),
            CONSTRAINT booking_charges_tax_check CHECK (tax_basis_points BETWEEN 0 AND 100000),
            CONSTRAINT booking_charges_override_check CHECK (NOT is_overridden OR override_reason <> '')
        )
        """
    )
    op.execute(
        """
        CREATE INDEX booking_charges_booking_id_idx ON booking_charges (organization_id, booking_id)
        """
    )
    secure_tenant_table("booking_charges")
    op.execute(
        """
        CREATE TABLE customers (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            company_id uuid,
            person_id uuid,
            notes text NOT NULL,
            preferred_terms jsonb NOT NULL,
            risk text NOT NULL,
            risk_reason text NOT NULL,
            relationship_notes jsonb NOT NULL,
            local_contacts jsonb NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT customers_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT customers_organization_id_company_id_key UNIQUE (organization_id, company_id),
            CONSTRAINT customers_organization_id_person_id_key UNIQUE (organization_id, person_id),
            CONSTRAINT customers_party_check CHECK ((company_id IS NULL) <> (person_id IS NULL)),
            CONSTRAINT customers_risk_check CHECK (risk IN ('', 'low', 'medium', 'high', 'blocked')),
            CONSTRAINT customers_company_id_fkey FOREIGN KEY (company_id) REFERENCES companies (id),
            CONSTRAINT customers_person_id_fkey FOREIGN KEY (person_id) REFERENCES people (id)
        )
        """
    )
    secure_tenant_table("customers")
    op.execute(
        """
        CREATE TABLE calendar_feeds (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            venue_id uuid NOT NULL,
            space_id uuid,
            name text NOT NULL,
            detail text NOT NULL,
            token_hash bytea NOT NULL,
            revoked_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT calendar_feeds_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT calendar_feeds_organization_id_venue_id_fkey FOREIGN KEY (organization_id, venue_id) REFERENCES venues (organization_id, id),
            CONSTRAINT calendar_feeds_organization_id_space_id_fkey FOREIGN KEY (organization_id, space_id) REFERENCES spaces (organization_id, id),
            CONSTRAINT calendar_feeds_organization_id_token_hash_key UNIQUE (organization_id, token_hash),
            CONSTRAINT calendar_feeds_name_check CHECK (name <> ''),
            CONSTRAINT calendar_feeds_detail_check CHECK (detail IN ('busy', 'titles', 'full'))
        )
        """
    )
    op.execute("CREATE INDEX calendar_feeds_token_idx ON calendar_feeds (token_hash)")
    secure_tenant_table("calendar_feeds", platform_reads=True)
    _name_what_is_due()


def _name_what_is_due() -> None:
    """Let the clock find what falls due in any tenant: holds, challenges, nights that are over."""
    cross_tenant_function(
        "hire_due(at timestamptz)",
        returns="TABLE (organization_id uuid, act text, subject_id uuid)",
        body="""
        SELECT b.organization_id, 'expire', b.id FROM bookings b
        WHERE b.status = 'hold' AND b.hold_expires_at <= at
        UNION ALL
        SELECT b.organization_id, 'warn', b.id FROM bookings b
        WHERE b.status = 'hold' AND b.hold_expires_at <= at + interval '24 hours'
            AND b.hold_expires_at > at AND b.expiry_warned_at IS NULL
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
        """,
    )
    cross_tenant_function(
        "feed_home(hash bytea)",
        returns="uuid",
        body="""
        SELECT f.organization_id FROM calendar_feeds f
        WHERE f.token_hash = hash AND f.revoked_at IS NULL
        """,
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION hire_due")
    op.execute("DROP FUNCTION feed_home")
    op.execute("DROP TABLE calendar_feeds")
    op.execute("DROP TABLE customers")
    op.execute("DROP TABLE booking_charges")
    op.execute("DROP TABLE rate_cards")
    op.execute("DROP TABLE hire_add_ons")
    op.execute("DROP TABLE challenged_holds")
    op.execute("DROP TABLE hold_challenges")
    op.execute("DROP TABLE booking_spaces")
    op.execute("DROP TABLE booking_acts")
    op.execute("DROP TABLE bookings")
    op.execute("DROP TABLE booking_series")
    op.execute("DROP INDEX claims_soft_idx")
    op.execute("DROP SEQUENCE booking_priorities")
