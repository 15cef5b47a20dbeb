"""Pictures of activities are kept and served by us; passes name the extras that a visit includes.

Addresses of pictures elsewhere, which no page could show, are given up.
"""

from alembic import op

from houseful.kernel.migrating import secure_tenant_table

revision = "0025"
down_revision = "0024"

PASSES = ("passes", "customer_passes")


def upgrade() -> None:
    """Create the table, and let activities name their picture by its hash."""
    op.execute(
        """
        CREATE TABLE activity_pictures (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            hash text NOT NULL,
            content bytea NOT NULL,
            small bytea NOT NULL,
            created_at timestamptz DEFAULT now() NOT NULL,
            updated_at timestamptz DEFAULT now() NOT NULL,
            CONSTRAINT activity_pictures_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT activity_pictures_organization_id_id_hash_key UNIQUE (organization_id, id, hash),
            CONSTRAINT activity_pictures_hash_check CHECK (hash = encode(sha256(content), 'hex'))
        )
        """
    )
    op.execute(
        "CREATE INDEX activity_pictures_hash_idx ON activity_pictures (organization_id, hash)"
    )
    secure_tenant_table("activity_pictures")
    op.execute(
        """
        ALTER TABLE activities
            DROP COLUMN picture_url,
            ADD COLUMN picture_id uuid,
            ADD COLUMN picture_hash text,
            ADD COLUMN picture_alt text NOT NULL DEFAULT '',
            ADD CONSTRAINT activities_picture_check CHECK (
                (picture_id IS NULL) = (picture_hash IS NULL)
                AND (picture_id IS NULL) = (picture_alt = '')),
            ADD CONSTRAINT activities_organization_id_picture_id_picture_hash_fkey
                FOREIGN KEY (organization_id, picture_id, picture_hash)
                REFERENCES activity_pictures (organization_id, id, hash)
        """
    )
    op.execute("ALTER TABLE activities ALTER COLUMN picture_alt DROP DEFAULT")
    for table in PASSES:
        op.execute(f"ALTER TABLE {table} ADD COLUMN extra_ids jsonb NOT NULL DEFAULT '[]'")
        op.execute(f"ALTER TABLE {table} ALTER COLUMN extra_ids DROP DEFAULT")


def downgrade() -> None:
    """Go back to addresses, of which none is known any more, and to passes without extras."""
    for table in PASSES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN extra_ids")
    op.execute(
        """
        ALTER TABLE activities
            DROP COLUMN picture_id,
            DROP COLUMN picture_hash,
            DROP COLUMN picture_alt,
            ADD COLUMN picture_url text NOT NULL DEFAULT ''
        """
    )
    op.execute("ALTER TABLE activities ALTER COLUMN picture_url DROP DEFAULT")
    op.execute("DROP TABLE activity_pictures")
