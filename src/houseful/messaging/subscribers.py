"""Who is told what: facts of the rooms below become drafts, and drafts become mail."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from houseful.accounts import (
    MemberAdded,
    OrganizationOpened,
    PasswordResetRequested,
    described_member,
    organization_ids,
    organization_of,
    reset_mail,
    user_by_id,
)
from houseful.events import EventCancelled, EventPostponed, EventRescheduled, get_event
from houseful.hire.contracts.facts import SignerInvited, SignerReminded
from houseful.hire.contracts.models import ContractSigner
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.jobs import chore, see_to_each
from houseful.kernel.outbox import Fact
from houseful.kernel.subscriptions import subscribe, subscribe_outside
from houseful.kernel.tenancy import PLATFORM
from houseful.messaging import hire_subscribers as _hire_subscribers
from houseful.messaging import session_subscribers as _session_subscribers
from houseful.messaging.composing import compose
from houseful.messaging.delivery import deliver
from houseful.messaging.drafting import Draft, draft
from houseful.messaging.facts import LinkQueued, NewsQueued, NotificationQueued
from houseful.messaging.keeping import forget_what_is_old
from houseful.messaging.mailroom import Mailroom
from houseful.messaging.queries import due_messages
from houseful.payments import PaymentGivenBack
from houseful.ticketing import (
    PAYABLE_KIND,
    Holder,
    OrderCanceled,
    OrderPaid,
    OrderUnavailable,
    SeatsOffered,
    TicketKeyRevoked,
    TicketsRefunded,
    holders_of,
    orders_of_key,
    orders_sold_until,
    show_order,
)

SUBSCRIBERS = (_hire_subscribers, _session_subscribers)
"""Those who hear of hire and of sessions: they stand in files of their own."""

DELIVER_EVERY_SECONDS = 15
FORGET_EVERY_SECONDS = 3600
PLATFORM_LOCALE = "en"
OVER = frozenset({"ended", "cancelled", "archived"})


@subscribe(OrderPaid)
async def tell_order_paid(uow: UnitOfWork, fact: OrderPaid) -> None:
    """Send the tickets."""
    await _tell_buyer(uow, "order_paid", fact.subject_id)


@subscribe(TicketsRefunded)
async def tell_tickets_refunded(uow: UnitOfWork, fact: TicketsRefunded) -> None:
    """Tell which tickets were taken back; each is, once at most."""
    tickets = sorted(str(ticket_id) for ticket_id in fact.ticket_ids)
    await _tell_buyer(
        uow, "tickets_refunded", fact.subject_id, key=tickets[0], details={"ticket_ids": tickets}
    )


@subscribe(PaymentGivenBack)
async def tell_payment_returned(uow: UnitOfWork, fact: PaymentGivenBack) -> None:
    """Tell that a payment which was not what was asked for goes back."""
    if fact.payable_kind == PAYABLE_KIND:
        await _tell_buyer(
            uow,
            "payment_returned",
            fact.payable_id,
            key=str(fact.subject_id),
            details={"refund_ids": [str(fact.subject_id)]},
        )


@subscribe(OrderCanceled)
async def tell_order_canceled(uow: UnitOfWork, fact: OrderCanceled) -> None:
    """Tell that an unpaid order was called off."""
    await _tell_buyer(uow, "order_canceled", fact.subject_id)


@subscribe(OrderUnavailable)
async def tell_order_unavailable(uow: UnitOfWork, fact: OrderUnavailable) -> None:
    """Tell that money came too late and goes back; that may happen to one order again."""
    await _tell_buyer(uow, "order_unavailable", fact.subject_id, key=str(new_id()))


@subscribe(SeatsOffered)
async def tell_seats_offered(uow: UnitOfWork, fact: SeatsOffered) -> None:
    """Tell who paid in vain that other places are kept for them."""
    await _tell_buyer(uow, "seats_offered", fact.subject_id, key=str(fact.hold_id))


@subscribe(EventPostponed)
async def tell_event_postponed(uow: UnitOfWork, fact: EventPostponed) -> None:
    """Tell every holder that the date is off."""
    holders = await holders_of(uow, fact.subject_id)
    await _tell_holders(uow, "event_postponed", holders, fact.subject_id, fact.previous_start_at)


@subscribe(EventRescheduled)
async def tell_event_rescheduled(uow: UnitOfWork, fact: EventRescheduled) -> None:
    """Tell every holder the new date, with new tickets: a message for each order."""
    orders = await orders_sold_until(uow, fact.subject_id, uow.now)
    holders = [order for order in orders if order.email]
    await _tell_holders(uow, "event_rescheduled", holders, fact.subject_id, fact.previous_start_at)


@subscribe(EventCancelled)
async def tell_event_cancelled(uow: UnitOfWork, fact: EventCancelled) -> None:
    """Tell every holder that the event does not take place."""
    holders = await holders_of(uow, fact.subject_id)
    await _tell_holders(uow, "event_cancelled", holders, fact.subject_id, None)


@subscribe(TicketKeyRevoked)
async def send_tickets_anew(uow: UnitOfWork, fact: TicketKeyRevoked) -> None:
    """Send everybody new tickets for those that let nobody in any more, unless it is all over."""
    if (await get_event(uow, fact.subject_id)).status in OVER:
        return
    await draft(
        uow,
        *(
            Draft(
                kind="tickets_renewed",
                source_key=f"tickets_renewed:{fact.key_id}:{order.order_id}",
                subject_id=order.order_id,
                recipient=order.email,
                locale=order.locale,
            )
            for order in await orders_of_key(uow, fact.subject_id, fact.key_id)
            if order.email
        ),
    )


@subscribe(SignerInvited)
async def tell_signer(uow: UnitOfWork, fact: SignerInvited) -> None:
    """Send somebody the link to sign at."""
    key = f"{fact.signer_id}:{fact.link_number}"
    await _tell_signer(uow, "signature_requested", fact, key)


@subscribe(SignerReminded)
async def remind_signer(uow: UnitOfWork, fact: SignerReminded) -> None:
    """Remind somebody who has not signed."""
    await _tell_signer(uow, "signature_reminded", fact, f"{fact.signer_id}:{fact.number}")


@subscribe(PasswordResetRequested)
async def tell_password_link(uow: UnitOfWork, fact: PasswordResetRequested) -> None:
    """Send the link: an organisation's is an invitation, the platform's to a new password."""
    mail = await reset_mail(uow, fact.subject_id)
    if mail is None:
        return
    kind = "password_reset" if uow.tenant == PLATFORM else "invitation"
    await draft(
        uow,
        Draft(
            kind=kind,
            source_key=f"{kind}:{fact.subject_id}",
            subject_id=fact.subject_id,
            recipient=mail.email,
            locale=await _house_locale(uow),
            is_confidential=True,
        ),
    )


@subscribe(MemberAdded)
async def tell_member_added(uow: UnitOfWork, fact: MemberAdded) -> None:
    """Tell who has an account already; others get an invitation."""
    member = await described_member(uow, fact.subject_id)
    if member.status != "invited":
        await draft(
            uow,
            Draft(
                kind="member_added",
                source_key=f"member_added:{fact.subject_id}",
                subject_id=fact.subject_id,
                recipient=member.email,
                locale=await _house_locale(uow),
            ),
        )


@subscribe(OrganizationOpened)
async def tell_organization_opened(uow: UnitOfWork, fact: OrganizationOpened) -> None:
    """Welcome the first owner."""
    owner = await user_by_id(uow, fact.owner_id)
    assert owner is not None
    await draft(
        uow,
        Draft(
            kind="organization_opened",
            source_key=f"organization_opened:{fact.subject_id}",
            subject_id=fact.subject_id,
            recipient=owner.email,
            locale=await _house_locale(uow),
            details={"owner_id": str(fact.owner_id)},
        ),
    )


async def write_and_send(database: Database, organization_id: UUID, fact: Fact) -> None:
    """Write a draft's message, and send it."""
    mailroom = database.provided(Mailroom)
    await compose(database, organization_id, fact.subject_id, mailroom)
    await deliver(database, organization_id, fact.subject_id, mailroom.transport)


