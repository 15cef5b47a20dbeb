"""What must hold of payments: `houseful doctor` and the tests ask."""

from houseful.kernel.database import UnitOfWork
from houseful.ledger import chart

_CHECKS: dict[str, str] = {
    "payment {id} counts other refunds than it has": """
        SELECT t.id FROM transactions t
        LEFT JOIN refunds r ON r.organization_id = t.organization_id AND r.transaction_id = t.id
            AND r.status NOT IN ('failed', 'rejected')
        WHERE t.organization_id = :tenant
        GROUP BY t.organization_id, t.id
        HAVING t.refunded_minor <> coalesce(sum(r.amount_minor), 0)
    """,
    "payment {id} took money and is neither honoured, nor given back, nor in review": """
        SELECT id FROM transactions
        WHERE organization_id = :tenant AND captured_minor > 0
        AND NOT (outcome IN ('honoured', 'review') AND status IN ('succeeded', 'review')
            OR outcome IN ('unavailable', 'duplicate'))
    """,
    "payment {id} came too late or twice, and nothing was ever sent back": """
        SELECT t.id FROM transactions t
        WHERE t.organization_id = :tenant AND t.outcome IN ('unavailable', 'duplicate')
        AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.organization_id = t.organization_id
            AND r.transaction_id = t.id)
    """,
    "refund {id} is paid, but the books do not say so once": """
        SELECT r.id FROM refunds r
        LEFT JOIN journal_entries e ON e.organization_id = r.organization_id
            AND e.source_key = 'refund_paid:' || r.id
        WHERE r.organization_id = :tenant
        GROUP BY r.organization_id, r.id
        HAVING count(e.id) <> CASE WHEN r.status = 'succeeded' THEN 1 ELSE 0 END
    """,
    "refunds in flight in {id} are not what the books say": """
        WITH asked AS (
            SELECT currency, sum(amount_minor) AS amount FROM refunds
            WHERE organization_id = :tenant AND status IN ('requested', 'approved', 'submitted')
            GROUP BY currency
        ), booked AS (
            SELECT a.currency, sum(CASE p.direction WHEN 'credit' THEN p.amount_minor
                ELSE -p.amount_minor END) AS amount
            FROM ledger_accounts a JOIN postings p
                ON p.organization_id = a.organization_id AND p.account_id = a.id
            WHERE a.organization_id = :tenant AND a.code = :refunds_in_flight
            GROUP BY a.currency
        )
        SELECT currency AS id FROM asked FULL JOIN booked USING (currency)
        WHERE coalesce(asked.amount, 0) <> coalesce(booked.amount, 0)
    """,
}


async def violations(uow: UnitOfWork) -> list[str]:
    """Return what is wrong with payments and refunds, each in a sentence."""
    found: list[str] = []
    parameters = {"tenant": uow.tenant, "refunds_in_flight": chart.REFUNDS_IN_FLIGHT}
    for sentence, query in _CHECKS.items():
        rows = await uow.execute(query, parameters)
        found += [sentence.format(id=row.id) for row in rows]
    return found
