"""What contracts do to their bookings, and their bookings to them.

A booking is offered when its contract goes out, and firm when all have signed; when it ends, what
is not signed yet ends with it.
"""

from uuid import UUID

from sqlalchemy import select

from houseful.hire.bookings.facts import BookingCancelled, BookingReleased
from houseful.hire.bookings.life import contract_booking, offer_booking
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import ENDED_STATES, LIFE
from houseful.hire.bookings.schemas import Because
from houseful.hire.bookings.service import lock_booking
from houseful.hire.bookings.story import tell
from houseful.hire.contracts.facts import ContractSent, ContractSigned
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.service import end_contract
from houseful.hire.contracts.states import CONTRACT
from houseful.kernel.database import UnitOfWork
from houseful.kernel.subscriptions import subscribe

VOIDABLE = frozenset(state for state in CONTRACT.states if CONTRACT.allows(state, "void"))


@subscribe(ContractSent)
async def offer_when_sent(uow: UnitOfWork, fact: ContractSent) -> None:
    """Note on a held booking that its contract is with the customer."""
    if fact.booking_id is None:
        return
    booking = await uow.get(Booking, fact.booking_id)
    if LIFE.allows(booking.status, "offer"):
        await offer_booking(uow, booking.id, Because(reason="The contract was sent."))


@subscribe(ContractSigned)
async def contract_when_signed(uow: UnitOfWork, fact: ContractSigned) -> None:
    """Make the booking's spaces firm; if that cannot be any more, people are told."""
    if fact.booking_id is None or fact.is_addendum:
        return
    booking = await lock_booking(uow, fact.booking_id)
    if LIFE.allows(booking.status, "contract"):
        await contract_booking(uow, booking.id)
    elif booking.status in ENDED_STATES:
        await tell(uow, booking, "signed_late", details={"contract": str(fact.subject_id)})


@subscribe(BookingReleased)
async def void_when_let_go(uow: UnitOfWork, fact: BookingReleased) -> None:
    """Let nobody sign for what is released, declined or lost."""
    await _void_unsigned(uow, fact.subject_id)


@subscribe(BookingCancelled)
async def void_when_cancelled(uow: UnitOfWork, fact: BookingCancelled) -> None:
    """Let nobody sign for what is cancelled."""
    await _void_unsigned(uow, fact.subject_id)


async def _void_unsigned(uow: UnitOfWork, booking_id: UUID) -> None:
    """Void the booking's contracts that not all have signed; an addendum has its own life."""
    booking = await uow.get(Booking, booking_id)
    unsigned = await uow.all(
        select(Contract.id)
        .where(
            Contract.organization_id == uow.tenant,
            Contract.booking_id == booking_id,
            Contract.parent_id.is_(None),
            Contract.status.in_(VOIDABLE),
        )
        .order_by(Contract.id)
        .with_for_update()
    )
    for contract_id in unsigned:
        await end_contract(uow, contract_id, "void", f"The booking is {booking.status}.")
