"""What must hold of places, wallets and passes: `houseful doctor` and the tests ask."""

from houseful.kernel.database import UnitOfWork

_CHECKS = {
    "session {id} counts {stored} places, and has {right}": """
        SELECT s.id, s.taken AS stored, count(b.id) AS right FROM sessions s
        LEFT JOIN session_bookings b ON b.organization_id = s.organization_id
            AND b.session_id = s.id AND b.place IN ('held', 'confirmed')
        WHERE s.organization_id = :tenant GROUP BY s.organization_id, s.id
        HAVING s.taken <> count(b.id)
    """,
    "pass {id} counts {stored} visits, and had {right}": """
        SELECT p.id, p.sessions_used AS stored,
            coalesce(sum(CASE m.kind WHEN 'consume' THEN 1 ELSE -1 END), 0) AS right
        FROM customer_passes p LEFT JOIN entitlement_movements m
            ON m.organization_id = p.organization_id AND m.customer_pass_id = p.id
        WHERE p.organization_id = :tenant GROUP BY p.organization_id, p.id
        HAVING p.sessions_used
            <> coalesce(sum(CASE m.kind WHEN 'consume' THEN 1 WHEN 'restore' THEN -1 END), 0)
    """,
    "wallet {id} has {stored}, and its movements {right}": """
        SELECT w.id, w.cash_minor AS stored, coalesce(sum(m.cash_minor), 0) AS right
        FROM wallets w LEFT JOIN wallet_movements m
            ON m.organization_id = w.organization_id AND m.wallet_id = w.id
        WHERE w.organization_id = :tenant GROUP BY w.organization_id, w.id
        HAVING w.cash_minor <> coalesce(sum(m.cash_minor), 0)
            OR w.bonus_minor <> coalesce(sum(m.bonus_minor), 0)
    """,
    "wallet {id} has {stored} bonus, and its lots {right}": """
        SELECT w.id, w.bonus_minor AS stored, coalesce(sum(l.left_minor), 0) AS right
        FROM wallets w LEFT JOIN bonus_lots l
            ON l.organization_id = w.organization_id AND l.wallet_id = w.id
        WHERE w.organization_id = :tenant GROUP BY w.organization_id, w.id
        HAVING w.bonus_minor <> coalesce(sum(l.left_minor), 0)
    """,
    "booking {id} was paid {stored}, and its tenders {right}": """
        SELECT b.id, b.paid_minor AS stored, coalesce(sum(t.amount_minor), 0) AS right
        FROM session_bookings b LEFT JOIN session_tenders t
            ON t.organization_id = b.organization_id AND t.booking_id = b.id AND t.kind <> 'pass'
        WHERE b.organization_id = :tenant GROUP BY b.organization_id, b.id
        HAVING b.paid_minor <> coalesce(sum(t.amount_minor), 0)
            OR b.refunded_minor <> coalesce(sum(t.returned_minor), 0)
    """,
    "booking {id} has a line of {right}, for which {stored} was paid": """
        WITH bookings AS (
            SELECT *, source = 'slot_attendee' AND fee_minor > 0 AS is_fee
            FROM session_bookings WHERE organization_id = :tenant
        ), lines AS (
            SELECT id AS booking_id, CASE WHEN is_fee THEN 'fee' ELSE 'place' END AS line,
                id AS of, CASE WHEN is_fee THEN fee_minor ELSE price END AS price
            FROM bookings
            UNION ALL SELECT x.booking_id, 'extra', x.id, x.price * x.quantity
            FROM session_booking_extras x JOIN bookings b ON b.id = x.booking_id
            WHERE x.organization_id = :tenant AND NOT b.is_fee
        ), paid AS (
            SELECT booking_id, line, coalesce(booking_extra_id, booking_id) AS of,
                sum(amount_minor) AS amount
            FROM session_tenders WHERE organization_id = :tenant AND NOT is_taken_back
            GROUP BY booking_id, line, of
        )
        SELECT b.id, coalesce(p.amount, 0) AS stored, coalesce(l.price, 0) AS right
        FROM lines l FULL JOIN paid p USING (booking_id, line, of)
        JOIN bookings b ON b.id = booking_id
        WHERE coalesce(p.amount, 0) > coalesce(l.price, 0)
            OR b.money IN ('paid', 'refund_pending', 'part_refunded', 'refunded')
            AND coalesce(p.amount, 0) <> coalesce(l.price, 0)
            AND b.id IN (SELECT booking_id FROM paid)
    """,
    "booking {id} asks for {stored}, and of its lines {right} is open": """
        SELECT b.id, b.due_minor AS stored, CASE WHEN b.source = 'slot_attendee'
            AND b.fee_minor > 0 THEN b.fee_minor ELSE b.total END
            - coalesce(sum(t.amount_minor), 0) AS right
        FROM session_bookings b LEFT JOIN session_tenders t
            ON t.organization_id = b.organization_id AND t.booking_id = b.id
            AND NOT t.is_taken_back
        WHERE b.organization_id = :tenant AND b.money IN ('awaiting', 'due')
        GROUP BY b.organization_id, b.id
        HAVING b.due_minor <> CASE WHEN b.source = 'slot_attendee'
            AND b.fee_minor > 0 THEN b.fee_minor ELSE b.total END
            - coalesce(sum(t.amount_minor), 0)
    """,
    "extra {id} is {stored} times with a booking that has {right}": """
        SELECT coalesce(t.extra_id, x.extra_id) AS id, coalesce(t.quantity, 0) AS stored,
            coalesce(x.quantity, 0) AS right
        FROM (
            SELECT t.booking_id, t.extra_id, t.quantity FROM session_extra_takings t
            JOIN session_bookings b ON b.organization_id = t.organization_id
                AND b.id = t.booking_id
            JOIN sessions s ON s.organization_id = b.organization_id AND s.id = b.session_id
                AND s.starts_at = t.starts_at AND s.ends_at = t.ends_at
            WHERE t.organization_id = :tenant
        ) t FULL JOIN (
            SELECT x.booking_id, x.extra_id, sum(x.quantity) AS quantity
            FROM session_booking_extras x JOIN session_bookings b
                ON b.organization_id = x.organization_id AND b.id = x.booking_id
            WHERE x.organization_id = :tenant AND b.place IN ('held', 'confirmed')
            GROUP BY x.booking_id, x.extra_id
        ) x ON x.booking_id = t.booking_id AND x.extra_id = t.extra_id
        WHERE coalesce(t.quantity, 0) <> coalesce(x.quantity, 0)
    """,
    "account {id} has {stored}, and sessions say {right}": """
        WITH books AS (
            SELECT a.code, a.currency, sum(CASE p.direction WHEN 'credit' THEN p.amount_minor
                ELSE -p.amount_minor END) AS amount
            FROM ledger_accounts a JOIN postings p
                ON p.organization_id = a.organization_id AND p.account_id = a.id
            WHERE a.organization_id = :tenant GROUP BY a.code, a.currency
        ), own AS (
            SELECT '2300' AS code, currency, sum(cash_minor) AS amount FROM wallets
            WHERE organization_id = :tenant GROUP BY currency
            UNION ALL SELECT '2310', currency, sum(bonus_minor) FROM wallets
            WHERE organization_id = :tenant GROUP BY currency
            UNION ALL SELECT '2320', currency, sum(deferred_minor) FROM customer_passes
            WHERE organization_id = :tenant GROUP BY currency
            UNION ALL SELECT '1210', currency, -sum(due_minor) FROM session_bookings
            WHERE organization_id = :tenant AND money = 'due' GROUP BY currency
            UNION ALL SELECT '2330', b.currency, sum(b.paid_minor - b.earned_minor
                - b.refunded_minor + b.due_minor * (b.money = 'due')::int + coalesce(t.visits, 0))
            FROM session_bookings b LEFT JOIN (
                SELECT booking_id, sum(worth_minor) AS visits
                FROM session_tenders WHERE organization_id = :tenant AND kind = 'pass'
                AND returned_minor = 0
                GROUP BY booking_id) t ON t.booking_id = b.id
            WHERE b.organization_id = :tenant AND b.money <> 'written_off' GROUP BY b.currency
        )
        SELECT coalesce(books.code, own.code) AS id, coalesce(books.amount, 0) AS stored,
            coalesce(own.amount, 0) AS right
        FROM own FULL JOIN books USING (code, currency)
        WHERE coalesce(books.code, own.code) IN ('2300', '2310', '2320', '1210', '2330')
            AND coalesce(books.amount, 0) <> coalesce(own.amount, 0)
    """,
}


async def faults(uow: UnitOfWork) -> list[str]:
    """Return what does not agree: counts with rows, wallets and passes with the books."""
    found: list[str] = []
    for sentence, query in _CHECKS.items():
        rows = await uow.execute(query, {"tenant": uow.tenant})
        found += [sentence.format(**row) for row in rows.mappings()]
    return found
