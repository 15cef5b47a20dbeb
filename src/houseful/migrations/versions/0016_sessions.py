"""The tables of sessions: activities, series, bookings, passes, wallets."""

from alembic import op

from houseful.kernel.migrating import cross_tenant_function, secure_tenant_table

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE activities (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            name text NOT NULL,
            description text NOT NULL,
            picture_url text NOT NULL,
            level text NOT NULL,
            color text NOT NULL,
            duration_minutes bigint NOT NULL,
            setup_minutes bigint NOT NULL,
            teardown_minutes bigint NOT NULL,
            capacity bigint NOT NULL,
            price bigint NOT NULL,
            drop_in_price bigint,
            currency text NOT NULL,
            tax_basis_points bigint NOT NULL,
            booking_opens_hours bigint,
            booking_closes_minutes bigint NOT NULL,
            cancellation_window_hours bigint,
            late_fee bigint,
            no_show_fee bigint,
            is_refundable boolean NOT NULL,
            allowed_payment_methods jsonb NOT NULL,
            bonus_share_percent bigint NOT NULL,
            is_active boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT activities_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT activities_organization_id_name_key UNIQUE (organization_id, name),
            CONSTRAINT activities_name_check CHECK (name <> ''),
            CONSTRAINT activities_duration_check CHECK (duration_minutes BETWEEN 5 AND 1440),
            CONSTRAINT activities_capacity_check CHECK (capacity BETWEEN 1 AND 10000),
            CONSTRAINT activities_prices_check CHECK (price >= 0 AND drop_in_price >= 0 AND late_fee >= 0 AND no_show_fee >= 0),
            CONSTRAINT activities_tax_check CHECK (tax_basis_points BETWEEN 0 AND 10000),
            CONSTRAINT activities_bonus_share_check CHECK (bonus_share_percent BETWEEN 0 AND 100)
        )
        """
    )
    secure_tenant_table("activities")
    op.execute(
        """
        CREATE TABLE bonus_tiers (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            currency text NOT NULL,
            from_minor bigint NOT NULL,
            bonus_minor bigint NOT NULL,
            valid_days bigint,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT bonus_tiers_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT bonus_tiers_organization_id_currency_from_minor_key UNIQUE (organization_id, currency, from_minor),
            CONSTRAINT bonus_tiers_amounts_check CHECK (from_minor > 0 AND bonus_minor > 0),
            CONSTRAINT bonus_tiers_valid_check CHECK (valid_days > 0)
        )
        """
    )
    secure_tenant_table("bonus_tiers")
    op.execute(
        """
        CREATE TABLE instructors (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            name text NOT NULL,
            about text NOT NULL,
            is_active boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT instructors_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT instructors_name_check CHECK (name <> '')
        )
        """
    )
    secure_tenant_table("instructors")
    op.execute(
        """
        CREATE TABLE passes (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            description text NOT NULL,
            is_on_sale boolean NOT NULL,
            name text NOT NULL,
            price bigint NOT NULL,
            currency text NOT NULL,
            tax_basis_points bigint NOT NULL,
            sessions_limit bigint,
            validity_days bigint,
            activity_ids jsonb NOT NULL,
            weekdays jsonb NOT NULL,
            from_time text NOT NULL,
            until_time text NOT NULL,
            daily_cap bigint,
            weekly_cap bigint,
            freeze_days_max bigint NOT NULL,
            is_shared boolean NOT NULL,
            cancel_refund_policy text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT passes_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT passes_organization_id_name_key UNIQUE (organization_id, name),
            CONSTRAINT passes_name_check CHECK (name <> ''),
            CONSTRAINT passes_price_check CHECK (price >= 0),
            CONSTRAINT passes_tax_check CHECK (tax_basis_points BETWEEN 0 AND 10000),
            CONSTRAINT passes_limit_check CHECK (sessions_limit > 0),
            CONSTRAINT passes_validity_check CHECK (validity_days > 0),
            CONSTRAINT passes_caps_check CHECK (daily_cap > 0 AND weekly_cap > 0),
            CONSTRAINT passes_refund_policy_check CHECK (cancel_refund_policy IN ('none', 'full', 'proportional'))
        )
        """
    )
    secure_tenant_table("passes")
    op.execute(
        """
        CREATE TABLE session_resources (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            name text NOT NULL,
            is_active boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT session_resources_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT session_resources_organization_id_name_key UNIQUE (organization_id, name),
            CONSTRAINT session_resources_name_check CHECK (name <> '')
        )
        """
    )
    secure_tenant_table("session_resources")
    op.execute(
        """
        CREATE TABLE session_settings (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            takes_guests boolean NOT NULL,
            debtors_may_book boolean NOT NULL,
            debt_limit_minor bigint NOT NULL,
            debt_age_days bigint NOT NULL,
            hold_minutes bigint NOT NULL,
            offer_minutes bigint NOT NULL,
            quiet_from bigint NOT NULL,
            quiet_until bigint NOT NULL,
            refund_second_above bigint NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT session_settings_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT session_settings_hold_check CHECK (hold_minutes BETWEEN 1 AND 1440),
            CONSTRAINT session_settings_offer_check CHECK (offer_minutes BETWEEN 5 AND 10080),
            CONSTRAINT session_settings_quiet_check CHECK (quiet_from BETWEEN 0 AND 24 AND quiet_until BETWEEN 0 AND 24),
            CONSTRAINT session_settings_one_check CHECK (id = organization_id)
        )
        """
    )
    secure_tenant_table("session_settings")
    op.execute(
        """
        CREATE TABLE company_customers (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            user_id uuid,
            guardian_id uuid,
            name text NOT NULL,
            email text NOT NULL,
            phone text NOT NULL,
            may_owe boolean NOT NULL,
            note text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT company_customers_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT company_customers_organization_id_guardian_id_fkey FOREIGN KEY (organization_id, guardian_id) REFERENCES company_customers (organization_id, id),
            CONSTRAINT company_customers_name_check CHECK (name <> ''),
            CONSTRAINT company_customers_guardian_check CHECK (guardian_id <> id),
            CONSTRAINT company_customers_family_check CHECK (guardian_id IS NULL OR user_id IS NULL),
            CONSTRAINT company_customers_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX company_customers_guardian_idx ON company_customers (organization_id, guardian_id)
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX company_customers_user_idx ON company_customers (organization_id, user_id) WHERE user_id IS NOT NULL
        """
    )
    secure_tenant_table("company_customers", platform_reads=True)
    op.execute(
        """
        CREATE TABLE session_extras (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            activity_id uuid,
            name text NOT NULL,
            price bigint NOT NULL,
            currency text NOT NULL,
            tax_basis_points bigint NOT NULL,
            stock bigint,
            taken bigint NOT NULL,
            is_active boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT session_extras_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT session_extras_organization_id_activity_id_fkey FOREIGN KEY (organization_id, activity_id) REFERENCES activities (organization_id, id),
            CONSTRAINT session_extras_name_check CHECK (name <> ''),
            CONSTRAINT session_extras_price_check CHECK (price >= 0),
            CONSTRAINT session_extras_tax_check CHECK (tax_basis_points BETWEEN 0 AND 10000),
            CONSTRAINT session_extras_stock_check CHECK (taken >= 0 AND taken <= stock)
        )
        """
    )
    secure_tenant_table("session_extras")
    op.execute(
        """
        CREATE TABLE customer_passes (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            customer_id uuid NOT NULL,
            pass_id uuid NOT NULL,
            status text NOT NULL,
            sessions_used bigint NOT NULL,
            deferred_minor bigint NOT NULL,
            starts_at timestamptz,
            expires_at timestamptz,
            frozen_from timestamptz,
            frozen_days_used bigint NOT NULL,
            return_path text NOT NULL,
            name text NOT NULL,
            price bigint NOT NULL,
            currency text NOT NULL,
            tax_basis_points bigint NOT NULL,
            sessions_limit bigint,
            validity_days bigint,
            activity_ids jsonb NOT NULL,
            weekdays jsonb NOT NULL,
            from_time text NOT NULL,
            until_time text NOT NULL,
            daily_cap bigint,
            weekly_cap bigint,
            freeze_days_max bigint NOT NULL,
            is_shared boolean NOT NULL,
            cancel_refund_policy text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT customer_passes_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT customer_passes_organization_id_customer_id_fkey FOREIGN KEY (organization_id, customer_id) REFERENCES company_customers (organization_id, id),
            CONSTRAINT customer_passes_organization_id_pass_id_fkey FOREIGN KEY (organization_id, pass_id) REFERENCES passes (organization_id, id),
            CONSTRAINT customer_passes_name_check CHECK (name <> ''),
            CONSTRAINT customer_passes_price_check CHECK (price >= 0),
            CONSTRAINT customer_passes_tax_check CHECK (tax_basis_points BETWEEN 0 AND 10000),
            CONSTRAINT customer_passes_limit_check CHECK (sessions_limit > 0),
            CONSTRAINT customer_passes_validity_check CHECK (validity_days > 0),
            CONSTRAINT customer_passes_caps_check CHECK (daily_cap > 0 AND weekly_cap > 0),
            CONSTRAINT customer_passes_refund_policy_check CHECK (cancel_refund_policy IN ('none', 'full', 'proportional')),
            CONSTRAINT customer_passes_status_check CHECK (status IN ('awaiting_payment', 'pending', 'active', 'paused', 'expired', 'cancelled')),
            CONSTRAINT customer_passes_used_check CHECK (sessions_used >= 0 AND (sessions_limit IS NULL OR sessions_used <= sessions_limit)),
            CONSTRAINT customer_passes_deferred_check CHECK (deferred_minor >= 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX customer_passes_customer_idx ON customer_passes (organization_id, customer_id)
        """
    )
    secure_tenant_table("customer_passes")
    op.execute(
        """
        CREATE TABLE wallets (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            customer_id uuid NOT NULL,
            currency text NOT NULL,
            cash_minor bigint NOT NULL,
            bonus_minor bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT wallets_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT wallets_organization_id_customer_id_fkey FOREIGN KEY (organization_id, customer_id) REFERENCES company_customers (organization_id, id),
            CONSTRAINT wallets_organization_id_customer_id_currency_key UNIQUE (organization_id, customer_id, currency),
            CONSTRAINT wallets_cash_check CHECK (cash_minor >= 0),
            CONSTRAINT wallets_bonus_check CHECK (bonus_minor >= 0)
        )
        """
    )
    secure_tenant_table("wallets")
    op.execute(
        """
        CREATE TABLE bonus_lots (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            wallet_id uuid NOT NULL,
            given_minor bigint NOT NULL,
            left_minor bigint NOT NULL,
            expires_at timestamptz,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT bonus_lots_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT bonus_lots_organization_id_wallet_id_fkey FOREIGN KEY (organization_id, wallet_id) REFERENCES wallets (organization_id, id),
            CONSTRAINT bonus_lots_left_check CHECK (left_minor >= 0 AND left_minor <= given_minor)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX bonus_lots_wallet_idx ON bonus_lots (organization_id, wallet_id)
        """
    )
    secure_tenant_table("bonus_lots")
    op.execute(
        """
        CREATE TABLE wallet_movements (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            wallet_id uuid NOT NULL,
            kind text NOT NULL,
            source_key text NOT NULL,
            cash_minor bigint NOT NULL,
            bonus_minor bigint NOT NULL,
            cash_after bigint NOT NULL,
            bonus_after bigint NOT NULL,
            reason text NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT wallet_movements_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT wallet_movements_organization_id_wallet_id_fkey FOREIGN KEY (organization_id, wallet_id) REFERENCES wallets (organization_id, id),
            CONSTRAINT wallet_movements_kind_check CHECK (kind IN ('top_up', 'debit', 'refund', 'manual_credit', 'manual_debit', 'bonus_expired', 'paid_out')),
            CONSTRAINT wallet_movements_organization_id_source_key_key UNIQUE (organization_id, source_key)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX wallet_movements_wallet_idx ON wallet_movements (organization_id, wallet_id, id)
        """
    )
    secure_tenant_table("wallet_movements")
    op.execute(
        """
        CREATE TABLE wallet_top_ups (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            wallet_id uuid NOT NULL,
            amount_minor bigint NOT NULL,
            bonus_minor bigint NOT NULL,
            bonus_days bigint,
            currency text NOT NULL,
            status text NOT NULL,
            return_path text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT wallet_top_ups_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT wallet_top_ups_organization_id_wallet_id_fkey FOREIGN KEY (organization_id, wallet_id) REFERENCES wallets (organization_id, id),
            CONSTRAINT wallet_top_ups_status_check CHECK (status IN ('awaiting_payment', 'paid')),
            CONSTRAINT wallet_top_ups_amounts_check CHECK (amount_minor > 0 AND bonus_minor >= 0)
        )
        """
    )
    secure_tenant_table("wallet_top_ups")
    op.execute(
        """
        CREATE TABLE session_series (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            activity_id uuid NOT NULL,
            space_id uuid NOT NULL,
            instructor_id uuid,
            resource_ids jsonb NOT NULL,
            starts_local TIMESTAMP WITHOUT TIME ZONE NOT NULL,
            timezone text NOT NULL,
            duration_minutes bigint NOT NULL,
            rrule text NOT NULL,
            exdates jsonb NOT NULL,
            rdates jsonb NOT NULL,
            capacity bigint NOT NULL,
            price bigint NOT NULL,
            drop_in_price bigint,
            materialised_until timestamptz NOT NULL,
            ended_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT session_series_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT session_series_organization_id_activity_id_fkey FOREIGN KEY (organization_id, activity_id) REFERENCES activities (organization_id, id),
            CONSTRAINT session_series_organization_id_space_id_fkey FOREIGN KEY (organization_id, space_id) REFERENCES spaces (organization_id, id),
            CONSTRAINT session_series_organization_id_instructor_id_fkey FOREIGN KEY (organization_id, instructor_id) REFERENCES instructors (organization_id, id),
            CONSTRAINT session_series_rrule_check CHECK (rrule <> ''),
            CONSTRAINT session_series_duration_check CHECK (duration_minutes BETWEEN 5 AND 1440)
        )
        """
    )
    secure_tenant_table("session_series")
    op.execute(
        """
        CREATE TABLE sessions (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            activity_id uuid NOT NULL,
            space_id uuid NOT NULL,
            series_id uuid,
            recurrence_local TIMESTAMP WITHOUT TIME ZONE,
            is_modified boolean NOT NULL,
            instructor_id uuid,
            resource_ids jsonb NOT NULL,
            starts_at timestamptz NOT NULL,
            ends_at timestamptz NOT NULL,
            timezone text NOT NULL,
            capacity bigint NOT NULL,
            taken bigint NOT NULL,
            price bigint NOT NULL,
            drop_in_price bigint,
            currency text NOT NULL,
            status text NOT NULL,
            note text NOT NULL,
            ended_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT sessions_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT sessions_organization_id_activity_id_fkey FOREIGN KEY (organization_id, activity_id) REFERENCES activities (organization_id, id),
            CONSTRAINT sessions_organization_id_space_id_fkey FOREIGN KEY (organization_id, space_id) REFERENCES spaces (organization_id, id),
            CONSTRAINT sessions_organization_id_series_id_fkey FOREIGN KEY (organization_id, series_id) REFERENCES session_series (organization_id, id),
            CONSTRAINT sessions_organization_id_instructor_id_fkey FOREIGN KEY (organization_id, instructor_id) REFERENCES instructors (organization_id, id),
            CONSTRAINT sessions_organization_id_series_id_recurrence_local_key UNIQUE (organization_id, series_id, recurrence_local),
            CONSTRAINT sessions_status_check CHECK (status IN ('open', 'cancelled', 'ended')),
            CONSTRAINT sessions_times_check CHECK (starts_at < ends_at),
            CONSTRAINT sessions_taken_check CHECK (taken >= 0 AND taken <= capacity),
            CONSTRAINT sessions_prices_check CHECK (price >= 0 AND drop_in_price >= 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX sessions_activity_idx ON sessions (organization_id, activity_id, starts_at)
        """
    )
    op.execute(
        """
        CREATE INDEX sessions_starts_at_idx ON sessions (organization_id, starts_at)
        """
    )
    secure_tenant_table("sessions")
    op.execute(
        """
        CREATE TABLE slot_attendees (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            series_id uuid NOT NULL,
            customer_id uuid NOT NULL,
            attendee_id uuid NOT NULL,
            status text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT slot_attendees_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT slot_attendees_organization_id_series_id_fkey FOREIGN KEY (organization_id, series_id) REFERENCES session_series (organization_id, id),
            CONSTRAINT slot_attendees_organization_id_customer_id_fkey FOREIGN KEY (organization_id, customer_id) REFERENCES company_customers (organization_id, id),
            CONSTRAINT slot_attendees_organization_id_attendee_id_fkey FOREIGN KEY (organization_id, attendee_id) REFERENCES company_customers (organization_id, id),
            CONSTRAINT slot_attendees_organization_id_series_id_attendee_id_key UNIQUE (organization_id, series_id, attendee_id),
            CONSTRAINT slot_attendees_status_check CHECK (status IN ('active', 'paused', 'cancelled'))
        )
        """
    )
    secure_tenant_table("slot_attendees")
    op.execute(
        """
        CREATE TABLE session_bookings (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            session_id uuid NOT NULL,
            customer_id uuid NOT NULL,
            attendee_id uuid NOT NULL,
            source text NOT NULL,
            place text NOT NULL,
            attendance text NOT NULL,
            money text NOT NULL,
            price bigint NOT NULL,
            total bigint NOT NULL,
            currency text NOT NULL,
            tax_basis_points bigint NOT NULL,
            policy jsonb NOT NULL,
            paid_minor bigint NOT NULL,
            due_minor bigint NOT NULL,
            fee_minor bigint NOT NULL,
            refunded_minor bigint NOT NULL,
            earned_minor bigint NOT NULL,
            wallet_debited boolean NOT NULL,
            bonus_debited boolean NOT NULL,
            customer_entitlement_id uuid,
            explanation jsonb NOT NULL,
            contact_name text NOT NULL,
            contact_email text NOT NULL,
            held_until timestamptz,
            reminder_sent_at timestamptz,
            billed_at timestamptz,
            dunned_at timestamptz,
            dunned_times bigint NOT NULL,
            checked_in_at timestamptz,
            verifier_user_id uuid,
            verifier_scanner_credential_id uuid,
            cancelled_at timestamptz,
            reason text NOT NULL,
            return_path text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT session_bookings_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT session_bookings_organization_id_session_id_fkey FOREIGN KEY (organization_id, session_id) REFERENCES sessions (organization_id, id),
            CONSTRAINT session_bookings_organization_id_customer_id_fkey FOREIGN KEY (organization_id, customer_id) REFERENCES company_customers (organization_id, id),
            CONSTRAINT session_bookings_organization_id_attendee_id_fkey FOREIGN KEY (organization_id, attendee_id) REFERENCES company_customers (organization_id, id),
            CONSTRAINT session_bookings_organization_id_customer_entitlement_id_fkey FOREIGN KEY (organization_id, customer_entitlement_id) REFERENCES customer_passes (organization_id, id),
            CONSTRAINT session_bookings_place_check CHECK (place IN ('held', 'confirmed', 'expired', 'cancelled', 'late_cancelled', 'seller_cancelled')),
            CONSTRAINT session_bookings_attendance_check CHECK (attendance IN ('unknown', 'attended', 'no_show')),
            CONSTRAINT session_bookings_money_check CHECK (money IN ('none', 'awaiting', 'paid', 'due', 'waived', 'written_off', 'refund_pending', 'part_refunded', 'refunded')),
            CONSTRAINT session_bookings_source_check CHECK (source IN ('self_booked', 'slot_attendee')),
            CONSTRAINT session_bookings_attended_check CHECK (attendance = 'unknown' OR place = 'confirmed'),
            CONSTRAINT session_bookings_held_check CHECK (place <> 'held' OR held_until IS NOT NULL),
            CONSTRAINT session_bookings_amounts_check CHECK (paid_minor >= 0 AND due_minor >= 0 AND refunded_minor >= 0 AND refunded_minor <= paid_minor)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX session_bookings_customer_idx ON session_bookings (organization_id, customer_id)
        """
    )
    op.execute(
        """
        CREATE INDEX session_bookings_due_idx ON session_bookings (organization_id, customer_id) WHERE money = 'due'
        """
    )
    op.execute(
        """
        CREATE INDEX session_bookings_held_idx ON session_bookings (organization_id, held_until) WHERE place = 'held'
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX session_bookings_one_place_idx ON session_bookings (organization_id, session_id, attendee_id) WHERE place IN ('held', 'confirmed')
        """
    )
    op.execute(
        """
        CREATE INDEX session_bookings_session_idx ON session_bookings (organization_id, session_id)
        """
    )
    secure_tenant_table("session_bookings")
    op.execute(
        """
        CREATE TABLE session_uses (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            session_id uuid NOT NULL,
            used_id uuid NOT NULL,
            kind text NOT NULL,
            during TSTZRANGE NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT session_uses_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT session_uses_organization_id_session_id_fkey FOREIGN KEY (organization_id, session_id) REFERENCES sessions (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT session_uses_kind_check CHECK (kind IN ('instructor', 'resource')),
            CONSTRAINT session_uses_one_at_a_time EXCLUDE USING gist (organization_id WITH =, used_id WITH =, during WITH &&)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX session_uses_session_idx ON session_uses (organization_id, session_id)
        """
    )
    secure_tenant_table("session_uses")
    op.execute(
        """
        CREATE TABLE entitlement_movements (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            customer_pass_id uuid NOT NULL,
            booking_id uuid NOT NULL,
            kind text NOT NULL,
            local_day text NOT NULL,
            value_minor bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT entitlement_movements_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT entitlement_movements_organization_id_customer_pass_id_fkey FOREIGN KEY (organization_id, customer_pass_id) REFERENCES customer_passes (organization_id, id),
            CONSTRAINT entitlement_movements_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES session_bookings (organization_id, id),
            CONSTRAINT entitlement_movements_organization_id_booking_id_kind_key UNIQUE (organization_id, booking_id, kind),
            CONSTRAINT entitlement_movements_kind_check CHECK (kind IN ('consume', 'restore'))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX entitlement_movements_pass_idx ON entitlement_movements (organization_id, customer_pass_id, local_day)
        """
    )
    secure_tenant_table("entitlement_movements")
    op.execute(
        """
        CREATE TABLE session_booking_extras (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            extra_id uuid NOT NULL,
            name text NOT NULL,
            price bigint NOT NULL,
            quantity bigint NOT NULL,
            tax_basis_points bigint NOT NULL,
            price_paid bigint NOT NULL,
            covered_by_entitlement_id uuid,
            CONSTRAINT session_booking_extras_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT session_booking_extras_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES session_bookings (organization_id, id) ON DELETE CASCADE,
            CONSTRAINT session_booking_extras_organization_id_extra_id_fkey FOREIGN KEY (organization_id, extra_id) REFERENCES session_extras (organization_id, id),
            CONSTRAINT session_booking_extras_quantity_check CHECK (quantity BETWEEN 1 AND 100),
            CONSTRAINT session_booking_extras_price_check CHECK (price >= 0 AND price_paid >= 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX session_booking_extras_booking_idx ON session_booking_extras (organization_id, booking_id)
        """
    )
    secure_tenant_table("session_booking_extras")
    op.execute(
        """
        CREATE TABLE session_refund_requests (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            status text NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            reason text NOT NULL,
            target text NOT NULL,
            answer text NOT NULL,
            approved_by uuid,
            card_refund_id uuid,
            log jsonb NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT session_refund_requests_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT session_refund_requests_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES session_bookings (organization_id, id),
            CONSTRAINT session_refund_requests_organization_id_booking_id_key UNIQUE (organization_id, booking_id),
            CONSTRAINT session_refund_requests_status_check CHECK (status IN ('requested', 'approved', 'processing', 'succeeded', 'failed', 'rejected', 'withdrawn')),
            CONSTRAINT session_refund_requests_target_check CHECK (target IN ('origin', 'wallet')),
            CONSTRAINT session_refund_requests_amount_check CHECK (amount_minor > 0)
        )
        """
    )
    secure_tenant_table("session_refund_requests")
    op.execute(
        """
        CREATE TABLE session_tenders (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            booking_id uuid NOT NULL,
            kind text NOT NULL,
            source_id uuid NOT NULL,
            amount_minor bigint NOT NULL,
            returned_minor bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT session_tenders_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT session_tenders_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES session_bookings (organization_id, id),
            CONSTRAINT session_tenders_kind_check CHECK (kind IN ('pass', 'bonus', 'wallet', 'card')),
            CONSTRAINT session_tenders_amounts_check CHECK (amount_minor >= 0 AND returned_minor >= 0 AND returned_minor <= amount_minor)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX session_tenders_booking_idx ON session_tenders (organization_id, booking_id)
        """
    )
    secure_tenant_table("session_tenders")
    op.execute(
        """
        CREATE TABLE waiting_entries (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            session_id uuid NOT NULL,
            customer_id uuid NOT NULL,
            attendee_id uuid NOT NULL,
            priority bigint NOT NULL,
            sequence bigint GENERATED ALWAYS AS IDENTITY,
            status text NOT NULL,
            books_itself boolean NOT NULL,
            booking_id uuid,
            offered_until timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT waiting_entries_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT waiting_entries_organization_id_session_id_fkey FOREIGN KEY (organization_id, session_id) REFERENCES sessions (organization_id, id),
            CONSTRAINT waiting_entries_organization_id_customer_id_fkey FOREIGN KEY (organization_id, customer_id) REFERENCES company_customers (organization_id, id),
            CONSTRAINT waiting_entries_organization_id_attendee_id_fkey FOREIGN KEY (organization_id, attendee_id) REFERENCES company_customers (organization_id, id),
            CONSTRAINT waiting_entries_organization_id_booking_id_fkey FOREIGN KEY (organization_id, booking_id) REFERENCES session_bookings (organization_id, id),
            CONSTRAINT waiting_entries_status_check CHECK (status IN ('waiting', 'offered', 'accepted', 'lapsed', 'declined', 'left', 'closed')),
            CONSTRAINT waiting_entries_offered_check CHECK (status <> 'offered' OR booking_id IS NOT NULL)
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX waiting_entries_one_idx ON waiting_entries (organization_id, session_id, attendee_id) WHERE status IN ('waiting', 'offered')
        """
    )
    op.execute(
        """
        CREATE INDEX waiting_entries_order_idx ON waiting_entries (organization_id, session_id, priority, sequence)
        """
    )
    secure_tenant_table("waiting_entries")
    cross_tenant_function(
        "houses_of_customer(wanted uuid)",
        returns="SETOF uuid",
        body="SELECT organization_id FROM company_customers WHERE user_id = wanted",
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION houses_of_customer")
    op.execute("DROP TABLE waiting_entries")
    op.execute("DROP TABLE session_tenders")
    op.execute("DROP TABLE session_refund_requests")
    op.execute("DROP TABLE session_booking_extras")
    op.execute("DROP TABLE entitlement_movements")
    op.execute("DROP TABLE session_uses")
    op.execute("DROP TABLE session_bookings")
    op.execute("DROP TABLE slot_attendees")
    op.execute("DROP TABLE sessions")
    op.execute("DROP TABLE session_series")
    op.execute("DROP TABLE wallet_top_ups")
    op.execute("DROP TABLE wallet_movements")
    op.execute("DROP TABLE bonus_lots")
    op.execute("DROP TABLE wallets")
    op.execute("DROP TABLE customer_passes")
    op.execute("DROP TABLE session_extras")
    op.execute("DROP TABLE company_customers")
    op.execute("DROP TABLE session_settings")
    op.execute("DROP TABLE session_resources")
    op.execute("DROP TABLE passes")
    op.execute("DROP TABLE instructors")
    op.execute("DROP TABLE bonus_tiers")
    op.execute("DROP TABLE activities")
