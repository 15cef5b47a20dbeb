"""The books are sealed in a chain as the audit log is, and what a night proved is kept."""

from alembic import op

from houseful.kernel.migrating import (
    cross_tenant_function,
    make_append_only,
    secure_tenant_table,
)

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Create the chain and what waits for it, with all entries that there are; and the proofs."""
    _create_chain()
    _let_all_wait()
    _create_proofs()


def _create_chain() -> None:
    op.execute(
        """
        CREATE TABLE ledger_unsealed (
            organization_id uuid NOT NULL,
            entry_id uuid NOT NULL,
            CONSTRAINT ledger_unsealed_pkey PRIMARY KEY (organization_id, entry_id),
            CONSTRAINT ledger_unsealed_organization_id_entry_id_fkey FOREIGN KEY (organization_id, entry_id) REFERENCES journal_entries (organization_id, id)
        )
        """
    )
    secure_tenant_table("ledger_unsealed", platform_reads=True)
    op.execute(
        """
        CREATE FUNCTION await_sealing_of_books() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            INSERT INTO ledger_unsealed (organization_id, entry_id)
            SELECT organization_id, id FROM entries_added;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER journal_entries_await_sealing AFTER INSERT ON journal_entries
        REFERENCING NEW TABLE AS entries_added
        FOR EACH STATEMENT EXECUTE FUNCTION await_sealing_of_books()
        """
    )
    op.execute(
        """
        CREATE TABLE ledger_blocks (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            number bigint NOT NULL,
            sealed_at timestamptz NOT NULL,
            entry_ids uuid[] NOT NULL,
            previous_digest bytea NOT NULL,
            digest bytea NOT NULL,
            CONSTRAINT ledger_blocks_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT ledger_blocks_organization_id_number_key UNIQUE (organization_id, number)
        )
        """
    )
    secure_tenant_table("ledger_blocks")
    make_append_only("ledger_blocks")
    cross_tenant_function(
        "books_unsealed()",
        returns="SETOF uuid",
        body="SELECT DISTINCT organization_id FROM ledger_unsealed",
    )


def _let_all_wait() -> None:
    """Let what was posted before be sealed, too; the owner sees rows while nothing is forced."""
    tables = ("journal_entries", "ledger_unsealed")
    for table in tables:
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    op.execute(
        """
        INSERT INTO ledger_unsealed (organization_id, entry_id)
        SELECT organization_id, id FROM journal_entries
        """
    )
    for table in tables:
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")


def _create_proofs() -> None:
    op.execute(
        """
        CREATE TABLE proof_runs (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            proved_at timestamptz NOT NULL,
            violations jsonb NOT NULL,
            CONSTRAINT proof_runs_pkey PRIMARY KEY (organization_id, id)
        )
        """
    )
    op.execute("CREATE INDEX proof_runs_proved_at_idx ON proof_runs (organization_id, proved_at)")
    secure_tenant_table("proof_runs", platform_reads=True)
    cross_tenant_function(
        "proof_figures()",
        returns="TABLE (proved bigint, violations bigint, oldest_at timestamptz)",
        body="""
            SELECT count(*), coalesce(sum(jsonb_array_length(last.violations)), 0)::bigint,
                min(last.proved_at)
            FROM (
                SELECT DISTINCT ON (r.organization_id) r.violations, r.proved_at
                FROM proof_runs r ORDER BY r.organization_id, r.proved_at DESC
            ) last
        """,
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP FUNCTION proof_figures, books_unsealed")
    op.execute("DROP TABLE proof_runs")
    op.execute("DROP TABLE ledger_blocks")
    op.execute("DROP TRIGGER journal_entries_await_sealing ON journal_entries")
    op.execute("DROP FUNCTION await_sealing_of_books")
    op.execute("DROP TABLE ledger_unsealed")
