"""One event: how it sells, and what becomes of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from litestar import Response

from houseful.events import (
    Cancellation,
    Postponement,
    ShownEvent,
    archive_event,
    cancel_event,
    event_json_ld,
    get_event,
    postpone_event,
    publish_event,
    remove_event,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import NotFound, Problem
from houseful.ticketing import Offer, SalesFigures, load_offer, sales_figures, type_figures
from houseful.venues import spaces_by_id
from houseful.web.guards import Office
from houseful.web.office.events import EVENTS, PATH, read_times, scope_of
from houseful.web.office.forms import Filled, message_of, read_body
from houseful.web.office.shell import (
    Crumb,
    back_to,
    can_enter,
    confirm_page,
    office_page,
)
from houseful.web.pages import act, show, told
from houseful.web.visits import Visit

EVENT = PATH + "/{event_id:uuid}"


class Deed(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is done to an event, after it was asked and its consequences told."""

    word: str
    permission: str
    heading: str
    label: str
    notice: str
    use_case: Callable[..., Any]
    consequences: Callable[[ShownEvent, SalesFigures, Offer | None], tuple[str, ...]]
    is_dangerous: bool = True
    asks_why: bool = False
    minds_spaces: bool = False
    goes_to: str = ""


def _of_publishing(
    event: ShownEvent, _figures: SalesFigures, offer: Offer | None
) -> tuple[str, ...]:
    if offer is None:
        sale = "Nothing can be bought yet: its sale is not set up."
    elif not offer.types:
        sale = "Nothing can be bought yet: it has no ticket type."
    else:
        sale = "What has a ticket type and a price can be bought as its sales window says."
    return (
        "The public sees the event's page, and search engines are told.",
        f"Its spaces are claimed: nobody else can have them at that time ({event.venue_name}).",
        sale,
    )


def _of_cancelling(
    _event: ShownEvent, figures: SalesFigures, _offer: Offer | None
) -> tuple[str, ...]:
    sold = (
        f"{figures.sold} tickets are sold. They stay as they are until you refund them.",
        "You can then refund all of them at once, or order by order.",
    )
    return (
        "The page says that the event does not take place, and selling stops at once.",
        "Its time in the calendar is given back, and others can have it.",
        *(sold if figures.sold else ("No ticket is sold.",)),
        "This cannot be undone.",
    )


def _of_archiving(
    _event: ShownEvent, _figures: SalesFigures, _offer: Offer | None
) -> tuple[str, ...]:
    return ("The event leaves the public pages. Orders, tickets and the books stay.",)


def _of_removing(
    event: ShownEvent, _figures: SalesFigures, _offer: Offer | None
) -> tuple[str, ...]:
    return (f"The draft of {event.name} goes for good. Nobody outside has seen it.",)


DEEDS = (
    Deed(
        word="publish",
        permission="promoter.events.publish",
        heading="Publish {}?",
        label="Publish",
        notice="Published: the public can see it.",
        use_case=publish_event,
        minds_spaces=True,
        consequences=_of_publishing,
        is_dangerous=False,
    ),
    Deed(
        word="cancel",
        permission="promoter.events.cancel",
        heading="Cancel {}?",
        label="Cancel the event",
        notice="Cancelled. Selling has stopped.",
        use_case=cancel_event,
        consequences=_of_cancelling,
        asks_why=True,
    ),
    Deed(
        word="archive",
        permission="promoter.events.archive",
        heading="Archive {}?",
        label="Archive",
        notice="Archived.",
        use_case=archive_event,
        consequences=_of_archiving,
        is_dangerous=False,
    ),
    Deed(
        word="remove",
        permission="promoter.events.delete",
        heading="Remove the draft {}?",
        label="Remove the draft",
        notice="The draft was removed.",
        use_case=remove_event,
        consequences=_of_removing,
        goes_to="/events",
    ),
)


@show(EVENT, Office("promoter.events.read"))
async def show_event(visit: Visit, event_id: UUID) -> Response[Any]:
    """Show an event, its live figures, and what search engines are told of it."""

    sees_sales = can_enter(visit, "ticketing.types.read", "ticketing")

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        event = await get_event(uow, event_id)
        spaces = await spaces_by_id(uow, event.space_ids)
        return {
            "event": event,
            "spaces": [spaces[space_id] for space_id in event.space_ids if space_id in spaces],
            "offer": await offer_of(uow, event_id) if sees_sales else None,
            "figures": (await sales_figures(uow, [event_id]))[event_id],
            "by_type": await type_figures(uow, event_id),
        }

    found = await visit.run(read)
    event: ShownEvent = found["event"]
    offer: Offer | None = found["offer"]
    now = visit.database.clock.now()
    return office_page(
        visit,
        "event.html",
        here="/events",
        heading=event.name,
        crumbs=(EVENTS,),
        zone=event.timezone or visit.organization.timezone,
        tab="",
        may_refund_all=can_enter(visit, "ticketing.refunds.approve", "ticketing"),
        sees_money=can_enter(visit, "ticketing.orders.read", "ticketing"),
        currency=offer.sale.currency if offer else visit.organization.currency,
        states={kind.id: offer.sale_state(kind, "online", now) for kind in offer.types.values()}
        if offer
        else {},
        schema=_schema(visit, event),
        **found,
    )


