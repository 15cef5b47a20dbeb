"""The statements of the holds lane, and the arrays that they take.

They are prepared once a connection and run over arrays, so that a group costs what one hold does.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

BEGIN = "SELECT now() FROM set_config('houseful.tenant', $1, true)"

LOCK_HOLDS = """
    SELECT h.id, h.event_id, h.token_hash, h.status, h.acquired_at, h.expires_at, h.cap_at,
        h.version, h.seat_numbers, h.ticket_type_ids, h.order_id, h.client, h.places,
        p.pool_ids, p.pool_type_ids, p.quantities
    FROM holds h
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(k.pool_id), '{}') AS pool_ids,
            coalesce(array_agg(k.ticket_type_id), '{}') AS pool_type_ids,
            coalesce(array_agg(k.quantity), '{}') AS quantities
        FROM pool_holds k WHERE k.organization_id = $1 AND k.hold_id = h.id
    ) p
    WHERE h.organization_id = $1 AND h.id = ANY($2::uuid[])
    ORDER BY h.id
    FOR UPDATE OF h
"""

HELD_BY_CLIENTS = """
    SELECT event_id, client, sum(places)::bigint AS places FROM holds
    WHERE organization_id = $1 AND status = 'active' AND client <> '' AND expires_at > $2
        AND (event_id, client) IN (SELECT * FROM unnest($3::uuid[], $4::text[]))
    GROUP BY event_id, client
"""

LOCK_POOLS = """
    SELECT id, event_id, capacity, sold, held FROM event_pools
    WHERE organization_id = $1 AND id = ANY($2::uuid[])
    ORDER BY id
    FOR UPDATE
"""

FREE_POOLS = """
    WITH gone AS (
        DELETE FROM pool_holds
        WHERE organization_id = $1 AND pool_id = ANY($2::uuid[]) AND expires_at <= $3
        RETURNING pool_id, quantity
    )
    SELECT pool_id, sum(quantity)::bigint AS quantity FROM gone GROUP BY pool_id
