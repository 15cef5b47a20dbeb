"""When sessions use what they need, and hires their equipment, as columns that an index is used for.

As with claims: under row-level security an index serves comparing instants, not overlapping ranges.
"""

from alembic import op

revision = "0022"
down_revision = "0021"

TABLES = {"session_uses": "used_id", "add_on_takings": "add_on_id"}

WITHIN_STOCK = """
CREATE OR REPLACE FUNCTION keep_add_ons_within_stock() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    there bigint;
    most bigint;
BEGIN
    SELECT stock INTO there FROM hire_add_ons
    WHERE organization_id = NEW.organization_id AND id = NEW.add_on_id
    FOR NO KEY UPDATE;
    IF there IS NULL THEN
        RETURN NULL;
    END IF;
    SELECT max(together) INTO most FROM (
        SELECT sum(other.quantity) AS together
        FROM (
            SELECT DISTINCT greatest({met_from}, {new_from}) AS at
            FROM add_on_takings met
            WHERE met.organization_id = NEW.organization_id
                AND met.add_on_id = NEW.add_on_id AND {meets}
        ) instant
        JOIN add_on_takings other ON other.organization_id = NEW.organization_id
            AND other.add_on_id = NEW.add_on_id AND {lasts}
        GROUP BY instant.at
    ) counted;
    IF most > there THEN
        RAISE EXCEPTION '% of % are wanted at once', most, there
            USING ERRCODE = 'check_violation', TABLE = 'add_on_takings',
                CONSTRAINT = 'add_on_takings_within_stock';
    END IF;
    RETURN NULL;
END
$$
"""


def upgrade() -> None:
    """Add the columns and an index for each table; let stock be counted by them, too."""
    for table, subject in TABLES.items():
        op.execute(
            f"""
            ALTER TABLE {table}
                ADD COLUMN taken_from timestamptz NOT NULL
                    GENERATED ALWAYS AS (lower(during)) STORED,
                ADD COLUMN taken_until timestamptz NOT NULL
                    GENERATED ALWAYS AS (upper(during)) STORED
            """
        )
        op.execute(
            f"""
            CREATE INDEX {table}_taken_idx ON {table}
                USING gist (organization_id, {subject}, taken_from, taken_until)
            """
        )
    op.execute(
        WITHIN_STOCK.format(
            met_from="met.taken_from",
            new_from="NEW.taken_from",
            meets="met.taken_from < NEW.taken_until AND met.taken_until > NEW.taken_from",
            lasts="other.taken_from <= instant.at AND other.taken_until > instant.at",
        )
    )
    op.execute("DROP INDEX add_on_takings_during_idx")


def downgrade() -> None:
    """Go back to ranges."""
    op.execute(
        """
        CREATE INDEX add_on_takings_during_idx ON add_on_takings
            USING gist (organization_id, add_on_id, during)
        """
    )
    op.execute(
        WITHIN_STOCK.format(
            met_from="lower(met.during)",
            new_from="lower(NEW.during)",
            meets="met.during && NEW.during",
            lasts="other.during @> instant.at",
        )
    )
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} DROP COLUMN taken_from, DROP COLUMN taken_until")
