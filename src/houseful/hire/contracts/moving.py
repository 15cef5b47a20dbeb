"""What contracts do to their bookings, and their bookings to them.

A booking is offered when its contract goes out, and firm when all have signed; when it ends, what
is not signed yet ends with it.
"""

from uuid import UUID

from sqlalchemy import Select, select

from houseful.hire.bookings.expiry import offered_until
from houseful.hire.bookings.facts import BookingCancelled, BookingReleased
from houseful.hire.bookings.life import contract_booking, offer_booking
from houseful.hire.bookings.models import Booking, BookingAct
from houseful.hire.bookings.rules import ENDED_STATES, LIFE
from houseful.hire.bookings.schemas import Because
from houseful.hire.bookings.service import lock_booking
from houseful.hire.bookings.story import tell
from houseful.hire.contracts.facts import ContractEnded, ContractSent, ContractSigned
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.service import end_contract
from houseful.hire.contracts.states import CONTRACT
from houseful.kernel.database import UnitOfWork
from houseful.kernel.subscriptions import subscribe

UNSIGNED_ENDS = frozenset({"declined", "expired"})
VOIDABLE = frozenset(state for state in CONTRACT.states if CONTRACT.allows(state, "void"))


@subscribe(ContractSent)
async def offer_when_sent(uow: UnitOfWork, fact: ContractSent) -> None:
    """Note on a held booking that its contract is with the customer; an offer lasts as long."""
    if fact.booking_id is None:
        return
    booking = await lock_booking(uow, fact.booking_id)
    if LIFE.allows(booking.status, "offer"):
        await offer_booking(uow, booking.id, Because(reason="The contract was sent."))
    elif booking.status == "offered":
        until = await offered_until(uow, booking)
        if booking.hold_expires_at is not None and until > booking.hold_expires_at:
            booking.hold_expires_at, booking.expiry_warned_at = until, None


@subscribe(ContractEnded)
async def tell_when_not_signed(uow: UnitOfWork, fact: ContractEnded) -> None:
    """Write into the booking's story that its contract was declined, or has expired; once."""
    if fact.booking_id is None or fact.status not in UNSIGNED_ENDS:
        return
    contract = await uow.get(Contract, fact.subject_id)
    booking = await lock_booking(uow, fact.booking_id)
    act, named = f"contract_{fact.status}", str(contract.id)
    told = await uow.first(
        select(BookingAct.id).where(
            BookingAct.organization_id == uow.tenant,
            BookingAct.booking_id == booking.id,
            BookingAct.act == act,
            BookingAct.details["contract"].astext == named,
        )
    )
    if told is None:
        await tell(uow, booking, act, reason=contract.status_reason, details={"contract": named})


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


async def has_unsigned(uow: UnitOfWork, booking_id: UUID) -> bool:
    """Whether a contract would be voided, did the booking end now."""
    return await uow.first(_unsigned(uow, booking_id).limit(1)) is not None


def _unsigned(uow: UnitOfWork, booking_id: UUID) -> Select[UUID]:
    """Select the booking's contracts that not all have signed; an addendum has its own life."""
    return select(Contract.id).where(
        Contract.organization_id == uow.tenant,
        Contract.booking_id == booking_id,
        Contract.parent_id.is_(None),
        Contract.status.in_(VOIDABLE),
    )


async def _void_unsigned(uow: UnitOfWork, booking_id: UUID) -> None:
    booking = await uow.get(Booking, booking_id)
    statement = _unsigned(uow, booking_id).order_by(Contract.id).with_for_update()
    for contract_id in await uow.all(statement):
        await end_contract(uow, contract_id, "void", f"The booking is {booking.status}.")
