"""The tables of the ledger room."""

from alembic import op

from houseful.kernel.migrating import make_append_only, secure_tenant_table

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create them."""
    op.execute(
        """
        CREATE TABLE journal_entries (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            kind text NOT NULL,
            source_key text NOT NULL,
            subject_kind text NOT NULL,
            subject_id uuid NOT NULL,
            occurred_at timestamptz NOT NULL,
            memo text NOT NULL,
            reverses_id uuid,
            transaction_id bigint DEFAULT (pg_current_xact_id()::text)::bigint NOT NULL,
            CONSTRAINT journal_entries_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT journal_entries_organization_id_reverses_id_fkey FOREIGN KEY (organization_id, reverses_id) REFERENCES journal_entries (organization_id, id),
            CONSTRAINT journal_entries_organization_id_source_key_key UNIQUE (organization_id, source_key),
            CONSTRAINT journal_entries_organization_id_reverses_id_key UNIQUE (organization_id, reverses_id)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX journal_entries_subject_idx ON journal_entries (organization_id, subject_kind, subject_id)
        """
    )
    secure_tenant_table("journal_entries")
    make_append_only("journal_entries")
    op.execute(
        """
        CREATE TABLE ledger_accounts (
            organization_id uuid NOT NULL,
            id uuid NOT NULL,
            code text NOT NULL,
            currency text NOT NULL,
            name text NOT NULL,
            kind text NOT NULL,
            CONSTRAINT ledger_accounts_pkey PRIMARY KEY (organization_id, id),
            CONSTRAINT ledger_accounts_organization_id_code_currency_key UNIQUE (organization_id, code, currency)
        )
        """
    )
    secure_tenant_table("ledger_accounts")
    op.execute(
        """
        CREATE TABLE postings (
            organization_id uuid NOT NULL,
            entry_id uuid NOT NULL,
            number bigint NOT NULL,
            account_id uuid NOT NULL,
            direction text NOT NULL,
            amount_minor bigint NOT NULL,
            currency text NOT NULL,
            CONSTRAINT postings_pkey PRIMARY KEY (organization_id, entry_id, number),
            CONSTRAINT postings_organization_id_entry_id_fkey FOREIGN KEY (organization_id, entry_id) REFERENCES journal_entries (organization_id, id),
            CONSTRAINT postings_organization_id_account_id_fkey FOREIGN KEY (organization_id, account_id) REFERENCES ledger_accounts (organization_id, id),
            CONSTRAINT postings_direction_check CHECK (direction IN ('debit', 'credit')),
            CONSTRAINT postings_amount_check CHECK (amount_minor > 0)
        )
        """
    )
    op.execute(
        """
        CREATE INDEX postings_account_idx ON postings (organization_id, account_id)
        """
    )
    secure_tenant_table("postings")
    make_append_only("postings")
    _refuse_imbalance()


def _refuse_imbalance() -> None:
    """Check each new entry when its transaction commits, and let nobody add to an older one.

    The trigger is on the entry, one row each: on the postings it would cost several times more.
    """
    op.execute(
        """
        CREATE FUNCTION require_balance() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF (SELECT count(*) FROM postings p
                WHERE p.organization_id = NEW.organization_id AND p.entry_id = NEW.id) < 2
            OR EXISTS (SELECT 1 FROM postings p
                WHERE p.organization_id = NEW.organization_id AND p.entry_id = NEW.id
                GROUP BY p.currency
                HAVING sum(CASE p.direction WHEN 'debit' THEN p.amount_minor
                    ELSE -p.amount_minor END) <> 0)
            THEN
                RAISE EXCEPTION 'entry % does not balance', NEW.id
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entries_balance';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE CONSTRAINT TRIGGER journal_entries_balance AFTER INSERT ON journal_entries
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION require_balance()
        """
    )
    op.execute(
        """
        CREATE FUNCTION refuse_late_posting() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM postings_added a JOIN journal_entries e
                ON e.organization_id = a.organization_id AND e.id = a.entry_id
                WHERE e.transaction_id <> (pg_current_xact_id()::text)::bigint)
            THEN
                RAISE EXCEPTION 'an entry is complete once its transaction has ended'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'postings_late';
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute(
        """
        CREATE TRIGGER postings_late AFTER INSERT ON postings
        REFERENCING NEW TABLE AS postings_added
        FOR EACH STATEMENT EXECUTE FUNCTION refuse_late_posting()
        """
    )


def downgrade() -> None:
    """Drop them."""
    op.execute("DROP TABLE postings")
    op.execute("DROP TABLE ledger_accounts")
    op.execute("DROP TABLE journal_entries")
    op.execute("DROP FUNCTION require_balance, refuse_late_posting")