@show(EVENT + "/postpone", Office("promoter.events.postpone"))
async def ask_to_postpone(visit: Visit, event_id: UUID) -> Response[Any]:
    """Ask for the new times, or none."""
    return await _postpone_page(visit, event_id, Filled({}))


@act(EVENT + "/postpone", Office("promoter.events.postpone"))
async def postpone(visit: Visit, event_id: UUID) -> Response[Any]:
    """Put an event off: to new times, or until further notice."""
    form = await visit.form()
    event = await visit.run(get_event, event_id)
    zone = ZoneInfo(event.timezone or visit.organization.timezone)
    try:
        times = read_times(form, zone, ("start_at", "end_at", "doors_at"))
        data = read_body(Postponement, times | {"reason": form.get("reason", "").strip()})
        await visit.run(postpone_event, event_id, data, scope=scope_of(visit))
    except Problem as problem:
        filled = Filled(form, problem)
        return await _postpone_page(visit, event_id, filled, message_of(problem, form))
    done = "The event has new times." if data.start_at else "Postponed until further notice."
    return back_to(visit, f"/events/{event_id}", done)


def pages_of(deed: Deed) -> list[Any]:
    """Make the page that asks, and what it is sent to."""

    @show(f"{EVENT}/{deed.word}", Office(deed.permission))
    async def ask(visit: Visit, event_id: UUID) -> Response[Any]:
        return await _ask(visit, deed, event_id)

    @act(f"{EVENT}/{deed.word}", Office(deed.permission))
    async def do(visit: Visit, event_id: UUID) -> Response[Any]:
        form = await visit.form()
        reason = form.get("reason", "").strip()
        try:
            given = (read_body(Cancellation, {"reason": reason}),) if deed.asks_why else ()
            scope = {"scope": scope_of(visit)} if deed.minds_spaces else {}
            await visit.run(deed.use_case, event_id, *given, **scope)
        except Problem as problem:
            return await _ask(visit, deed, event_id, reason, told(problem))
        return back_to(visit, deed.goes_to or f"/events/{event_id}", deed.notice)

    return [ask, do]


async def offer_of(uow: UnitOfWork, event_id: UUID) -> Offer | None:
    """Return what the event offers, or None while nothing is sold."""
    try:
        return await load_offer(uow, event_id)
    except NotFound:
        return None


def crumbs_of(event: ShownEvent) -> tuple[Crumb, ...]:
    """Return the way to a page below the event's."""
    return (EVENTS, Crumb(f"/events/{event.id}", event.name))


async def _ask(
    visit: Visit, deed: Deed, event_id: UUID, reason: str = "", message: str = ""
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> tuple[ShownEvent, SalesFigures, Offer | None]:
        event = await get_event(uow, event_id)
        figures = (await sales_figures(uow, [event_id]))[event_id]
        return event, figures, await offer_of(uow, event_id)

    event, figures, offer = await visit.run(read)
    return confirm_page(
        visit,
        here="/events",
        heading=deed.heading.format(event.name),
        crumbs=crumbs_of(event),
        consequences=deed.consequences(event, figures, offer),
        label=deed.label,
        is_dangerous=deed.is_dangerous,
        reason=reason if deed.asks_why else None,
        reason_hint="The public may read it on the event's page",
        message=message,
    )


async def _postpone_page(
    visit: Visit, event_id: UUID, filled: Filled, message: str = ""
) -> Response[Any]:
    event: ShownEvent = await visit.run(get_event, event_id)
    return office_page(
        visit,
        "event_postpone.html",
        here="/events",
        heading=f"Postpone {event.name}",
        crumbs=crumbs_of(event),
        message=message,
        event=event,
        zone=event.timezone or visit.organization.timezone,
        filled=filled,
    )


def _schema(visit: Visit, event: ShownEvent) -> str:
    site = f"{visit.settings.base_url}/{visit.organization.slug}"
    document = event_json_ld(
        event,
        url=f"{site}/{event.slug}",
        organizer=visit.organization.name,
        organizer_url=site,
    )
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


handlers = [
    show_event,
    ask_to_postpone,
    postpone,
    *(page for deed in DEEDS for page in pages_of(deed)),
]
