"""The tables of the accounts room."""

from alembic import op

from houseful.kernel.migrating import (
    cross_tenant_function,
    grant_global_table,
    secure_tenant_table,
)

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE business_units (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            name text NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT business_units_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT business_units_organization_id_name_key UNIQUE (organization_id, name)
        )
        """
    )
    secure_tenant_table("business_units")
    op.execute(
        """
        CREATE TABLE organizations (
            id uuid NOT NULL,
            name text NOT NULL,
            slug text NOT NULL,
            status text NOT NULL,
            plan text NOT NULL,
            currency text NOT NULL,
            timezone text NOT NULL,
            locale text NOT NULL,
            settings jsonb NOT NULL,
            module_overrides jsonb NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT organizations_pkey PRIMARY KEY (id),
            CONSTRAINT organizations_status_check CHECK (status IN ('active', 'suspended', 'closed')),
            CONSTRAINT organizations_slug_key UNIQUE (slug)
        )
        """
    )
    grant_global_table("organizations")
    op.execute(
        """
        CREATE TABLE rate_counters (
            name text NOT NULL,
            window_start timestamptz NOT NULL,
            count bigint NOT NULL,
            CONSTRAINT rate_counters_pkey PRIMARY KEY (name, window_start)
        )
        """
    )
    grant_global_table("rate_counters")
    op.execute(
        """
        CREATE TABLE roles (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            name text NOT NULL,
            permissions jsonb NOT NULL,
            is_built_in boolean NOT NULL,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT roles_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT roles_organization_id_name_key UNIQUE (organization_id, name)
        )
        """
    )
    secure_tenant_table("roles", platform_reads=True)
    op.execute(
        """
        CREATE TABLE signing_keys (
            id uuid NOT NULL,
            private_sealed bytea NOT NULL,
            public_jwk jsonb NOT NULL,
            created_at timestamptz NOT NULL,
            retired_at timestamptz,
            CONSTRAINT signing_keys_pkey PRIMARY KEY (id)
        )
        """
    )
    grant_global_table("signing_keys")
    op.execute(
        """
        CREATE TABLE users (
            id uuid NOT NULL,
            email citext NOT NULL,
            hashed_password text,
            name text NOT NULL,
            status text NOT NULL,
            is_platform_admin boolean NOT NULL,
            is_platform_staff boolean NOT NULL,
            last_login_at timestamptz,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT users_pkey PRIMARY KEY (id),
            CONSTRAINT users_status_check CHECK (status IN ('invited', 'active', 'disabled')),
            CONSTRAINT users_email_key UNIQUE (email)
        )
        """
    )
    grant_global_table("users")
    op.execute(
        """
        CREATE TABLE memberships (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            user_id uuid NOT NULL,
            role_id uuid NOT NULL,
            space_ids jsonb,
            version bigint NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT memberships_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT memberships_organization_id_role_id_fkey FOREIGN KEY (organization_id, role_id) REFERENCES roles (organization_id, id),
            CONSTRAINT memberships_organization_id_user_id_key UNIQUE (organization_id, user_id),
            CONSTRAINT memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX memberships_user_idx ON memberships (user_id)
        """
    )
    secure_tenant_table("memberships", platform_reads=True)
    op.execute(
        """
        CREATE TABLE password_resets (
            id uuid NOT NULL,
            user_id uuid NOT NULL,
            token_hash bytea NOT NULL,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            used_at timestamptz,
            CONSTRAINT password_resets_pkey PRIMARY KEY (id),
            CONSTRAINT password_resets_token_hash_key UNIQUE (token_hash),
            CONSTRAINT password_resets_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
        )
        """
    )
    grant_global_table("password_resets")
    op.execute(
        """
        CREATE TABLE sign_ins (
            id uuid NOT NULL,
            user_id uuid NOT NULL,
            kind text NOT NULL,
            token_hash bytea NOT NULL,
            previous_hash bytea,
            successor_sealed bytea,
            rotated_at timestamptz,
            created_at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            revoked_at timestamptz,
            CONSTRAINT sign_ins_pkey PRIMARY KEY (id),
            CONSTRAINT sign_ins_kind_check CHECK (kind IN ('refresh', 'page')),
            CONSTRAINT sign_ins_token_hash_key UNIQUE (token_hash),
            CONSTRAINT sign_ins_user_id_fkey FOREIGN KEY (user_id) REFERENCES users (id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX sign_ins_user_idx ON sign_ins (user_id)
        """
    )
    grant_global_table("sign_ins")
    cross_tenant_function(
        "memberships_of_user(of_user uuid)",
        returns="TABLE (organization_id uuid, slug text, name text, role text)",
        body="""
        SELECT o.id, o.slug, o.name, r.name
        FROM memberships m
        JOIN organizations o ON o.id = m.organization_id
        JOIN roles r ON r.organization_id = m.organization_id AND r.id = m.role_id
        WHERE m.user_id = of_user AND o.status <> 'closed'
        ORDER BY o.name
        """,
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION memberships_of_user")
    op.execute("DROP TABLE sign_ins")
    op.execute("DROP TABLE password_resets")
    op.execute("DROP TABLE memberships")
    op.execute("DROP TABLE users")
    op.execute("DROP TABLE signing_keys")
    op.execute("DROP TABLE roles")
    op.execute("DROP TABLE rate_counters")
    op.execute("DROP TABLE organizations")
    op.execute("DROP TABLE business_units")
