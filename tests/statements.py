"""What a use case says to the database: queries do not creep into loops unseen."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from houseful.kernel.database import Database


@contextmanager
def statements_of(database: Database) -> Generator[list[str]]:
    """Note the statements that are sent meanwhile, the one that begins each transaction too."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(" ".join(statement.split()))

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)
