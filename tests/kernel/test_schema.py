"""Migrations and models say the same."""

import importlib
from pathlib import Path
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine

import houseful
from houseful.kernel.tables import Base
from tests.conftest import TestCluster

NOT_OURS = ("procrastinate_", "alembic_version")


def _import_every_model() -> None:
    root = Path(houseful.__file__).parent
    for path in (*root.rglob("models.py"), *(root / "kernel").glob("*.py")):
        importlib.import_module(
            "houseful." + ".".join(path.relative_to(root).with_suffix("").parts)
        )


def _is_ours(_thing: Any, name: str | None, kind: str, _reflected: bool, _other: Any) -> bool:
    return not (kind == "table" and name is not None and name.startswith(NOT_OURS))


def test_models_and_migrations_agree(test_cluster: TestCluster, database_name: str) -> None:
    _import_every_model()
    url = test_cluster.owner_url(database_name).replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)

    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": _is_ours, "compare_type": True}
        )
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert differences == []
