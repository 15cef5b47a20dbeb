"""The demo's papers: deals, contracts, deposits and a settlement, each as far as it may be."""

from datetime import timedelta
from uuid import UUID

from houseful import hire
from houseful.demo.house import email_of
from houseful.hire.contracts.schemas import NewContract, NewTemplate, SignerBody
from houseful.hire.contracts.sending import send_contract
from houseful.hire.contracts.service import approve_contract, create_contract, submit_contract
from houseful.hire.contracts.templates import create_template, publish_template
from houseful.hire.deals.schemas import Answer, NewDeal
from houseful.hire.deals.service import accept_deal, create_deal, offer_deal
from houseful.hire.deals.terms import DealTerms
from houseful.hire.deposits.invoices import invoice_deposit
from houseful.hire.deposits.schemas import NewDeposit, Payment
from houseful.hire.deposits.service import create_deposit, receive_payment
from houseful.hire.settlements.schemas import NewComment, NewExpense, NewSettlement
from houseful.hire.settlements.service import add_expense, comment, create_settlement
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window

CURRENCY = "EUR"
LAST_NIGHT = "The Hollow Coves"
WORDING = """# Hire of {{booking.spaces}}

The house, **{{house.name}}**, lets its space to {{customer.name}} for {{booking.title}}.

1. The hire begins on {{booking.starts}} and ends on {{booking.ends}}.
2. The rent is {{rent}}, and is due before the doors open.
3. What is broken is paid for by the hirer.
4. A cancellation within 30 days of the date costs half of the rent.
"""

Bookings = dict[str, UUID]


async def draw_up_papers(uow: UnitOfWork) -> None:
    """Make the papers of the season's bookings."""
    found, _ = await hire.list_bookings(
        uow, window=Window(limit=LIMIT_MAX), matching=hire.BookingFilter()
    )
    bookings = {booking.title: booking.id for booking in found}
    await _strike_deals(uow, bookings)
    await _draw_up_contracts(uow, bookings)
    await _ask_for_deposits(uow, bookings)
    await _settle_the_last_night(uow, bookings)


async def _strike_deals(uow: UnitOfWork, bookings: Bookings) -> None:
    flat = DealTerms(shape="flat", currency=CURRENCY, amount_minor=950_000)
    versus = DealTerms(
        shape="versus", currency=CURRENCY, payee="promoter", amount_minor=800_000, share=8500
    )
    door = DealTerms(shape="door", currency=CURRENCY, share=3000, floor_minor=120_000)
    for about, title, terms, way in (
        (LAST_NIGHT, "Rent of the hall", flat, ("offer", "accept")),
        ("The Tidal Choir", "Guarantee versus 85\u00a0%", versus, ("offer", "accept")),
        ("Gaming Finals", "Rent of the hall", flat, ("offer",)),
        ("Poetry Slam", "30\u00a0% of the door", door, ()),
    ):
        data = NewDeal(title=f"{about}: {title}", booking_id=bookings[about], terms=terms)
        deal = await create_deal(uow, data)
        if "offer" in way:
            await offer_deal(uow, deal.id)
        if "accept" in way:
            await accept_deal(uow, deal.id, Answer())


async def _draw_up_contracts(uow: UnitOfWork, bookings: Bookings) -> None:
    template = await create_template(
        uow, NewTemplate(name="Hire agreement", title="Hire agreement", body=WORDING)
    )
    await publish_template(uow, template.id)
    for about, hirer, rent, way in (
        ("Gaming Finals", "Petra Kranich", "€12,500.00", ("submit", "approve", "send")),
        ("Dentists' Congress", "Ines Hartmann", "€28,500.00", ("submit",)),
        ("Cabaret Noir", "Bruno Berg", "€1,900.00", ()),
    ):
        address = f"{hirer.replace(' ', '.').lower()}@example.com"
        data = NewContract(
            template_id=template.id,
            booking_id=bookings[about],
            values={"rent": rent},
            signers=[
                SignerBody(name=hirer, email=address),
                SignerBody(name="Olive Owner", email=email_of("owner"), role="house"),
            ],
        )
        contract = await create_contract(uow, data)
        if "submit" in way:
            await submit_contract(uow, contract.id)
        if "approve" in way:
            await approve_contract(uow, contract.id)
        if "send" in way:
            await send_contract(uow, contract.id)


async def _ask_for_deposits(uow: UnitOfWork, bookings: Bookings) -> None:
    for about, amount_minor, due_in_days, paid_minor in (
        (LAST_NIGHT, 475_000, -20, 475_000),
        ("The Tidal Choir", 400_000, 2, 150_000),
        ("Wedding Okafor", 70_000, -4, 0),
        ("Annual Meeting", 620_000, 6, None),
    ):
        data = NewDeposit(
            booking_id=bookings[about],
            title="Booking deposit",
            amount_minor=amount_minor,
            due_on=(uow.now + timedelta(days=due_in_days)).date(),
            is_required=False,
        )
        deposit = (await create_deposit(uow, data)).deposit
        if paid_minor is not None:
            await invoice_deposit(uow, deposit.id)
        if paid_minor:
            payment = Payment(amount_minor=paid_minor, reference=f"Transfer, {about}")
            await receive_payment(uow, deposit.id, payment)


async def _settle_the_last_night(uow: UnitOfWork, bookings: Bookings) -> None:
    settlement = await create_settlement(uow, NewSettlement(booking_id=bookings[LAST_NIGHT]))
    for label, amount_minor in (("Stage hands, 42 hours", 176_400), ("Cleaning", 38_000)):
        expense = NewExpense(label=label, amount_minor=amount_minor, borne_by="promoter")
        await add_expense(uow, settlement.id, expense)
    said = NewComment(text="The hours are those of the crew's sheet.", name="Clara Clerk")
    await comment(uow, settlement.id, said)
