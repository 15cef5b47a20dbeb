"""The outbox: every message that was written, to whom, and what became of it.

An organisation has one, and so has the platform, for mail that is a person's and no organisation's.
"""

from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.params import QueryParameter
from litestar.response import Redirect

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import provide_window
from houseful.kernel.problems import Forbidden, NotFound, Problem
from houseful.kernel.tenancy import PLATFORM
from houseful.messaging import (
    MESSAGE,
    SIGNATURES,
    Mailroom,
    Notification,
    count_messages,
    find_messages,
    get_file,
    mail_tickets,
    retry_message,
    show_message,
)
from houseful.venues import require_whole_house
from houseful.web.guards import Office, SignedIn
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, show, told
from houseful.web.templating import page, words
from houseful.web.visits import Visit

READ, CREATE = "messaging.deliveries.read", "messaging.deliveries.create"
LISTS = ["/office/{organization:str}/outbox", "/platform/outbox"]
MESSAGES = [path + "/{message_id:uuid}" for path in LISTS]
OUTBOX = Crumb("/outbox", "Outbox")
MESSAGES_SHOWN = 50

PREVIEW_POLICY = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none';"
    " style-src 'unsafe-inline'; frame-ancestors 'self'"
)
"""A mail's own styles are inline; nothing else in it is let do anything."""

KINDS = {
    "order_paid": "Tickets",
    "tickets_refunded": "Refund",
    "payment_returned": "Payment returned",
    "order_canceled": "Order cancelled",
    "order_unavailable": "Late payment returned",
    "seats_offered": "Other places offered",
    "event_postponed": "Event postponed",
    "event_rescheduled": "New date",
    "event_cancelled": "Event cancelled",
    "tickets_renewed": "New tickets",
    "signature_requested": "Signature asked for",
    "signature_reminded": "Reminder to sign",
    "session_booked": "Place confirmed",
    "session_promoted": "Booked from the waiting list",
    "session_reminder": "Reminder of a session",
    "session_moved": "Session moved",
    "session_offered": "Place offered",
    "session_offer_lapsed": "Offer ended",
    "session_passed_over": "Passed over on the waiting list",
    "session_passed_over_owing": "Passed over on the waiting list, something is owed",
    "session_hold_lapsed": "Not paid in time",
    "session_late_payment": "Late payment returned",
    "session_cancelled": "Place given back",
    "session_called_off": "Session called off",
    "session_wait_ended": "Session called off, to who waits",
    "session_refund_approved": "Refund approved",
    "session_refund_rejected": "Refund rejected",
    "session_refund_refused": "Refund refused by a card",
    "session_due": "Debt",
    "session_due_again": "Reminder of a debt",
    "session_settled": "Debt settled",
    "standing_begun": "Standing place",
    "standing_paused": "Standing place paused",
    "standing_resumed": "Standing place goes on",
    "standing_ended": "Standing place ended",
    "pass_sold": "Pass sold",
    "pass_refund_refused": "Refund of a pass refused by a card",
    "wallet_topped_up": "Wallet topped up",
    "customer_account": "Customer's account",
    "inquiry_received": "Inquiry received",
    "hold_placed": "Hold placed",
    "hold_moved_up": "Hold moved up",
    "hold_moved_back": "Hold moved back",
    "hold_expiring": "Hold expires soon",
    "hold_challenged": "Hold challenged",
    "hold_released": "Hold released",
    "booking_declined": "Booking declined",
    "challenge_won": "Challenge won",
    "challenge_lost": "Challenge lost",
    "booking_confirmed": "Booking confirmed",
    "booking_cancelled": "Booking cancelled",
    "deposit_returned": "Deposit given back",
    "office_offer_expired": "Offer expired, to the office",
    "office_contract_declined": "Contract declined, to the office",
    "office_contract_expired": "Contract expired, to the office",
    "invitation": "Invitation",
    "member_added": "New member",
    "organization_opened": "Welcome",
    "password_reset": "New password",
}
STATES = {
    "drafted": "being written",
    "queued": "waiting",
    "sent": "sent",
    "kept": "kept here",
    "failed": "failed",
    "withdrawn": "not needed",
}

Text = Annotated[str, QueryParameter(max_length=200)]
Cursor = Annotated[str | None, QueryParameter(max_length=64)]


