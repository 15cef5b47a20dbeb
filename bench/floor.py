"""The floor of a use case: a pgbench script that writes the same rows, made from one real run.

The rows of the last transaction are read back by its id. What was new in it gets ids of its own in
each run of the script; seats are taken at random, and rows of tables that are only `changed` are
written over what they are.
"""

import re
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

Connection = psycopg.Connection[tuple[Any, ...]]

RUNS_MAX = 4_000_000_000
IDS_PER_RUN = 64
SEATS = "event_seats"
NAMES = frozenset({"number", "public_id", "key"})
"""Texts that are unique without an id in them."""

_LAST = """
    SELECT max(xmin::text::bigint) FROM {table} WHERE organization_id = %s
"""
_COLUMNS = """
    SELECT a.attname, format_type(a.atttypid, a.atttypmod), coalesce(u.is_unique, false)
    FROM pg_attribute a
    LEFT JOIN LATERAL (
        SELECT true AS is_unique FROM pg_index i
        WHERE i.indrelid = a.attrelid AND i.indisunique AND a.attnum = ANY(i.indkey) LIMIT 1
    ) u ON true
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
    AND a.attidentity = ''
    AND coalesce(pg_get_expr(d.adbin, d.adrelid), '') NOT LIKE '%%pg_current_xact_id%%'
    ORDER BY a.attnum
"""


def writes_of_last(
    connection: Connection,
    tenant: UUID,
    table: str,
    *,
    seats: int = 1,
    changed: Collection[str] = (),
) -> str:
    """Return a script that writes what the last transaction wrote that touched `table`."""
    last = sql.SQL(_LAST).format(table=sql.Identifier(table))
    transaction = connection.execute(last, [tenant]).fetchall()[0][0]
    rows = {
        name: found
        for name in _tenant_tables(connection)
        if (found := _rows(connection, name, tenant, transaction))
    }
    fresh = _fresh_ids({name: found for name, found in rows.items() if name not in changed})
    lines = [
        "BEGIN;",
        f"SELECT set_config('houseful.tenant', '{tenant}', true);",
        *(
            _write(name, columns, fresh, is_changed=name in changed)
            for name, found in rows.items()
            for columns in found
        ),
        "COMMIT;",
    ]
    head = [f"\\set n random(1, {RUNS_MAX}) * {IDS_PER_RUN}", f"\\set seat random(0, {seats - 1})"]
    return "\n".join([*head, *lines]) + "\n"


def _tenant_tables(connection: Connection) -> list[str]:
    """Return the tables that can have rows of an organisation, referred to ones first."""
    found = connection.execute(
        "SELECT c.oid::regclass::text FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        " AND a.attname = 'organization_id' ORDER BY c.oid"
    )
    return [str(name) for (name,) in found.fetchall()]


def _rows(
    connection: Connection, table: str, tenant: UUID, transaction: int
) -> list[dict[str, tuple[str | None, str, bool]]]:
    """Return the rows that a transaction wrote: by column its text, its type, whether unique."""
    columns = connection.execute(_COLUMNS, [table]).fetchall()
    texts = sql.SQL(", ").join(
        sql.SQL("{}::text").format(sql.Identifier(name)) for name, _, _ in columns
    )
    found = connection.execute(
        sql.SQL("SELECT {} FROM {} WHERE organization_id = %s AND xmin::text::bigint = %s").format(
            texts, sql.Identifier(table)
        ),
        [tenant, transaction],
    )
    return [
        {
            name: (value, kind, is_unique)
            for (name, kind, is_unique), value in zip(columns, row, strict=True)
        }
        for row in found.fetchall()
    ]


def _fresh_ids(rows: dict[str, list[dict[str, tuple[str | None, str, bool]]]]) -> Sequence[str]:
    """Return the ids that the transaction gave."""
    return [
        str(columns["id"][0])
        for name, found in rows.items()
        for columns in found
        if name != SEATS and "id" in columns
    ]


def _write(
    table: str,
    columns: dict[str, tuple[str | None, str, bool]],
    fresh: Sequence[str],
    *,
    is_changed: bool,
) -> str:
    if table == SEATS:
        return _take_seat(columns)
    return _change(table, columns) if is_changed else _insert(table, columns, fresh)


def _change(table: str, columns: dict[str, tuple[str | None, str, bool]]) -> str:
    values = ", ".join(
        f"{name} = {_quoted(value)}::{kind}"
        for name, (value, kind, _) in columns.items()
        if name not in {"organization_id", "id"}
    )
    tenant, row_id = columns["organization_id"][0], columns["id"][0]
    return f"UPDATE {table} SET {values} WHERE organization_id = '{tenant}' AND id = '{row_id}';"


def _take_seat(columns: dict[str, tuple[str | None, str, bool]]) -> str:
    tenant, event = columns["organization_id"][0], columns["event_id"][0]
    values = ", ".join(
        f"{name} = {_quoted(value)}::{kind}"
        for name, (value, kind, _) in columns.items()
        if name in {"hold_id", "held_until", "ticket_id", "ticket_type_id"}
    )
    return (
        f"UPDATE {SEATS} SET {values} WHERE organization_id = '{tenant}'"
        f" AND event_id = '{event}' AND seat_number = :seat;"
    )


def _insert(
    table: str, columns: dict[str, tuple[str | None, str, bool]], fresh: Sequence[str]
) -> str:
    values: list[str] = []
    for name, (value, kind, is_unique) in columns.items():
        text = _quoted(value)
        for position, known in enumerate(fresh):
            text = text.replace(known, f"' || {_id(position)} || '")
        if is_unique and name in NAMES and kind == "text":
            text = f"{text} || lpad(to_hex(:n::bigint), 12, '0')"
        if table == "tickets" and name == "status":
            text = "'voided'"  # only live tickets take their seat for themselves
        if table == "session_bookings" and name == "place":
            text = "'cancelled'"  # and only live bookings somebody's place
        if table == "outbox" and name == "relayed_at":
            text = "now()"  # nobody shall hear of it
        values.append(f"({text})::{kind}")
    names = ", ".join(columns)
    return f"INSERT INTO {table} ({names}) VALUES ({', '.join(values)}) ON CONFLICT DO NOTHING;"


def _id(position: int) -> str:
    return f"'01900000-0000-7000-8000-' || lpad(to_hex(:n::bigint + {position}), 12, '0')"


def _quoted(value: str | None) -> str:
    if value is None:
        return "NULL"
    return "'" + re.sub(r"'", "''", value) + "'"
