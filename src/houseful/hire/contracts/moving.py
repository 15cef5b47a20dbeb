"""What contracts do to their bookings: offered when they go out, firm when all have signed."""

from houseful.hire.bookings.life import contract_booking, offer_booking
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import LIFE
from houseful.hire.bookings.schemas import Because
from houseful.hire.contracts.facts import ContractSent, ContractSigned
from houseful.kernel.database import UnitOfWork
from houseful.kernel.subscriptions import subscribe


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
    """Make the booking's spaces firm; if somebody else has them by now, people are told."""
    if fact.booking_id is None or fact.is_addendum:
        return
    booking = await uow.get(Booking, fact.booking_id)
    if LIFE.allows(booking.status, "contract"):
        await contract_booking(uow, booking.id)
