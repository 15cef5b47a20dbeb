"""How payments asks what a booking, a pass or a top-up costs, and hands it over."""

from collections import Counter
from uuid import UUID

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem
from houseful.ledger import chart
from houseful.payments import (
    NothingToPay,
    Outcome,
    Payable,
    PayableView,
    Transaction,
    provider_named,
    register_payable,
)
from houseful.sessions.bookings import money
from houseful.sessions.bookings.billing import note_settled, settle_debts
from houseful.sessions.bookings.models import SessionBooking
from houseful.sessions.bookings.purses import open_purse
from houseful.sessions.bookings.taking import (
    add_booking,
    bill_of,
    confirm,
    debts_of,
    take_place,
)
from houseful.sessions.bookings.wishes import ExtraWish, Payment, Wish
from houseful.sessions.catalogue.models import Activity, Session
from houseful.sessions.covering import cover
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.facts import LatePaymentReturned, WalletToppedUp
from houseful.sessions.passes import service as passes
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.problems import NotEnoughFunds
from houseful.sessions.states import MONEY
from houseful.sessions.wallets.models import TopUp, Wallet
from houseful.sessions.wallets.service import credit_top_up

TOP_UP_KIND = "session_top_up"


class BookingPayable(Payable):
    """A place that is held until it is paid for, or one that was billed afterwards."""

    async def describe(self, uow: UnitOfWork, payable_id: UUID) -> PayableView:
        """Return what is to be paid. Raises `NothingToPay`."""
        booking = await uow.get(SessionBooking, payable_id)
        if not booking.is_payable(uow.now):
            raise NothingToPay(status=booking.status)
        path = booking.return_path or "/me"
        return PayableView(booking.due_minor, booking.currency, "A place in a session", path)

    async def honour(self, uow: UnitOfWork, transaction: Transaction) -> Outcome:
        """Confirm the place, settle the debt, or take a place again when the money came late.

        Where there is none any more the money goes back, and its payer is told.
        """
        booking = await uow.get(SessionBooking, transaction.payable_id, lock=True)
        if booking.money == "due" and booking.due_minor == transaction.amount_minor:
            await money.take_card(uow, booking, transaction, settles=chart.CUSTOMER_RECEIVABLE)
            await note_settled(uow, booking, "pay")
            return "honoured"
        if booking.place == "held" and booking.due_minor == transaction.amount_minor:
            await money.take_card(uow, booking, transaction)
            booking.money = MONEY.next(booking.money, "pay")
            await confirm(uow, booking)
            return "honoured"
        if booking.place == "expired" and await _book_again(uow, booking, transaction):
            return "honoured"
        if booking.place == "confirmed":
            return "duplicate"
        await uow.announce(
            LatePaymentReturned(
                subject_id=booking.id,
                session_id=booking.session_id,
                transaction_id=transaction.id,
                amount_minor=transaction.amount_minor,
            )
        )
        return "unavailable"


class PassPayable(Payable):
    """A pass that was ordered."""

    async def describe(self, uow: UnitOfWork, payable_id: UUID) -> PayableView:
        """Return what is to be paid. Raises `NothingToPay`."""
        ordered = await uow.get(CustomerPass, payable_id)
        if ordered.status != "awaiting_payment":
            raise NothingToPay(status=ordered.status)
        path = ordered.return_path or "/me"
        return PayableView(ordered.price, ordered.currency, ordered.name, path)

    async def honour(self, uow: UnitOfWork, transaction: Transaction) -> Outcome:
        """Let the pass be used."""
        ordered = await uow.get(CustomerPass, transaction.payable_id, lock=True)
        if ordered.status != "awaiting_payment":
            return "unavailable" if ordered.status == "cancelled" else "duplicate"
        await passes.hand_over(uow, ordered, provider_named(transaction.provider).clearing_account)
        return "honoured"