for _queued in (LinkQueued, NotificationQueued, NewsQueued):
    subscribe_outside(_queued)(write_and_send)


@chore(every_seconds=DELIVER_EVERY_SECONDS)
async def deliver_what_is_due(database: Database) -> None:
    """Try again what could not be sent before."""
    transport = database.provided(Mailroom).transport

    async def deliver_of(organization_id: UUID) -> None:
        for notification_id in await database.run(organization_id, due_messages):
            await deliver(database, organization_id, notification_id, transport)

    await see_to_each([PLATFORM, *await database.run(None, organization_ids)], deliver_of)


@chore(every_seconds=FORGET_EVERY_SECONDS)
async def forget(database: Database) -> None:
    """Forget files that were sent long ago, and links that have ended."""
    for organization_id in [PLATFORM, *await database.run(None, organization_ids)]:
        await database.run(organization_id, forget_what_is_old)


async def _tell_signer(
    uow: UnitOfWork, kind: str, fact: SignerInvited | SignerReminded, key: str
) -> None:
    signer = await uow.get(ContractSigner, fact.signer_id)
    await draft(
        uow,
        Draft(
            kind=kind,
            source_key=f"{kind}:{key}",
            subject_id=fact.subject_id,
            recipient=signer.email,
            locale=(await organization_of(uow)).locale,
            details={"signer_id": str(fact.signer_id), "link_number": fact.link_number},
            is_confidential=True,
        ),
    )


async def _tell_buyer(
    uow: UnitOfWork,
    kind: str,
    order_id: UUID,
    *,
    key: str = "",
    details: dict[str, list[str]] | None = None,
) -> None:
    order = (await show_order(uow, order_id)).order
    await draft(
        uow,
        Draft(
            kind=kind,
            source_key=f"{kind}:{key or order_id}",
            subject_id=order_id,
            recipient=order.buyer_email,
            locale=order.locale,
            details=details or {},
        ),
    )


async def _tell_holders(
    uow: UnitOfWork,
    kind: str,
    holders: Sequence[Holder],
    event_id: UUID,
    previous_start_at: datetime | None,
) -> None:
    news = new_id()
    before = previous_start_at.isoformat() if previous_start_at else None
    await draft(
        uow,
        *(
            Draft(
                kind=kind,
                source_key=f"{kind}:{news}:{holder.order_id}",
                subject_id=holder.order_id,
                recipient=holder.email,
                locale=holder.locale,
                details={"event_id": str(event_id), "previous_start_at": before},
            )
            for holder in holders
        ),
    )


async def _house_locale(uow: UnitOfWork) -> str:
    return PLATFORM_LOCALE if uow.tenant == PLATFORM else (await organization_of(uow)).locale
