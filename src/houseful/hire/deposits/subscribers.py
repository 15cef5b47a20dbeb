"""What deposits hear, and what time does to them."""

from uuid import UUID

from houseful.hire.bookings.facts import BookingContracted
from houseful.hire.bookings.life import confirm_paid_booking
from houseful.hire.deposits.facts import DepositChanged, DepositSettled
from houseful.hire.deposits.reporting import read_back_everywhere, report_deposit
from houseful.hire.services import services_of
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.jobs import chore
from houseful.kernel.subscriptions import subscribe, subscribe_outside

READ_BACK_EVERY_SECONDS = 300


@subscribe_outside(DepositChanged)
async def tell_finance(database: Database, organization_id: UUID, fact: DepositChanged) -> None:
    """Report a deposit to the Finance service."""
    finance = services_of(database).finance
    if finance is not None:
        await report_deposit(database, organization_id, fact.subject_id, finance)


@subscribe(DepositSettled)
async def confirm_when_paid(uow: UnitOfWork, fact: DepositSettled) -> None:
    """Confirm a signed booking once every deposit that is required is paid or waived."""
    await confirm_paid_booking(uow, fact.booking_id)


@subscribe(BookingContracted)
async def confirm_when_signed(uow: UnitOfWork, fact: BookingContracted) -> None:
    """Confirm a booking whose deposits were paid before the last had signed."""
    await confirm_paid_booking(uow, fact.subject_id)


@chore(every_seconds=READ_BACK_EVERY_SECONDS)
async def read_paid_state(database: Database) -> None:
    """Read from finance what is paid, and report what it has not heard yet."""
    finance = services_of(database).finance
    if finance is not None:
        await read_back_everywhere(database, finance)
