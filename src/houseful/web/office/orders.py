"""Orders: found by whatever people bring."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.events import events_by_id, list_events
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window, provide_window
from houseful.ticketing import find_orders
from houseful.web.guards import Office
from houseful.web.office.shell import Crumb, next_page, office_page
from houseful.web.pages import show
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/orders"
ORDERS = Crumb("/orders", "Orders")
PAGE_SIZE = 50
EVENTS_OFFERED = 100
STATES = ("awaiting_payment", "paid", "partially_refunded", "refunded", "expired", "canceled")
CHANNELS = (("online", "online"), ("box_office", "box office"))

Text = Annotated[str, QueryParameter(max_length=400)]
Word = Annotated[str, QueryParameter(max_length=40)]
Cursor = Annotated[str | None, QueryParameter(max_length=64)]


@show(PATH, Office("ticketing.orders.read", module="ticketing"))
async def show_orders(
    visit: Visit,
    q: Text = "",
    status: Word = "",
    channel: Word = "",
    event: Word = "",
    cursor: Cursor = None,
) -> Response[Any]:
    """Show the orders, the newest first."""
    event_id = _id(event)
    after = provide_window(cursor=cursor).after

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        orders, further = await find_orders(
            uow,
            window=Window(PAGE_SIZE, after, is_newest_first=True),
            text=q.strip() or None,
            status=status if status in STATES else None,
            channel=channel if channel in dict(CHANNELS) else None,
            event_id=event_id,
        )
        newest = Window(EVENTS_OFFERED, is_newest_first=True)
        events, _ = await list_events(uow, window=newest)
        ids = {order.event_id for order in orders}
        if event_id is not None:
            ids.add(event_id)
        return {
            "orders": orders,
            "further": further,
            "known_events": await events_by_id(uow, ids),
            "choices": events,
        }

    found = await visit.run(read)
    return office_page(
        visit,
        "orders.html",
        here="/orders",
        heading="Orders",
        text=q,
        wanted={"status": status, "channel": channel, "event": str(event_id or "")},
        states=STATES,
        channels=CHANNELS,
        is_searching=bool(q.strip() or status or channel or event_id),
        next_path=next_page(found.pop("further"), q=q, status=status, channel=channel, event=event),
        **found,
    )


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


handlers = [show_orders]
