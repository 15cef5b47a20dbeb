"""Messages over HTTP."""

from uuid import UUID

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, Page, get, post
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import IllegalTransition
from houseful.messaging import queries, service
from houseful.messaging.models import Notification
from houseful.messaging.problems import ContentForgotten, NobodyToTell
from houseful.messaging.schemas import (
    Kind,
    NotificationView,
    ShownNotificationView,
    Status,
    SubjectId,
)
from houseful.venues import require_whole_house


@get("/api/v1/notifications", permission="messaging.deliveries.read", summary="List messages")
async def list_notifications(
    caller: Caller,
    window: Window,
    status: Status = None,
    kind: Kind = None,
    subject_id: SubjectId = None,
) -> Page[NotificationView]:
    """List what was written to people, by state, by kind, or about one thing."""
    require_whole_house(caller.access.space_ids)
    return await caller.read_page(
        queries.find_messages,
        window=window,
        status=status,
        kind=kind,
        subject_id=subject_id,
        view=NotificationView,
    )


@get(
    "/api/v1/notifications/{notification_id:uuid}",
    permission="messaging.deliveries.read",
    summary="Read a message's way",
)
async def read_notification(
    caller: Caller, notification_id: UUID
) -> Response[ShownNotificationView]:
    """Read what became of a message: its files, and every attempt to deliver it."""
    require_whole_house(caller.access.space_ids)
    return await caller.read(queries.show_message, notification_id, view=ShownNotificationView)


@post(
    "/api/v1/notifications/{notification_id:uuid}/retry",
    status=200,
    permission="messaging.deliveries.create",
    summary="Send a message after all",
    raises=[IllegalTransition, ContentForgotten],
)
async def retry_notification(caller: Caller, notification_id: UUID) -> Response[NotificationView]:
    """Send a message that was given up, or was kept while there was no mail server."""
    require_whole_house(caller.access.space_ids)
    return await caller.change(service.retry_message, notification_id, view=NotificationView)


@post(
    "/api/v1/orders/{order_id:uuid}/mail-tickets",
    permission="messaging.deliveries.create",
    module="ticketing",
    summary="Mail an order's tickets again",
    raises=[NobodyToTell],
)
async def mail_order_tickets(caller: Caller, order_id: UUID) -> Response[NotificationView]:
    """Send the tickets once more, as they are now."""
    return await caller.create(_mail, order_id, view=NotificationView, at="/api/v1/notifications")


async def _mail(uow: UnitOfWork, order_id: UUID) -> Notification:
    return await uow.get(Notification, await service.mail_tickets(uow, order_id))


handlers = [list_notifications, read_notification, retry_notification, mail_order_tickets]
