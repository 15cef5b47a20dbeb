"""The tables of the audit room."""

from alembic import op

from houseful.kernel.migrating import (
    cross_tenant_function,
    grant_global_table,
    make_append_only,
    secure_tenant_table,
)

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create them."""
    _create_log()
    _create_changes()
    _create_sentences()
    _create_chain()
    _create_platform_audit()


def _create_log() -> None:
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
            network text NOT NULL,
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
    op.execute(
        """
        CREATE INDEX audit_log_actor_idx ON audit_log (organization_id, actor_id, id)
        """
    )
    secure_tenant_table("audit_log")
    make_append_only("audit_log")


def _create_changes() -> None:
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


def _create_sentences() -> None:
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


def _create_chain() -> None:
    op.execute(
        """
        CREATE TABLE audit_unsealed (
            organization_id uuid NOT NULL,
            audit_log_id uuid NOT NULL,
            CONSTRAINT audit_unsealed_pkey PRIMARY KEY (organization_id, audit_log_id),
            CONSTRAINT audit_unsealed_organization_id_audit_log_id_fkey FOREIGN KEY (organization_id, audit_log_id) REFERENCES audit_log (organization_id, id)
        )
        """
    )
    secure_tenant_table("audit_unsealed", platform_reads=True)
    op.execute(
        """
        CREATE FUNCTION await_sealing() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO audit_unsealed (organization_id, audit_log_id)
            VALUES (NEW.organization_id, NEW.id);
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER audit_log_await_sealing AFTER INSERT ON audit_log
            FOR EACH ROW EXECUTE FUNCTION await_sealing()
        """
    )
    op.execute(
        """
        CREATE TABLE audit_blocks (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            number bigint NOT NULL,
            sealed_at timestamptz NOT NULL,
            entry_ids uuid[] NOT NULL,
            previous_digest bytea NOT NULL,
            digest bytea NOT NULL,
            CONSTRAINT audit_blocks_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT audit_blocks_organization_id_number_key UNIQUE (organization_id, number)
        )
        """
    )
    secure_tenant_table("audit_blocks")
    make_append_only("audit_blocks")
    cross_tenant_function(
        "organizations_unsealed()",
        returns="SETOF uuid",
        body="SELECT DISTINCT organization_id FROM audit_unsealed",
    )


def _create_platform_audit() -> None:
    op.execute(
        """
        CREATE TABLE platform_audit (
            id uuid NOT NULL,
            at timestamptz NOT NULL,
            actor_kind text NOT NULL,
            actor_id uuid,
            action text NOT NULL,
            resource_type text NOT NULL,
            resource_id uuid,
            network text NOT NULL,
            request_id text NOT NULL,
            changes jsonb NOT NULL,
            sentence text NOT NULL,
            CONSTRAINT platform_audit_pkey PRIMARY KEY (id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX platform_audit_resource_idx ON platform_audit (resource_type, resource_id, id)
        """
    )
    grant_global_table("platform_audit")
    make_append_only("platform_audit")


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE platform_audit")
    op.execute("DROP FUNCTION organizations_unsealed")
    op.execute("DROP TABLE audit_blocks")
    op.execute("DROP TABLE audit_unsealed")
    op.execute("DROP TABLE user_action_log")
    op.execute("DROP TABLE change_set_log")
    op.execute("DROP TABLE audit_log")
    op.execute("DROP FUNCTION await_sealing")