class TopUpPayable(Payable):
    """Money on its way into a wallet."""

    async def describe(self, uow: UnitOfWork, payable_id: UUID) -> PayableView:
        """Return what is to be paid. Raises `NothingToPay`."""
        top_up = await uow.get(TopUp, payable_id)
        if top_up.status != "awaiting_payment":
            raise NothingToPay(status=top_up.status)
        path = top_up.return_path or "/me"
        return PayableView(top_up.amount_minor, top_up.currency, "Wallet top-up", path)

    async def honour(self, uow: UnitOfWork, transaction: Transaction) -> Outcome:
        """Put the money into the wallet, and settle what its owner owes, the oldest first."""
        top_up = await uow.get(TopUp, transaction.payable_id, lock=True)
        if top_up.status == "paid":
            return "duplicate"
        wallet = await uow.get(Wallet, top_up.wallet_id)
        await debts_of(uow, wallet.customer_id)
        top_up.status = "paid"
        await credit_top_up(uow, top_up, provider_named(transaction.provider).clearing_account)
        await uow.announce(WalletToppedUp(subject_id=wallet.id, top_up_id=top_up.id))
        await settle_debts(uow, wallet.customer_id)
        return "honoured"


async def _book_again(uow: UnitOfWork, expired: SessionBooking, transaction: Transaction) -> bool:
    """Take a place again for money that came late, if there is one and all of it can be paid.

    What the card does not pay is taken from pass, bonus and wallet as before.
    """
    session = await uow.get(Session, expired.session_id)
    if session.starts_at <= uow.now:
        return False
    activity = await uow.get(Activity, session.activity_id)
    customer = await uow.get(CompanyCustomer, expired.customer_id)
    attendee = await uow.get(CompanyCustomer, expired.attendee_id)
    payment = Payment(
        pass_id=expired.customer_entitlement_id,
        avoids_pass=expired.customer_entitlement_id is None,
    )
    wish = Wish(
        session_id=session.id,
        customer_id=customer.id,
        attendee_id=attendee.id,
        extras=_wished(expired),
        payment=payment,
        contact_name=expired.contact_name,
        contact_email=expired.contact_email,
    )
    try:
        async with uow.savepoint():
            purse = await open_purse(uow, customer, session, attendee.id, lock=True)
            await take_place(uow, session.id)
            booking = await add_booking(uow, session, activity, customer, attendee, wish)
            _promise_again(booking, expired)
            bill = bill_of(booking, payment, card_minor=transaction.amount_minor)
            decided = cover(bill, purse.funds)
            if decided.missing_minor != transaction.amount_minor:
                raise NotEnoughFunds(missing=decided.missing_minor)
            await money.use_cover(uow, booking, session, purse, decided)
            await money.take_card(uow, booking, transaction)
            booking.money = MONEY.next(booking.money, "pay")
            await confirm(uow, booking)
    except Problem:
        return False
    return True


def _wished(expired: SessionBooking) -> list[ExtraWish]:
    """Return the extras of a booking as they were wished for, whoever paid for them."""
    counted: Counter[UUID] = Counter()
    for row in expired.extras:
        counted[row.extra_id] += row.quantity
    return [ExtraWish(extra_id, quantity) for extra_id, quantity in counted.items()]


def _promise_again(booking: SessionBooking, expired: SessionBooking) -> None:
    """Keep the price and the rules that the payment was begun under."""
    booking.price, booking.total = expired.price, expired.total
    booking.due_minor = expired.total
    booking.policy = dict(expired.policy)
    sold = {row.extra_id: row for row in expired.extras}
    for row in booking.extras:
        before = sold[row.extra_id]
        row.name, row.price, row.price_paid = before.name, before.price, before.price
        row.tax_basis_points = before.tax_basis_points


register_payable(money.PAYABLE_KIND, BookingPayable())
register_payable(passes.PAYABLE_KIND, PassPayable())
register_payable(TOP_UP_KIND, TopUpPayable())
