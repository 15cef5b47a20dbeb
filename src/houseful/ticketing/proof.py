"""What must hold of places, orders and tickets: `houseful doctor` and the tests ask."""

from houseful.kernel.database import UnitOfWork

PROOFS: dict[str, str] = {
    "every paid order has exactly one sale entry, of its total": """
        SELECT 'order ' || o.number FROM orders o
        LEFT JOIN LATERAL (
            SELECT count(*) AS entries, coalesce(sum(p.debits), 0) AS posted
            FROM journal_entries e
            CROSS JOIN LATERAL (
                SELECT sum(amount_minor) FILTER (WHERE direction = 'debit') AS debits
                FROM postings WHERE organization_id = :tenant AND entry_id = e.id
            ) p
            WHERE e.organization_id = :tenant AND e.kind = 'sale' AND e.subject_kind = 'order'
                AND e.subject_id = o.id
        ) b ON true
        WHERE o.organization_id = :tenant
        AND (b.entries <> (o.paid_at IS NOT NULL AND o.total > 0)::int
            OR b.posted <> CASE WHEN o.paid_at IS NOT NULL THEN o.total ELSE 0 END)
    """,
    "an order is paid if, and only if, it has its tickets": """
        SELECT 'order ' || o.number FROM orders o
        WHERE o.organization_id = :tenant
        AND (SELECT count(*) FROM tickets t
            WHERE t.organization_id = :tenant AND t.order_id = o.id)
            <> CASE WHEN o.status IN ('paid', 'partially_refunded', 'refunded')
                THEN (SELECT count(*) FROM order_lines l
                    WHERE l.organization_id = :tenant AND l.order_id = o.id)
                ELSE 0 END
    """,
    "an order's sums are those of its lines": """
        SELECT 'order ' || o.number FROM orders o
        JOIN LATERAL (
            SELECT sum(l.total) AS total, sum(l.net) AS net, sum(l.fee) AS fee, sum(l.tax) AS tax
            FROM order_lines l WHERE l.organization_id = :tenant AND l.order_id = o.id
        ) s ON true
        WHERE o.organization_id = :tenant
        AND (o.total, o.net, o.fee, o.tax) IS DISTINCT FROM (s.total, s.net, s.fee, s.tax)
    """,
    "a seat names the live ticket for it, and no other": """
        SELECT 'seat ' || s.seat_number FROM event_seats s
        LEFT JOIN tickets t ON t.organization_id = s.organization_id AND t.event_id = s.event_id
            AND t.seat_number = s.seat_number AND t.status IN ('reserved', 'sold')
        WHERE s.organization_id = :tenant AND s.ticket_id IS DISTINCT FROM t.id
    """,
    "a seat with a ticket is not held": """
        SELECT 'seat ' || seat_number FROM event_seats
        WHERE organization_id = :tenant AND ticket_id IS NOT NULL AND hold_id IS NOT NULL
    """,
    "a pool counts its live tickets": """
        SELECT 'pool ' || p.name FROM event_pools p
        WHERE p.organization_id = :tenant AND p.sold <> (
            SELECT count(*) FROM tickets t WHERE t.organization_id = :tenant
            AND t.pool_id = p.id AND t.status IN ('reserved', 'sold'))
    """,
    "a pool counts what its holds keep": """
        SELECT 'pool ' || p.name FROM event_pools p
        WHERE p.organization_id = :tenant AND p.held <> (
            SELECT coalesce(sum(k.quantity), 0) FROM pool_holds k
            WHERE k.organization_id = :tenant AND k.pool_id = p.id)
    """,
    "a held seat is one that its hold names": """
        SELECT 'seat ' || s.seat_number FROM event_seats s
        LEFT JOIN holds h ON h.organization_id = s.organization_id AND h.id = s.hold_id
        WHERE s.organization_id = :tenant AND s.hold_id IS NOT NULL
        AND (h.id IS NULL OR h.event_id <> s.event_id
            OR (s.held_until > :now AND (h.status <> 'active'
                OR NOT s.seat_number = ANY(h.seat_numbers))))
    """,
    "no hold is active long after its time": """
        SELECT 'hold ' || id FROM holds WHERE organization_id = :tenant AND status = 'active'
        AND expires_at < cast(:now AS timestamptz) - interval '1 hour'
    """,
    "of an event that is over, no money is held as if it were to come": """
        SELECT 'event ' || s.event_id FROM event_sales s
        JOIN journal_entries e ON e.organization_id = s.organization_id
            AND ((e.subject_kind = 'event' AND e.subject_id = s.event_id)
                OR (e.subject_kind = 'order' AND e.subject_id IN (
                    SELECT o.id FROM orders o
                    WHERE o.organization_id = s.organization_id AND o.event_id = s.event_id)))
        JOIN postings p ON p.organization_id = e.organization_id AND p.entry_id = e.id
        JOIN ledger_accounts a ON a.organization_id = p.organization_id AND a.id = p.account_id
        WHERE s.organization_id = :tenant AND s.funds = 'released' AND a.code = '2000'
        GROUP BY s.event_id, p.currency
        HAVING sum(CASE p.direction WHEN 'credit' THEN p.amount_minor
            ELSE -p.amount_minor END) <> 0
    """,
    "what an order gave back is what its refunds say": """
        SELECT 'order ' || o.number FROM orders o
        WHERE o.organization_id = :tenant AND o.refunded < (
            SELECT coalesce(sum(r.amount_minor), 0) FROM refunds r
            JOIN transactions x ON x.organization_id = r.organization_id
                AND x.id = r.transaction_id AND x.outcome = 'honoured'
            WHERE r.organization_id = :tenant AND x.payable_kind = 'order' AND x.payable_id = o.id
            AND r.status NOT IN ('requested', 'failed', 'rejected'))
    """,
}
"""Each rule, and the query that names what breaks it."""


async def violations(uow: UnitOfWork) -> list[str]:
    """Return all that breaks a rule, each with the rule."""
    found: list[str] = []
    for rule, query in PROOFS.items():
        where = {"tenant": uow.tenant} | ({"now": uow.now} if ":now" in query else {})
        rows = await uow.execute(query, where)
        found += [f"{rule}: {name}" for name in rows.scalars()]
    return found