class OutboxOf(Office):
    """Guard of both outboxes: an organisation's for its members, the platform's for its admins."""

    async def __call__(
        self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        """Prove the member, or the administrator."""
        if "organization" in connection.path_params:
            await super().__call__(connection, handler)
            require_whole_house(connection.state.visit.space_ids)
            return
        await SignedIn.__call__(self, connection, handler)
        identity = connection.state.visit.identity
        if not identity.is_platform_admin:
            raise Forbidden("This is for the platform's administrators.")


@show(LISTS, OutboxOf(READ))
async def show_outbox(
    visit: Visit,
    status: Text = "",
    kind: Text = "",
    q: Text = "",
    cursor: Cursor = None,
) -> Response[Any]:
    """Show the newest messages, perhaps of one state or kind, or to somebody."""
    window = provide_window(limit=MESSAGES_SHOWN, cursor=cursor, sort="-createdAt")

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        messages, following = await find_messages(
            uow, window=window, status=status, kind=kind, search=q.strip()
        )
        return {
            "messages": messages,
            "following": following,
            "counts": await count_messages(uow),
        }

    found = await _run(visit, read)
    chosen = {"status": status, "kind": kind, "q": q}
    return _outbox_page(
        visit,
        "outbox.html",
        heading="Outbox",
        chosen=chosen,
        next_path=_path(chosen, cursor=found["following"] or ""),
        path_of=partial(_path, chosen),
        **found,
    )


@show(MESSAGES, OutboxOf(READ))
async def show_one(visit: Visit, message_id: UUID) -> Response[Any]:
    """Show a message: what it says, its files, and every attempt to deliver it."""
    return await _message(visit, message_id)


@show([path + "/preview" for path in MESSAGES], OutboxOf(READ))
async def preview(visit: Visit, message_id: UUID) -> Response[str]:
    """Send the message's HTML, for the frame that it is shown in."""
    message = (await _run(visit, show_message, message_id)).message
    if not may_read(visit, message):
        raise Forbidden("This message holds a link that is its recipient's.")
    return mail_preview(message.html)


@show([path + "/files/{file_id:uuid}" for path in MESSAGES], OutboxOf(READ))
async def download(visit: Visit, message_id: UUID, file_id: UUID) -> Response[bytes]:
    """Send a file of the message."""
    file = await _run(visit, get_file, message_id, file_id)
    return Response(
        file.content or b"",
        media_type=file.media_type.partition(";")[0],
        headers={
            "cache-control": "no-store",
            "content-disposition": f'attachment; filename="{file.name}"',
        },
    )


@act([path + "/retry" for path in MESSAGES], OutboxOf(CREATE))
async def retry(visit: Visit, message_id: UUID) -> Response[Any]:
    """Try again what was given up, or was only kept."""
    await visit.form()
    try:
        await _run(visit, retry_message, message_id)
    except Problem as problem:
        return await _message(visit, message_id, problem)
    return _back(visit, message_id, "The message waits to be sent.")


@act(LISTS[0] + "/{message_id:uuid}/again", OutboxOf(CREATE))
async def send_again(visit: Visit, message_id: UUID) -> Response[Any]:
    """Send an order's tickets once more, as a new message with the tickets as they are now."""
    await visit.form()

    async def again(uow: UnitOfWork) -> UUID:
        message = (await show_message(uow, message_id)).message
        if message.kind != "order_paid":
            raise NotFound
        return await mail_tickets(uow, message.subject_id)

    try:
        new_message_id = await _run(visit, again)
    except Problem as problem:
        return await _message(visit, message_id, problem)
    return _back(visit, new_message_id, "The tickets are on their way once more.")


def name_of(kind: str) -> str:
    """Return what people call a kind of message."""
    return KINDS.get(kind, words(kind).capitalize())


def mail_preview(html: str) -> Response[str]:
    """Answer with a mail's HTML, for a frame of ours in which it can do nothing."""
    return Response(
        html.replace("<head>", '<head><base target="_blank">', 1),
        media_type="text/html",
        headers={
            "content-security-policy": PREVIEW_POLICY,
            "x-frame-options": "SAMEORIGIN",
            "cache-control": "no-store",
            "referrer-policy": "no-referrer",
        },
    )


def may_read(visit: Visit, message: Notification) -> bool:
    """Whether the visitor may see what a message says: somebody's link is theirs alone.

    Where no mail goes out and it is not production, somebody has to hand the link over; but whoever
    has the link to a contract can sign as its recipient, so that one is only for their own eyes.
    """
    identity = visit.identity
    if not message.is_confidential or (identity is not None and identity.is_platform_admin):
        return True
    if not visit.database.provided(Mailroom).shows_links:
        return False
    is_own = identity is not None and identity.email.lower() == message.recipient.lower()
    return is_own or message.kind not in SIGNATURES


async def _message(visit: Visit, message_id: UUID, problem: Problem | None = None) -> Response[Any]:
    shown = await _run(visit, show_message, message_id)
    message = shown.message
    is_open = visit.access is None or visit.may(CREATE)
    mailroom = visit.database.provided(Mailroom)
    return _outbox_page(
        visit,
        "outbox_message.html",
        heading=message.subject or name_of(message.kind),
        crumbs=(OUTBOX,),
        message=told(problem) if problem is not None else "",
        mail=message,
        files=shown.files,
        attempts=shown.attempts,
        is_readable=may_read(visit, message),
        can_retry=is_open
        and MESSAGE.allows(message.status, "retry")
        and message.forgotten_at is None
        and mailroom.transport.is_configured,
        can_send_again=is_open and message.kind == "order_paid" and visit.access is not None,
        goes_out=mailroom.transport.is_configured,
        sender=mailroom.transport.sender,
    )


def _outbox_page(visit: Visit, template: str, **values: Any) -> Response[Any]:
    shared: dict[str, Any] = {"kinds": KINDS, "states": STATES, "name_of": name_of}
    if visit.access is not None:
        return office_page(
            visit,
            template,
            here="/outbox",
            frame="office/office.html",
            zone=visit.organization.timezone,
            locale=visit.organization.locale,
            **shared,
            **values,
        )
    frame: dict[str, Any] = {
        "frame": "platform.html",
        "office": "/platform",
        "message": "",
        "crumbs": (),
        "zone": "UTC",
        "locale": "en",
    }
    return page(visit, f"office/{template}", **(frame | shared | values))


async def _run(visit: Visit, use_case: Any, *args: Any) -> Any:
    tenant = PLATFORM if visit.access is None else visit.organization_id
    return await visit.database.run_as(visit.actor, tenant, use_case, *args)


def _back(visit: Visit, message_id: UUID, notice: str) -> Response[Any]:
    if visit.access is not None:
        return back_to(visit, f"/outbox/{message_id}", notice)
    return Redirect(f"/platform/outbox/{message_id}", status_code=303)


def _path(chosen: dict[str, str], **change: str) -> str:
    wanted = chosen | change
    return "?" + urlencode({name: value for name, value in wanted.items() if value})


handlers = [show_outbox, show_one, preview, download, retry, send_again]
