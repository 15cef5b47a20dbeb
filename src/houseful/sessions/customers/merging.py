"""Two customers who are one: a guest's record goes into that of the account that claims it.

What the guest has moves to the account: family, passes, wallet, standing places, what they wait
for. A record that nothing refers to any more is removed; where something cannot be in one record
twice, such as two places in one session, the guest stays, as one of the account's family.
"""

from uuid import UUID

from houseful import audit
from houseful.kernel.database import UnitOfWork
from houseful.sessions.customers.models import CompanyCustomer

_MOVES = (
    """
    UPDATE company_customers SET guardian_id = :me
    WHERE organization_id = :tenant AND guardian_id = :guest
    """,
    """
    UPDATE customer_passes SET customer_id = :me
    WHERE organization_id = :tenant AND customer_id = :guest
    """,
    """
    UPDATE waiting_entries SET customer_id = :me
    WHERE organization_id = :tenant AND customer_id = :guest
    """,
    """
    UPDATE slot_attendees SET customer_id = :me
    WHERE organization_id = :tenant AND customer_id = :guest
    """,
    """
    UPDATE wallets w SET customer_id = :me
    WHERE w.organization_id = :tenant AND w.customer_id = :guest AND NOT EXISTS (
        SELECT 1 FROM wallets mine
        WHERE mine.organization_id = :tenant AND mine.customer_id = :me
            AND mine.currency = w.currency
    )
    """,
    """
    DELETE FROM wallets w
    WHERE w.organization_id = :tenant AND w.customer_id = :guest
        AND NOT EXISTS (
            SELECT 1 FROM wallet_movements m
            WHERE m.organization_id = :tenant AND m.wallet_id = w.id
        )
        AND NOT EXISTS (
            SELECT 1 FROM wallet_top_ups t
            WHERE t.organization_id = :tenant AND t.wallet_id = w.id
        )
        AND NOT EXISTS (
            SELECT 1 FROM bonus_lots b WHERE b.organization_id = :tenant AND b.wallet_id = w.id
        )
    """,
    """
    UPDATE waiting_entries w SET attendee_id = :me
    WHERE w.organization_id = :tenant AND w.attendee_id = :guest
        AND (w.status NOT IN ('waiting', 'offered') OR NOT EXISTS (
            SELECT 1 FROM waiting_entries mine
            WHERE mine.organization_id = :tenant AND mine.session_id = w.session_id
                AND mine.attendee_id = :me AND mine.status IN ('waiting', 'offered')
        ))
    """,
    """
    UPDATE slot_attendees s SET attendee_id = :me
    WHERE s.organization_id = :tenant AND s.attendee_id = :guest AND NOT EXISTS (
        SELECT 1 FROM slot_attendees mine
        WHERE mine.organization_id = :tenant AND mine.series_id = s.series_id
            AND mine.attendee_id = :me
    )
    """,
)


async def merge_guest(uow: UnitOfWork, guest: CompanyCustomer, me: CompanyCustomer) -> None:
    """Bring what a guest has into the record of an account; their bookings have moved already.

    The guest is locked. Merging again is harmless.
    """
    await _take_details(uow, guest, me)
    for move in _MOVES:
        await uow.execute(move, {"tenant": uow.tenant, "guest": guest.id, "me": me.id})
    await _end(uow, guest.id, me.id)


async def _take_details(uow: UnitOfWork, guest: CompanyCustomer, me: CompanyCustomer) -> None:
    """Keep what staff know of the guest, where they know nothing of the account."""
    me.phone = me.phone or guest.phone
    me.note = me.note or guest.note
    me.may_owe = me.may_owe or guest.may_owe
    if me in uow.session.dirty and uow.session.is_modified(me):
        await audit.record(uow, "sessions.customer.updated", me)
    await uow.flush()


async def _end(uow: UnitOfWork, guest_id: UUID, me_id: UUID) -> None:
    """Remove a record that nothing refers to; else let it be of the account's family."""
    try:
        async with uow.savepoint():
            await audit.remove_row(uow, CompanyCustomer, guest_id, "sessions.customer.removed")
    except audit.StillInUse:
        guest = await uow.get(CompanyCustomer, guest_id, lock=True)
        guest.guardian_id = me_id
        await audit.record(uow, "sessions.customer.updated", guest)
        await uow.flush()
