"""What must hold of the books: `houseful doctor` and the tests ask."""

from houseful.kernel.database import UnitOfWork

_UNBALANCED = """
    SELECT e.id FROM journal_entries e
    LEFT JOIN postings p ON p.organization_id = e.organization_id AND p.entry_id = e.id
    WHERE e.organization_id = :tenant
    GROUP BY e.id, p.currency
    HAVING count(p.number) < 2
    OR sum(CASE p.direction WHEN 'debit' THEN p.amount_minor ELSE -p.amount_minor END) <> 0
"""


async def unbalanced_entries(uow: UnitOfWork) -> list[str]:
    """Return the entries whose sides differ in any currency, or that have no two postings."""
    rows = await uow.execute(_UNBALANCED, {"tenant": uow.tenant})
    return [f"entry {row.id} does not balance" for row in rows]
