"""What migrations repeat: how a table is made safe for tenants, and made append-only.

Roles: the *owner* runs migrations and owns everything; `houseful_app` is the application and owns
nothing; `houseful_platform` cannot sign in and owns the few named functions that cross tenants.
"""

from alembic import op

APP_ROLE = "houseful_app"
PLATFORM_ROLE = "houseful_platform"


def secure_tenant_table(table: str, *, platform_reads: bool = False) -> None:
    """Force row-level security on `table` and let the application at its own tenant's rows.

    `platform_reads` also lets the named cross-tenant functions read it. A query without a tenant
    fails: an unset or empty setting is not a UUID.
    """
    mine = "organization_id = (SELECT current_setting('houseful.tenant')::uuid)"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY tenant ON {table} TO {APP_ROLE} USING ({mine}) WITH CHECK ({mine})")
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE}")
    if platform_reads:
        op.execute(f"CREATE POLICY platform ON {table} TO {PLATFORM_ROLE} USING (true)")
        op.execute(f"GRANT SELECT ON {table} TO {PLATFORM_ROLE}")


def grant_global_table(table: str) -> None:
    """Let the application at a table that belongs to no tenant (see `kernel.tenancy`)."""
    op.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {APP_ROLE}")
    op.execute(f"GRANT SELECT ON {table} TO {PLATFORM_ROLE}")


def make_append_only(table: str) -> None:
    """Refuse UPDATE, DELETE and TRUNCATE on `table`, by grant and by trigger."""
    op.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {APP_ROLE}")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def cross_tenant_function(signature: str, *, returns: str, body: str) -> None:
    """Create a named function that crosses tenants: it runs as the platform role.

    `signature` is the name with typed arguments; `body` is one SQL statement. Each must also be
    listed in `kernel.tenancy.CROSS_TENANT_FUNCTIONS`.
    """
    op.execute(
        f"CREATE FUNCTION {signature} RETURNS {returns} LANGUAGE sql SECURITY DEFINER"
        f" SET search_path = public, pg_temp BEGIN ATOMIC {body.rstrip().rstrip(';')}; END"
    )
    op.execute(f"ALTER FUNCTION {signature} OWNER TO {PLATFORM_ROLE}")
    op.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC")
    op.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {APP_ROLE}")
