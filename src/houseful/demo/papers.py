"""The demo's papers: deals in their versions, contracts, deposits, settlements, events to come."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from houseful import hire
from houseful.demo.agreements import (
    AGREEMENTS,
    BODY,
    CURRENCY,
    PLANNED,
    SETTLED,
    WEDDING_BODY,
    Agreed,
    Due,
)
from houseful.demo.hire import answer_by
from houseful.demo.house import email_of
from houseful.hire.contracts import sending, signing, templates
from houseful.hire.contracts import service as contracts
from houseful.hire.contracts.facts import SignerInvited
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.schemas import (
    Correction,
    NewContract,
    NewTemplate,
    SignerBody,
    TemplateChanges,
)
from houseful.hire.contracts.states import OUT_FOR_SIGNATURE
from houseful.hire.deals import service as deals
from houseful.hire.deals.schemas import Answer, NewDeal, NewVersion
from houseful.hire.deposits import invoices
from houseful.hire.deposits import service as deposits
from houseful.hire.deposits.schemas import NewDeposit, Payment, Return, Waiver
from houseful.hire.settlements import service as settlements
from houseful.hire.settlements.queries import get_settlement
from houseful.hire.settlements.schemas import (
    Agreement,
    NewComment,
    NewExpense,
    NewSettlement,
    Payout,
)
from houseful.hire.venue_events.schemas import NewVenueEvent
from houseful.hire.venue_events.service import (
    create_venue_event,
    link_promoter,
    sync_booking_event,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.outbox import OutboxRow

HOUSE_SIGNER = SignerBody(name="Olive Owner", email=email_of("owner"), role="house")
SAYS_NOTHING = Answer()
OBJECTIONS = (
    NewComment(
        text="The door was broken when we came.",
        line="recouped",
        party="promoter",
        name="Tom Ashby",
    ),
    NewComment(text="We look at the pictures of the hand-over.", name="Olive Owner"),
)


class Desk(NamedTuple):
    """What every paper is written with."""

    secret: str
    template_id: UUID
    contacts: Mapping[str, str]
    bookings: Mapping[str, Any]


async def write_papers(
    uow: UnitOfWork, secret: str, contacts: Mapping[str, str], promoters_events: Mapping[str, UUID]
) -> Mapping[str, UUID]:
    """Write the season's papers; return the settlements by the title of their bookings.

    `contacts` are who signs for whom, `promoters_events` what bookings turned out to be for.
    """
    found, _ = await hire.list_bookings(
        uow, window=Window(limit=LIMIT_MAX), matching=hire.BookingFilter()
    )
    bookings: dict[str, Any] = {}
    for booking in found:
        bookings.setdefault(booking.title, booking)
    desk = Desk(secret, await _write_templates(uow), contacts, bookings)
    for agreed in AGREEMENTS:
        await _agree(uow, desk, agreed)
    for title, event_id in promoters_events.items():
        reference = await sync_booking_event(uow, bookings[title].id)
        await link_promoter(uow, reference.id, str(event_id))
    for planned in PLANNED:
        await create_venue_event(uow, _placeholder(uow, *planned))
    await _send_no_old_mail(uow)
    return {title: await _settle(uow, bookings[title].id) for title in SETTLED}


async def conclude_settlements(uow: UnitOfWork, settled: Mapping[str, UUID]) -> None:
    """Let both sides agree, or one object, and what was due be paid."""
    for title, how_far in SETTLED.items():
        await _conclude(uow, settled[title], how_far)


async def _write_templates(uow: UnitOfWork) -> UUID:
    draft = NewTemplate(name="House agreement", title="Hire: {{booking.title}}", body=BODY)
    template = await templates.create_template(uow, draft)
    await templates.publish_template(uow, template.id)
    wording = BODY.replace("within 14 days", "within 30 days")
    await templates.update_template(
        uow, template.id, template.version, TemplateChanges(body=wording)
    )
    await templates.publish_template(uow, template.id)
    wedding = NewTemplate(name="Weddings", title="Your day: {{booking.title}}", body=WEDDING_BODY)
    await templates.create_template(uow, wedding)
    return template.id


async def _agree(uow: UnitOfWork, desk: Desk, agreed: Agreed) -> None:
    booking = desk.bookings[agreed.booking]
    deal_id = await _deal(uow, booking, agreed)
    if agreed.contract:
        await _contract(uow, desk, booking, deal_id, agreed)
    for due in agreed.deposits:
        await _deposit(uow, booking.id, due)


async def _deal(uow: UnitOfWork, booking: Any, agreed: Agreed) -> UUID:
    first, *later = agreed.versions
    title = f"{booking.title}: {first.shape.replace('_', ' ')}"
    deal = await deals.create_deal(uow, NewDeal(title=title, terms=first, booking_id=booking.id))
    for terms in later:
        await deals.offer_deal(uow, deal.id)
        await deals.decline_deal(uow, deal.id, Answer(note="They ask for other terms."))
        await deals.revise_deal(uow, deal.id, NewVersion(terms=terms, note="As we said by phone."))
    if agreed.deal in {"offered", "accepted"}:
        await deals.offer_deal(uow, deal.id)
    if agreed.deal == "accepted":
        await deals.accept_deal(uow, deal.id, SAYS_NOTHING)
    return deal.id


async def _contract(
    uow: UnitOfWork, desk: Desk, booking: Any, deal_id: UUID, agreed: Agreed
) -> None:
    contact = desk.contacts[agreed.who]
    address = f"{contact.split()[-1].lower()}@{agreed.who.split()[0].lower()}.example"
    contract = await contracts.create_contract(
        uow,
        NewContract(
            template_id=desk.template_id,
            booking_id=booking.id,
            deal_id=deal_id,
            values={} if agreed.contract == "draft" else {"purpose": booking.title},
            signers=[SignerBody(name=contact, email=address), HOUSE_SIGNER],
            signing_order="sequential",
            expires_at=answer_by(uow.now, booking.starts_at),
            remind_every_days=3,
        ),
    )
    if agreed.contract == "draft":
        return
    await contracts.submit_contract(uow, contract.id)
    if agreed.contract == "in_approval":
        return
    await contracts.approve_contract(uow, contract.id)
    contract = await sending.send_contract(uow, contract.id)
    for _ in range({"signed": 2, "partially_signed": 1}.get(agreed.contract, 0)):
        contract = await _sign(uow, desk, contract)
    if agreed.contract == "corrected":
        reason = Correction(reason="The wrong hall was named.")
        await contracts.correct_contract(uow, contract.id, reason)
    if agreed.addendum:
        await contracts.create_contract(
            uow,
            NewContract(
                title=f"Addendum: {agreed.addendum}",
                body="The house and {{customer.name}} add: {{addition}}.",
                parent_id=contract.id,
                values={"addition": agreed.addendum},
                signers=[SignerBody(name=contact, email=address), HOUSE_SIGNER],
            ),
        )


async def _sign(uow: UnitOfWork, desk: Desk, contract: Contract) -> Contract:
    signer = next(one for one in contract.signers if one.status == "invited")
    token = sending.link_token(desk.secret, signer.id, signer.link_number)
    await signing.open_link(uow, desk.secret, signer.id, token)
    signature = signing.Signature(
        kind="typed",
        name=signer.name,
        has_consented=True,
        document_hash=contract.document_hash,
        address="192.0.2.44",
        browser="Firefox on a desk",
    )
    return await signing.sign(uow, desk.secret, signer.id, token, signature)


async def _deposit(uow: UnitOfWork, booking_id: UUID, due: Due) -> None:
    shown = await deposits.create_deposit(
        uow,
        NewDeposit(
            booking_id=booking_id,
            title=due.title,
            kind=due.kind,
            currency=CURRENCY,
            amount_minor=due.amount * 100,
            due_on=(uow.now + timedelta(days=due.in_days)).date(),
        ),
    )
    deposit = shown.deposit
    if due.state == "waived":
        await deposits.waive_deposit(uow, deposit.id, Waiver(reason="A customer of many years."))
    if due.state in {"expected", "waived"}:
        return
    await invoices.invoice_deposit(uow, deposit.id)
    if due.paid:
        reference = f"RF{deposit.id.hex[-10:].upper()}"
        payment = Payment(amount_minor=due.paid * 100, reference=reference)
        await deposits.receive_payment(uow, deposit.id, payment)
    if due.state == "refunded":
        back = Return(reason="The tour was called off.", reference="back")
        await deposits.refund_deposit(uow, deposit.id, back)
    if due.state == "forfeited":
        kept = Return(reason="Cancelled within thirty days.", reference="kept")
        await deposits.forfeit_deposit(uow, deposit.id, kept)


async def _settle(uow: UnitOfWork, booking_id: UUID) -> UUID:
    made = await settlements.create_settlement(uow, NewSettlement(booking_id=booking_id))
    crew = NewExpense(label="Stage hands, two for four hours", amount_minor=33_600)
    await settlements.add_expense(uow, made.id, crew)
    return made.id


async def _conclude(uow: UnitOfWork, settlement_id: UUID, how_far: str) -> None:
    if how_far == "draft":
        door = NewExpense(label="The broken stage door", amount_minor=12_000, borne_by="promoter")
        await settlements.add_expense(uow, settlement_id, door)
        for said in OBJECTIONS:
            is_theirs = said.party == "promoter"
            await settlements.comment(uow, settlement_id, said, by_promoter=is_theirs)
        return
    made = await get_settlement(uow, settlement_id)
    for agreed in (("venue", "Olive Owner"), ("promoter", "For the promoter")):
        agreement = _agreement(made.due_minor, *agreed)
        is_theirs = agreement.party == "promoter"
        await settlements.agree(uow, made.id, agreement, by_promoter=is_theirs)
    if how_far == "paid":
        await settlements.pay_settlement(uow, made.id, Payout(reference="SEPA 0117"))


def _agreement(due_minor: int, party: Any, name: str) -> Agreement:
    return Agreement(name=name, due_minor=due_minor, party=party)


def _placeholder(uow: UnitOfWork, title: str, who: str, in_days: int) -> NewVenueEvent:
    starts = (uow.now + timedelta(days=in_days)).replace(minute=0, second=0, microsecond=0)
    return NewVenueEvent(
        title=title,
        placeholder=True,
        placeholder_promoter_name=who,
        placeholder_promoter_email=f"booking@{who.split(maxsplit=1)[0].lower()}.example",
        placeholder_notes="Not on the platform yet; write to them when the dates are firm.",
        start_at=starts,
        end_at=starts + timedelta(hours=3),
    )


async def _send_no_old_mail(uow: UnitOfWork) -> None:
    """Let nobody be invited by mail to sign what the demo has signed for them already."""
    over = select(Contract.id).where(
        Contract.organization_id == uow.tenant, Contract.status.not_in(OUT_FOR_SIGNATURE)
    )
    await uow.execute(
        update(OutboxRow)
        .where(
            OutboxRow.organization_id == uow.tenant,
            OutboxRow.kind == SignerInvited.kind(),
            OutboxRow.subject_id.in_(over),
        )
        .values(relayed_at=uow.now)
    )
