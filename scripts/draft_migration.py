"""Print the DDL of one room's tables, to start a migration from: `draft_migration.py venues`."""

import importlib
import sys
from pathlib import Path

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from houseful.kernel.tables import Base

ROOT = Path(__file__).parent.parent / "src" / "houseful"


def main(room: str) -> None:
    """Import every model, then print the tables that `room` defines, parents first."""
    for path in sorted(ROOT.rglob("models.py")):
        importlib.import_module(
            "houseful." + ".".join(path.relative_to(ROOT).with_suffix("").parts)
        )
    mine = {
        mapper.local_table
        for mapper in Base.registry.mappers
        if mapper.class_.__module__.startswith(f"houseful.{room}.")
    }
    for table in (table for table in Base.metadata.sorted_tables if table in mine):
        print(str(CreateTable(table).compile(dialect=postgresql.dialect())).strip() + ";\n")
        for index in table.indexes:
            print(str(CreateIndex(index).compile(dialect=postgresql.dialect())) + ";\n")


main(sys.argv[1])
