"""The tables of the ticketing room."""

from alembic import op

from houseful.kernel.migrating import APP_ROLE, cross_tenant_function, secure_tenant_table

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE event_sales (
            organization_id uuid NOT NULL,
            event_id uuid NOT NULL,
            layout_id uuid,
            currency text NOT NULL,
            fee_fixed bigint NOT NULL,
            fee_basis_points bigint NOT NULL,
            is_fee_passed_on boolean NOT NULL,
            is_fee_refundable boolean NOT NULL,
            tax_basis_points bigint NOT NULL,
            is_tax_inclusive boolean NOT NULL,
            hold_ttl_seconds bigint NOT NULL,
            hold_cap_seconds bigint NOT NULL,
            max_tickets_per_hold bigint NOT NULL,
            payment_deadline_seconds bigint NOT NULL,
            refuses_orphans boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT event_sales_pkey PRIMARY KEY (organization_id, event_id),
            CONSTRAINT event_sales_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES events (organization_id, id),
            CONSTRAINT event_sales_organization_id_layout_id_fkey FOREIGN KEY (organization_id, layout_id) REFERENCES layouts (organization_id, id),
            CONSTRAINT event_sales_fee_fixed_check CHECK (fee_fixed >= 0),
            CONSTRAINT event_sales_fee_basis_points_check CHECK (fee_basis_points BETWEEN 0 AND 10000),
            CONSTRAINT event_sales_tax_basis_points_check CHECK (tax_basis_points BETWEEN 0 AND 10000),
            CONSTRAINT event_sales_hold_ttl_seconds_check CHECK (hold_ttl_seconds BETWEEN 30 AND 3600),
            CONSTRAINT event_sales_hold_cap_seconds_check CHECK (hold_cap_seconds BETWEEN hold_ttl_seconds AND 14400),
            CONSTRAINT event_sales_max_tickets_per_hold_check CHECK (max_tickets_per_hold BETWEEN 1 AND 100),
            CONSTRAINT event_sales_payment_deadline_seconds_check CHECK (payment_deadline_seconds BETWEEN 60 AND 14400)
        )
        """
    )
    secure_tenant_table("event_sales")
    op.execute(
        """
        CREATE TABLE category_prices (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            event_id uuid NOT NULL,
            category_key text NOT NULL,
            name text NOT NULL,
            color text NOT NULL,
            amount bigint NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT category_prices_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT category_prices_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES event_sales (organization_id, event_id),
            CONSTRAINT category_prices_organization_id_event_id_category_key_key UNIQUE (organization_id, event_id, category_key),
            CONSTRAINT category_prices_amount_check CHECK (amount >= 0)
        )
        """
    )
    secure_tenant_table("category_prices")
    op.execute(
        """
        CREATE TABLE event_keys (
            organization_id uuid NOT NULL,
            event_id uuid NOT NULL,
            key_id text NOT NULL,
            public_bytes bytea NOT NULL,
            sealed_private bytea NOT NULL,
            created_at timestamptz NOT NULL,
            retired_at timestamptz,
            revoked_at timestamptz,
            CONSTRAINT event_keys_pkey PRIMARY KEY (organization_id, event_id, key_id),
            CONSTRAINT event_keys_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES event_sales (organization_id, event_id)
        )
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX event_keys_current_idx ON event_keys (organization_id, event_id) WHERE retired_at IS NULL
        """
    )
    secure_tenant_table("event_keys")
    op.execute(
        """
        CREATE TABLE event_pools (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            event_id uuid NOT NULL,
            standing_area_id uuid,
            name text NOT NULL,
            category_key text NOT NULL,
            capacity bigint NOT NULL,
            sold bigint NOT NULL,
            held bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT event_pools_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT event_pools_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES event_sales (organization_id, event_id),
            CONSTRAINT event_pools_counters_check CHECK (capacity >= 0 AND sold >= 0 AND held >= 0),
            CONSTRAINT event_pools_capacity_check CHECK (sold + held <= capacity)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX event_pools_event_idx ON event_pools (organization_id, event_id)
        """
    )
    secure_tenant_table("event_pools")
    op.execute(
        """
        CREATE TABLE event_seats (
            organization_id uuid NOT NULL,
            event_id uuid NOT NULL,
            seat_number bigint NOT NULL,
            seat_id uuid NOT NULL,
            category_key text NOT NULL,
            section_label text NOT NULL,
            row_label text NOT NULL,
            seat_label text NOT NULL,
            blocked boolean NOT NULL,
            hold_id uuid,
            held_until timestamptz,
            ticket_id uuid,
            hold_version bigint NOT NULL,
            touched bigint DEFAULT (pg_current_xact_id()::text)::bigint NOT NULL,
            CONSTRAINT event_seats_pkey PRIMARY KEY (organization_id, event_id, seat_number),
            CONSTRAINT event_seats_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES event_sales (organization_id, event_id),
            CONSTRAINT event_seats_hold_check CHECK ((hold_id IS NULL) = (held_until IS NULL))
        )
        """
    )
    secure_tenant_table("event_seats")
    op.execute(
        """
        CREATE TABLE holds (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            event_id uuid NOT NULL,
            token_hash bytea NOT NULL,
            status text NOT NULL,
            channel text NOT NULL,
            acquired_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            cap_at timestamptz NOT NULL,
            version bigint NOT NULL,
            seat_numbers bigint[] NOT NULL,
            ticket_type_ids uuid[] NOT NULL,
            order_id uuid,
            CONSTRAINT holds_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT holds_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES event_sales (organization_id, event_id),
            CONSTRAINT holds_status_check CHECK (status IN ('active', 'converted', 'released', 'expired', 'superseded')),
            CONSTRAINT holds_cap_check CHECK (expires_at <= cap_at),
            CONSTRAINT holds_ticket_types_check CHECK (cardinality(seat_numbers) = cardinality(ticket_type_ids))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX holds_active_idx ON holds (organization_id, expires_at) WHERE status = 'active'
        """
    )
    secure_tenant_table("holds")
    op.execute(
        """
        CREATE TABLE orders (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            event_id uuid NOT NULL,
            hold_id uuid NOT NULL,
            number text NOT NULL,
            status text NOT NULL,
            channel text NOT NULL,
            buyer_name text NOT NULL,
            buyer_email text NOT NULL,
            buyer_phone text NOT NULL,
            locale text NOT NULL,
            token_hash bytea NOT NULL,
            currency text NOT NULL,
            net bigint NOT NULL,
            fee bigint NOT NULL,
            charged_fee bigint NOT NULL,
            tax bigint NOT NULL,
            rounding bigint NOT NULL,
            total bigint NOT NULL,
            refunded bigint NOT NULL,
            placed_at timestamptz NOT NULL,
            payable_until timestamptz NOT NULL,
            paid_at timestamptz,
            ended_at timestamptz,
            status_reason text NOT NULL,
            return_path text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT orders_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT orders_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES event_sales (organization_id, event_id),
            CONSTRAINT orders_organization_id_hold_id_fkey FOREIGN KEY (organization_id, hold_id) REFERENCES holds (organization_id, id),
            CONSTRAINT orders_organization_id_number_key UNIQUE (organization_id, number),
            CONSTRAINT orders_organization_id_hold_id_key UNIQUE (organization_id, hold_id),
            CONSTRAINT orders_status_check CHECK (status IN ('awaiting_payment', 'paid', 'partially_refunded', 'refunded', 'expired', 'canceled')),
            CONSTRAINT orders_channel_check CHECK (channel IN ('online', 'box_office')),
            CONSTRAINT orders_total_check CHECK (total = net + fee + tax + rounding AND total >= 0),
            CONSTRAINT orders_refunded_check CHECK (refunded BETWEEN 0 AND total)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX orders_event_idx ON orders (organization_id, event_id, status)
        """
    )
    op.execute(
        """
        CREATE INDEX orders_payable_until_idx ON orders (organization_id, payable_until) WHERE status = 'awaiting_payment'
        """
    )
    secure_tenant_table("orders")
    op.execute(
        """
        CREATE TABLE pool_holds (
            organization_id uuid NOT NULL,
            hold_id uuid NOT NULL,
            pool_id uuid NOT NULL,
            ticket_type_id uuid NOT NULL,
            quantity bigint NOT NULL,
            expires_at timestamptz NOT NULL,
            CONSTRAINT pool_holds_pkey PRIMARY KEY (organization_id, hold_id, pool_id, ticket_type_id),
            CONSTRAINT pool_holds_organization_id_pool_id_fkey FOREIGN KEY (organization_id, pool_id) REFERENCES event_pools (organization_id, id),
            CONSTRAINT pool_holds_quantity_check CHECK (quantity > 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX pool_holds_expires_idx ON pool_holds (organization_id, pool_id, expires_at)
        """
    )
    secure_tenant_table("pool_holds")
    op.execute(
        """
        CREATE TABLE ticket_types (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            event_id uuid NOT NULL,
            name text NOT NULL,
            description text NOT NULL,
            categories text[] NOT NULL,
            pool_id uuid,
            sale_starts_at timestamptz,
            sale_ends_at timestamptz,
            channels text[] NOT NULL,
            min_per_order bigint NOT NULL,
            max_per_order bigint NOT NULL,
            price_kind text NOT NULL,
            price_value bigint,
            display_order bigint NOT NULL,
            is_active boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT ticket_types_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT ticket_types_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES event_sales (organization_id, event_id),
            CONSTRAINT ticket_types_organization_id_pool_id_fkey FOREIGN KEY (organization_id, pool_id) REFERENCES event_pools (organization_id, id),
            CONSTRAINT ticket_types_organization_id_event_id_name_key UNIQUE (organization_id, event_id, name),
            CONSTRAINT ticket_types_name_check CHECK (name <> ''),
            CONSTRAINT ticket_types_inventory_check CHECK ((pool_id IS NULL) <> (cardinality(categories) = 0)),
            CONSTRAINT ticket_types_sale_check CHECK (sale_starts_at < sale_ends_at),
            CONSTRAINT ticket_types_per_order_check CHECK (1 <= min_per_order AND min_per_order <= max_per_order),
            CONSTRAINT ticket_types_price_kind_check CHECK (price_kind IN ('base', 'absolute', 'percentage')),
            CONSTRAINT ticket_types_price_value_check CHECK ((price_kind = 'base') = (price_value IS NULL) AND price_value >= 0),
            CONSTRAINT ticket_types_channels_check CHECK (channels <@ ARRAY['online', 'box_office'])
        )
        """
    )
    secure_tenant_table("ticket_types")
    op.execute(
        """
        CREATE TABLE order_lines (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            order_id uuid NOT NULL,
            position bigint NOT NULL,
            ticket_type_id uuid NOT NULL,
            ticket_type_name text NOT NULL,
            category_key text NOT NULL,
            seat_number bigint,
            hold_version bigint,
            seat_id uuid,
            pool_id uuid,
            section_label text NOT NULL,
            row_label text NOT NULL,
            seat_label text NOT NULL,
            currency text NOT NULL,
            unit_price bigint NOT NULL,
            net bigint NOT NULL,
            fee bigint NOT NULL,
            charged_fee bigint NOT NULL,
            tax bigint NOT NULL,
            rounding bigint NOT NULL,
            total bigint NOT NULL,
            trace jsonb NOT NULL,
            secure_token_hash bytea NOT NULL,
            CONSTRAINT order_lines_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT order_lines_organization_id_order_id_fkey FOREIGN KEY (organization_id, order_id) REFERENCES orders (organization_id, id),
            CONSTRAINT order_lines_organization_id_ticket_type_id_fkey FOREIGN KEY (organization_id, ticket_type_id) REFERENCES ticket_types (organization_id, id),
            CONSTRAINT order_lines_organization_id_order_id_position_key UNIQUE (organization_id, order_id, position),
            CONSTRAINT order_lines_place_check CHECK ((seat_number IS NULL) <> (pool_id IS NULL)),
            CONSTRAINT order_lines_total_check CHECK (total = net + fee + tax + rounding AND total >= 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX order_lines_ticket_type_idx ON order_lines (organization_id, ticket_type_id)
        """
    )
    secure_tenant_table("order_lines")
    op.execute(
        """
        CREATE TABLE tickets (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            event_id uuid NOT NULL,
            order_id uuid NOT NULL,
            order_line_id uuid NOT NULL,
            public_id text NOT NULL,
            secure_token_hash bytea NOT NULL,
            credential_id uuid NOT NULL,
            sequence bigint NOT NULL,
            status text NOT NULL,
            ticket_type_id uuid NOT NULL,
            ticket_type text NOT NULL,
            seat_number bigint,
            seat_id uuid,
            pool_id uuid,
            section_label text NOT NULL,
            row_label text NOT NULL,
            seat_label text NOT NULL,
            holder_name text NOT NULL,
            price bigint NOT NULL,
            currency text NOT NULL,
            metadata jsonb NOT NULL,
            sold_at timestamptz NOT NULL,
            ended_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT tickets_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT tickets_organization_id_event_id_fkey FOREIGN KEY (organization_id, event_id) REFERENCES event_sales (organization_id, event_id),
            CONSTRAINT tickets_organization_id_order_id_fkey FOREIGN KEY (organization_id, order_id) REFERENCES orders (organization_id, id),
            CONSTRAINT tickets_organization_id_order_line_id_fkey FOREIGN KEY (organization_id, order_line_id) REFERENCES order_lines (organization_id, id),
            CONSTRAINT tickets_organization_id_event_id_seat_number_fkey FOREIGN KEY (organization_id, event_id, seat_number) REFERENCES event_seats (organization_id, event_id, seat_number),
            CONSTRAINT tickets_organization_id_pool_id_fkey FOREIGN KEY (organization_id, pool_id) REFERENCES event_pools (organization_id, id),
            CONSTRAINT tickets_organization_id_public_id_key UNIQUE (organization_id, public_id),
            CONSTRAINT tickets_organization_id_credential_id_key UNIQUE (organization_id, credential_id),
            CONSTRAINT tickets_status_check CHECK (status IN ('reserved', 'sold', 'refunded', 'canceled', 'voided', 'transferred', 'expired')),
            CONSTRAINT tickets_place_check CHECK ((seat_number IS NULL) <> (pool_id IS NULL))
        )
        """
    )
    op.execute(
        """
        CREATE INDEX tickets_order_idx ON tickets (organization_id, order_id)
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX tickets_order_line_idx ON tickets (organization_id, order_line_id) WHERE status IN ('reserved', 'sold')
        """
    )
    op.execute(
        """
        CREATE INDEX tickets_pool_idx ON tickets (organization_id, pool_id)
        """
    )
    op.execute(
        """
        CREATE INDEX tickets_public_id_idx ON tickets (public_id)
        """
    )
    op.execute(
        """
        CREATE UNIQUE INDEX tickets_seat_idx ON tickets (organization_id, event_id, seat_number) WHERE status IN ('reserved', 'sold')
        """
    )
    secure_tenant_table("tickets", platform_reads=True)
    _tune_hot_tables()
    cross_tenant_function(
        "ticket_home(public text)",
        returns="TABLE (organization_id uuid, ticket_id uuid)",
        body="SELECT t.organization_id, t.id FROM tickets t WHERE t.public_id = public",
    )


def _tune_hot_tables() -> None:
    """Leave room on the page for the next version of a row that changes with every hold.

    The application analyses seats after it has put thousands on sale at once.
    """
    for table in ("event_seats", "event_pools", "holds"):
        op.execute(f"ALTER TABLE {table} SET (fillfactor = 70)")
    op.execute(f"GRANT MAINTAIN ON event_seats TO {APP_ROLE}")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION ticket_home")
    op.execute("DROP TABLE tickets")
    op.execute("DROP TABLE order_lines")
    op.execute("DROP TABLE ticket_types")
    op.execute("DROP TABLE pool_holds")
    op.execute("DROP TABLE orders")
    op.execute("DROP TABLE holds")
    op.execute("DROP TABLE event_seats")
    op.execute("DROP TABLE event_pools")
    op.execute("DROP TABLE event_keys")
    op.execute("DROP TABLE category_prices")
    op.execute("DROP TABLE event_sales")
