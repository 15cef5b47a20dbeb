"""The tables of the audit room."""

from alembic import op

from houseful.kernel.migrating import make_append_only, secure_tenant_table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE audit_log (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            at timestamptz NOT NULL,
            actor_kind text NOT NULL,
            actor_id uuid,
            action text NOT NULL,
            resource_type text NOT NULL,
            resource_id uuid,
            request_id text NOT NULL,
            CONSTRAINT audit_log_pkey PRIMARY KEY (organization_id, id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX audit_log_resource_idx ON audit_log (organization_id, resource_type, resource_id, id)
        """
    )
    secure_tenant_table("audit_log")
    make_append_only("audit_log")
    op.execute(
        """
        CREATE TABLE change_set_log (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            audit_log_id uuid NOT NULL,
            changes jsonb NOT NULL,
            CONSTRAINT change_set_log_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT change_set_log_organization_id_audit_log_id_fkey FOREIGN KEY (organization_id, audit_log_id) REFERENCES audit_log (organization_id, id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX change_set_log_audit_log_idx ON change_set_log (organization_id, audit_log_id)
        """
    )
    secure_tenant_table("change_set_log")
    make_append_only("change_set_log")
    op.execute(
        """
        CREATE TABLE user_action_log (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            audit_log_id uuid NOT NULL,
            sentence text NOT NULL,
            CONSTRAINT user_action_log_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT user_action_log_organization_id_audit_log_id_fkey FOREIGN KEY (organization_id, audit_log_id) REFERENCES audit_log (organization_id, id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX user_action_log_audit_log_idx ON user_action_log (organization_id, audit_log_id)
        """
    )
    secure_tenant_table("user_action_log")
    make_append_only("user_action_log")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE user_action_log")
    op.execute("DROP TABLE change_set_log")
    op.execute("DROP TABLE audit_log")