"""

TAKE_SEATS = """
    WITH command AS (
        SELECT number, hold_id, event_id, token_hash, channel, acquired_at, expires_at, cap_at,
            version, is_new, status, seat_numbers::bigint[] AS seat_numbers,
            ticket_type_ids::uuid[] AS ticket_type_ids, wanted, client, places
        FROM unnest($2::int[], $3::uuid[], $4::uuid[], $5::bytea[], $6::text[], $7::timestamptz[],
            $8::timestamptz[], $9::timestamptz[], $10::bigint[], $11::bool[], $12::text[],
            $13::text[], $14::text[], $15::int[], $20::text[], $21::bigint[])
            AS c(number, hold_id, event_id, token_hash, channel, acquired_at, expires_at, cap_at,
            version, is_new, status, seat_numbers, ticket_type_ids, wanted, client, places)
    ), place AS (
        SELECT number, seat_number, takes
        FROM unnest($16::int[], $17::bigint[], $18::bool[]) AS p(number, seat_number, takes)
    ), locked AS (
        SELECT c.number, p.takes, c.hold_id, c.expires_at, s.event_id, s.seat_number,
            s.hold_id AS holder,
            CASE WHEN p.takes
                THEN NOT s.blocked AND s.ticket_id IS NULL
                    AND (s.hold_id IS NULL OR s.held_until <= $19 OR s.hold_id = c.hold_id)
                ELSE s.ticket_id IS NULL AND s.hold_id = c.hold_id
            END AS is_open
        FROM place p
        JOIN command c ON c.number = p.number
        JOIN event_seats s ON s.organization_id = $1 AND s.event_id = c.event_id
            AND s.seat_number = p.seat_number
        ORDER BY s.event_id, s.seat_number
        FOR UPDATE OF s
    ), verdict AS (
        SELECT c.number, count(*) FILTER (WHERE l.takes AND l.is_open) = c.wanted AS is_won
        FROM command c LEFT JOIN locked l ON l.number = c.number
        GROUP BY c.number, c.wanted
    ), changed AS (
        UPDATE event_seats s
        SET hold_id = CASE WHEN l.takes THEN l.hold_id END,
            held_until = CASE WHEN l.takes THEN l.expires_at END,
            hold_version = s.hold_version + (s.hold_id IS DISTINCT FROM l.hold_id)::int,
            touched = (pg_current_xact_id()::text)::bigint
        FROM locked l JOIN verdict v ON v.number = l.number
        WHERE v.is_won AND l.is_open AND s.organization_id = $1 AND s.event_id = l.event_id
            AND s.seat_number = l.seat_number
    ), lost AS (
        SELECT h.id FROM holds h
        WHERE h.organization_id = $1 AND h.status = 'active' AND h.id IN (
            SELECT l.holder FROM locked l JOIN verdict v ON v.number = l.number
            WHERE v.is_won AND l.takes AND l.is_open AND l.holder <> l.hold_id
        )
        FOR UPDATE SKIP LOCKED
    ), superseded AS (
        UPDATE holds h SET status = 'superseded', version = h.version + 1
        FROM lost WHERE h.organization_id = $1 AND h.id = lost.id
    ), opened AS (
        INSERT INTO holds (organization_id, id, event_id, token_hash, status, channel, acquired_at,
            expires_at, cap_at, version, seat_numbers, ticket_type_ids, client, places)
        SELECT $1, c.hold_id, c.event_id, c.token_hash, c.status, c.channel, c.acquired_at,
            c.expires_at, c.cap_at, c.version, c.seat_numbers, c.ticket_type_ids, c.client,
            c.places
        FROM command c JOIN verdict v ON v.number = c.number
        WHERE v.is_won AND c.is_new
    ), kept AS (
        UPDATE holds h
        SET status = c.status, expires_at = c.expires_at, version = c.version,
            seat_numbers = c.seat_numbers, ticket_type_ids = c.ticket_type_ids,
            places = c.places
        FROM command c JOIN verdict v ON v.number = c.number
        WHERE v.is_won AND NOT c.is_new AND h.organization_id = $1 AND h.id = c.hold_id
    )
    SELECT v.number, v.is_won,
        coalesce(array_agg(l.seat_number) FILTER (WHERE l.takes AND NOT l.is_open), '{}')
            AS refused,
        coalesce(array_agg(l.seat_number) FILTER (WHERE l.takes), '{}') AS seen
    FROM verdict v LEFT JOIN locked l ON l.number = v.number
    GROUP BY v.number, v.is_won
"""

WRITE_POOLS = """
    WITH wish AS (
        SELECT * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::bigint[], $6::timestamptz[])
            AS w(hold_id, pool_id, ticket_type_id, quantity, expires_at)
    ), gone AS (
        DELETE FROM pool_holds k USING wish w
        WHERE w.quantity = 0 AND k.organization_id = $1 AND k.hold_id = w.hold_id
            AND k.pool_id = w.pool_id AND k.ticket_type_id = w.ticket_type_id
    ), kept AS (
        INSERT INTO pool_holds (organization_id, hold_id, pool_id, ticket_type_id, quantity,
            expires_at)
        SELECT $1, w.hold_id, w.pool_id, w.ticket_type_id, w.quantity, w.expires_at
        FROM wish w WHERE w.quantity > 0
        ON CONFLICT (organization_id, hold_id, pool_id, ticket_type_id)
        DO UPDATE SET quantity = excluded.quantity, expires_at = excluded.expires_at
    )
    UPDATE event_pools p SET held = x.held
    FROM unnest($7::uuid[], $8::bigint[]) AS x(id, held)
    WHERE p.organization_id = $1 AND p.id = x.id AND p.held <> x.held
"""


def columns(rows: Iterable[tuple[Any, ...]], width: int) -> list[list[Any]]:
    """Turn rows into the arrays that `unnest` takes; none into empty arrays."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(width)]


def array_text(values: Sequence[int | UUID]) -> str:
    """Write an array as PostgreSQL reads it: arrays of different lengths travel as text."""
    return "{" + ",".join(map(str, values)) + "}"
