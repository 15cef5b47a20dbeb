"""The rules of tenancy, asked of the live catalogue: `houseful doctor` and the tests use them."""

from collections.abc import Mapping

import psycopg

from houseful.kernel.migrating import APP_ROLE, PLATFORM_ROLE
from houseful.kernel.tenancy import CROSS_TENANT_FUNCTIONS, GLOBAL_TABLES

_TENANT_TABLES = """
    SELECT oid, relname, relrowsecurity, relforcerowsecurity FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
    AND relname <> ALL (%(global_tables)s) AND relname NOT LIKE 'procrastinate\\_%%'
"""

RULES: Mapping[str, str] = {
    "row-level security is forced on every tenant table": """
        SELECT relname FROM tenant_tables WHERE NOT (relrowsecurity AND relforcerowsecurity)
    """,
    "the tenant policy guards reading and writing": f"""
        SELECT relname FROM tenant_tables WHERE relname NOT IN (
            SELECT tablename FROM pg_policies
            WHERE policyname = 'tenant' AND cmd = 'ALL' AND roles = '{{{APP_ROLE}}}'
            AND qual LIKE '%%organization_id = ( SELECT (current_setting(''houseful.tenant''%%'
            AND with_check = qual)
    """,
    "no other policy lets the application in": f"""
        SELECT tablename || '.' || policyname FROM pg_policies
        WHERE policyname <> 'tenant' AND roles && '{{{APP_ROLE},public}}'
    """,
    "the organisation leads every key and exclusion constraint": """
        SELECT t.relname || '.' || c.conname FROM pg_constraint c
        JOIN tenant_tables t ON t.oid = c.conrelid
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype IN ('p', 'u', 'x') AND a.attname <> 'organization_id'
    """,
    "the organisation leads every unique index": """
        SELECT i.indexrelid::regclass::text FROM pg_index i
        JOIN tenant_tables t ON t.oid = i.indrelid
        JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
        WHERE i.indisunique AND a.attname <> 'organization_id'
    """,
    "references between tenant tables carry the organisation": """
        SELECT t.relname || '.' || c.conname FROM pg_constraint c
        JOIN tenant_tables t ON t.oid = c.conrelid
        JOIN tenant_tables target ON target.oid = c.confrelid
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]
        WHERE c.contype = 'f'
        AND (a.attname <> 'organization_id' OR f.attname <> 'organization_id')
    """,
    "no global table refers to a tenant's": """
        SELECT c.conrelid::regclass::text || '.' || c.conname FROM pg_constraint c
        JOIN tenant_tables target ON target.oid = c.confrelid
        WHERE c.contype = 'f' AND c.conrelid NOT IN (SELECT oid FROM tenant_tables)
    """,
    "the application owns nothing": f"""
        SELECT relname FROM pg_class WHERE relowner = '{APP_ROLE}'::regrole
    """,
    "the application cannot bypass": f"""
        SELECT rolname FROM pg_roles WHERE rolname = '{APP_ROLE}'
        AND (rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb)
    """,
    "every function that crosses tenants is listed": f"""
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND (prosecdef OR proowner = '{PLATFORM_ROLE}'::regrole)
        AND proname <> ALL (%(functions)s)
    """,
    "no function that crosses tenants is open to everybody": """
        SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
        AND (proacl IS NULL
            OR EXISTS (SELECT 1 FROM aclexplode(proacl) acl WHERE acl.grantee = 0))
    """,
}
"""Each rule, and the query that names what breaks it."""


def offenders(connection: "psycopg.Connection[tuple[object, ...]]", rule: str) -> list[str]:
    """Return the names of what breaks `rule`, in order; the connection is the owner's."""
    rows = connection.execute(
        f"WITH tenant_tables AS ({_TENANT_TABLES}) {RULES[rule]}".encode(),
        {
            "global_tables": list(GLOBAL_TABLES),
            "functions": list(CROSS_TENANT_FUNCTIONS),
        },
    ).fetchall()
    return sorted(str(row[0]) for row in rows)
