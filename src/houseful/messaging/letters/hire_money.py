"""Letters about money of a booking that goes back to its customer."""

from uuid import UUID

from houseful.hire import get_booking
from houseful.hire.customers.reaching import holder_of
from houseful.hire.deposits.models import Deposit, DepositPayment
from houseful.kernel.database import UnitOfWork
from houseful.messaging.letters.desk import Written, sit_down
from houseful.messaging.mailroom import Mailroom
from houseful.messaging.models import Notification


async def write_deposit_returned(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Tell how much goes back, of which deposit, and why."""
    deposit = await uow.get(Deposit, message.subject_id)
    payment = await uow.get(DepositPayment, UUID(message.details["payment_id"]))
    booking = await get_booking(uow, deposit.booking_id)
    desk = await sit_down(uow, mailroom, message)
    amount = desk.writer(booking.timezone).money(payment.amount_minor, payment.currency)
    return Written(
        letter=desk.letter(
            message.kind,
            {"booking": booking.title, "deposit": deposit.title, "amount": amount},
            why=desk.labels.why_holder,
            name=(await holder_of(uow, booking.id)).name,
            facts=[(desk.labels.refund, [amount]), (desk.labels.reason, [payment.note])],
        )
    )
