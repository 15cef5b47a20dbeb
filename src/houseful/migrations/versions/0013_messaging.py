"""The tables of the messaging room."""

from alembic import op

from houseful.kernel.migrating import secure_tenant_table

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE mail_identities (
            organization_id uuid NOT NULL,
            reply_to text NOT NULL,
            color text NOT NULL,
            signature text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT mail_identities_pkey PRIMARY KEY (organization_id),
            CONSTRAINT mail_identities_color_check CHECK (color ~ '^(#[0-9a-f]{6})?$')
        )
        """
    )
    secure_tenant_table("mail_identities")
    op.execute(
        """
        CREATE TABLE notifications (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            kind text NOT NULL,
            source_key text NOT NULL,
            subject_id uuid NOT NULL,
            details jsonb NOT NULL,
            recipient text NOT NULL,
            locale text NOT NULL,
            is_confidential boolean NOT NULL,
            status text NOT NULL,
            sender_name text NOT NULL,
            reply_to text NOT NULL,
            subject text NOT NULL,
            text text NOT NULL,
            html text NOT NULL,
            attempts bigint NOT NULL,
            due_at timestamptz NOT NULL,
            leased_until timestamptz,
            sent_at timestamptz,
            forgotten_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT notifications_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT notifications_status_check CHECK (status IN ('drafted', 'queued', 'sent', 'kept', 'failed', 'withdrawn')),
            CONSTRAINT notifications_recipient_check CHECK (recipient <> ''),
            CONSTRAINT notifications_organization_id_source_key_key UNIQUE (organization_id, source_key)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX notifications_due_idx ON notifications (organization_id, due_at) WHERE status IN ('drafted', 'queued')
        """
    )
    op.execute(
        """
        CREATE INDEX notifications_subject_idx ON notifications (organization_id, subject_id)
        """
    )
    secure_tenant_table("notifications")
    op.execute(
        """
        CREATE TABLE templates (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            kind text NOT NULL,
            locale text NOT NULL,
            subject text NOT NULL,
            text text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT templates_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT templates_organization_id_kind_locale_key UNIQUE (organization_id, kind, locale)
        )
        """
    )
    secure_tenant_table("templates")
    op.execute(
        """
        CREATE TABLE attachments (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            notification_id uuid NOT NULL,
            name text NOT NULL,
            media_type text NOT NULL,
            size_bytes bigint NOT NULL,
            content bytea,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT attachments_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT attachments_organization_id_notification_id_fkey FOREIGN KEY (organization_id, notification_id) REFERENCES notifications (organization_id, id),
            CONSTRAINT attachments_organization_id_notification_id_name_key UNIQUE (organization_id, notification_id, name)
        )
        """
    )
    secure_tenant_table("attachments")
    op.execute(
        """
        CREATE TABLE delivery_attempts (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            notification_id uuid NOT NULL,
            channel text NOT NULL,
            at timestamptz NOT NULL,
            is_delivered boolean NOT NULL,
            error text NOT NULL,
            CONSTRAINT delivery_attempts_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT delivery_attempts_organization_id_notification_id_fkey FOREIGN KEY (organization_id, notification_id) REFERENCES notifications (organization_id, id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX delivery_attempts_notification_idx ON delivery_attempts (organization_id, notification_id)
        """
    )
    secure_tenant_table("delivery_attempts")
    op.execute(
        """
        CREATE TABLE ticket_deliveries (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            order_id uuid NOT NULL,
            notification_id uuid NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT ticket_deliveries_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT ticket_deliveries_organization_id_notification_id_fkey FOREIGN KEY (organization_id, notification_id) REFERENCES notifications (organization_id, id),
            CONSTRAINT ticket_deliveries_organization_id_notification_id_key UNIQUE (organization_id, notification_id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX ticket_deliveries_order_idx ON ticket_deliveries (organization_id, order_id)
        """
    )
    secure_tenant_table("ticket_deliveries")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE ticket_deliveries")
    op.execute("DROP TABLE delivery_attempts")
    op.execute("DROP TABLE attachments")
    op.execute("DROP TABLE templates")
    op.execute("DROP TABLE notifications")
    op.execute("DROP TABLE mail_identities")
