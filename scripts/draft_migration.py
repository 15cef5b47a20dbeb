"""Write the first draft of a room's migration from its models: `draft_migration.py venues 0006`.

The draft creates the tables and secures them; what PostgreSQL offers beyond (constraints, triggers,
named functions) is added by hand.
"""

import importlib
import re
import sys
from pathlib import Path

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from houseful.kernel.tables import Base
from houseful.kernel.tenancy import GLOBAL_TABLES

ROOT = Path(__file__).parent.parent / "src" / "houseful"
KEYS_FIRST = ("organization_id", "id")

HEAD = '''"""The tables of the {room} room."""

from alembic import op

from houseful.kernel.migrating import {helpers}

revision = "{revision}"
down_revision = "{parent}"


def upgrade() -> None:
    """Create them."""
'''
TAIL = '''

def downgrade() -> None:
    """Drop them."""
'''


def main(room: str, revision: str) -> None:
    """Import every model, then draft the migration of the tables that `room` defines."""
    for path in sorted(ROOT.rglob("models.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        importlib.import_module(f"houseful.{module}")
    mine = {
        mapper.local_table
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(f"houseful.{room}.")
    }
    tables = [table for table in Base.metadata.sorted_tables if table in mine]
    body = "".join(_create(table) for table in tables)
    helpers = [name for name in ("grant_global_table", "secure_tenant_table") if name in body]
    drops = "".join(f'    op.execute("DROP TABLE {table.name}")\n' for table in reversed(tables))
    head = HEAD.format(
        room=room,
        revision=revision,
        parent=f"{int(revision) - 1:04}",
        helpers=", ".join(helpers),
    )
    target = ROOT / "migrations" / "versions" / f"{revision}_{room}.py"
    target.write_text(head + body + TAIL + drops, encoding="utf-8")


def _create(table: Table) -> str:
    statements = [_create_table(table)]
    statements += [
        str(CreateIndex(index).compile(dialect=postgresql.dialect()))
        for index in sorted(table.indexes, key=lambda index: str(index.name))
    ]
    secure = "grant_global_table" if table.name in GLOBAL_TABLES else "secure_tenant_table"
    executed = "".join(
        f'    op.execute(\n        """\n{_indent(s)}\n        """\n    )\n' for s in statements
    )
    return executed + f'    {secure}("{table.name}")\n'


def _create_table(table: Table) -> str:
    ddl = str(CreateTable(table).compile(dialect=postgresql.dialect())).strip()
    opening, *lines, closing = [
        line.strip().rstrip(",") for line in ddl.splitlines() if line.strip()
    ]
    rank = {f"{name} ": number for number, name in enumerate(KEYS_FIRST)}
    lines.sort(key=lambda line: next((n for key, n in rank.items() if line.startswith(key)), 9))
    shortened = [_shorten(line) for line in lines]
    return "\n".join(
        [
            opening,
            *("    " + line + "," for line in shortened[:-1]),
            "    " + shortened[-1],
            closing,
        ]
    )


def _shorten(line: str) -> str:
    line = line.replace("TIMESTAMP WITH TIME ZONE", "timestamptz").replace(
        "FOREIGN KEY(", "FOREIGN KEY ("
    )
    return re.sub(
        r"\b(UUID|TEXT|BIGINT|JSONB|BOOLEAN|BYTEA|INTEGER|DOUBLE PRECISION|CITEXT)\b",
        lambda match: match.group(1).lower(),
        line,
    )


def _indent(statement: str) -> str:
    return "\n".join(f"        {line}" for line in statement.strip().splitlines())


main(*sys.argv[1:])
