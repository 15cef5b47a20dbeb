"""Letters to the house's own people: what of a hire has ended without them."""

from houseful.hire import get_booking
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.wording import fill_line
from houseful.kernel.database import UnitOfWork
from houseful.messaging.letters.desk import Written, sit_down
from houseful.messaging.mailroom import Mailroom
from houseful.messaging.models import Notification

CONTRACTS = {"declined": "office_contract_declined", "expired": "office_contract_expired"}
"""The kinds of letter by what became of a contract."""


async def write_offer_expired(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Tell that nobody has answered an offer, and that its spaces are free."""
    booking = await get_booking(uow, message.subject_id)
    desk = await sit_down(uow, mailroom, message)
    return Written(
        letter=desk.letter(
            message.kind,
            {"booking": booking.title, "email": message.recipient},
            why=desk.labels.why_account,
            url=f"{desk.office_url}/bookings/{booking.id}",
        )
    )


async def write_contract_ended(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Tell why a contract will not be signed; nothing when it was signed after all."""
    contract = await uow.get(Contract, message.subject_id)
    if CONTRACTS.get(contract.status) != message.kind:
        return None
    desk = await sit_down(uow, mailroom, message)
    title = fill_line(contract.title, contract.values)
    return Written(
        letter=desk.letter(
            message.kind,
            {"contract": title, "email": message.recipient},
            why=desk.labels.why_account,
            url=f"{desk.office_url}/contracts/{contract.id}",
            facts=[(desk.labels.reason, [contract.status_reason])],
        )
    )
