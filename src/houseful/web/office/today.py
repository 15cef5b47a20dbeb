"""Today: what happens in the house today, what needs somebody, and what comes next."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response

from houseful.audit import last_proof
from houseful.events import ShownEvent, list_events, upcoming_events
from houseful.kernel.business_day import business_day, day_bounds
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.messaging import count_messages
from houseful.payments import find_refunds, payables_awaiting_refund, undecided_payments
from houseful.scanning import list_incidents, occupancy
from houseful.seating import list_layouts
from houseful.sessions import BOOKING_KIND, PASS_KIND
from houseful.ticketing import PAYABLE_KIND, SalesFigures, load_offers, sales_figures
from houseful.venues import active_spaces, list_venues
from houseful.web.guards import Office
from houseful.web.office.needs import Alert, needs_of_hire, needs_of_sessions, uses_today
from houseful.web.office.shell import can_enter, office_page
from houseful.web.pages import show
from houseful.web.visits import Visit

COMING_MAX = 12
DRAFTS_WITHIN = timedelta(days=21)
ONE = Window(limit=1)


class Step(msgspec.Struct, frozen=True):
    """A step from an empty house to its first sale."""

    title: str
    path: str
    is_done: bool


@show("/office/{organization:str}", Office("promoter.events.read"))
async def show_today(visit: Visit) -> Response[Any]:
    """Show today's events with their figures, what needs somebody, and what comes next."""

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        events = await upcoming_events(uow)
        today = [event for event in events if _is_today(event, visit, uow.now)]
        coming = [event for event in events if event not in today][:COMING_MAX]
        ids = [event.id for event in (*today, *coming)]
        sees_sales = can_enter(visit, "ticketing.types.read", "ticketing")
        figures = await sales_figures(uow, ids) if sees_sales and ids else {}
        uses = await uses_today(uow, visit)
        return {
            "today": today,
            "coming": coming,
            "figures": figures,
            "inside": await _inside(uow, visit, today),
            "uses": uses,
            "alerts": await _alerts(uow, visit, [*today, *coming], figures),
            "steps": [] if events or uses else await _steps(uow, visit),
        }

    now = visit.database.clock.now()
    house = visit.organization
    day = business_day(now, house.timezone, house.day_begins_hour)
    found = await visit.run(read)
    return office_page(visit, "today.html", here="", heading="Today", day=day, **found)


async def _inside(uow: UnitOfWork, visit: Visit, today: list[ShownEvent]) -> dict[UUID, int]:
    if not can_enter(visit, "scanning.scans.read", "ticketing"):
        return {}
    return {event.id: await occupancy(uow, event.id) for event in today}


async def _alerts(
    uow: UnitOfWork, visit: Visit, events: list[ShownEvent], figures: dict[UUID, SalesFigures]
) -> list[Alert]:
    alerts = await needs_of_hire(uow, visit) + await needs_of_sessions(uow, visit)
    if can_enter(visit, "ticketing.inventory.update", "ticketing"):
        alerts += await _unsold(uow, events)
    if visit.may("promoter.events.publish"):
        alerts += await _drafts(uow)
    if can_enter(visit, "ticketing.refunds.create", "ticketing"):
        alerts += await _cancelled(uow, visit)
        alerts += await _money(uow)
    if can_enter(visit, "ledger.entries.read", "finance"):
        alerts += await _unproved(uow)
    if visit.may("messaging.deliveries.read") and visit.space_ids is None:
        failed = (await count_messages(uow)).get("failed", 0)
        if failed:
            alerts.append(Alert(f"{_count(failed, 'mail')} could not be delivered", "/outbox"))
    if can_enter(visit, "scanning.scans.read", "ticketing"):
        incidents, _ = await list_incidents(uow, window=Window(limit=LIMIT_MAX), is_resolved=False)
        if incidents:
            alerts.append(Alert(f"{_count(len(incidents), 'conflict')} at the door", "/devices"))
    full = [event for event in events if _is_full(figures.get(event.id))]
    alerts += [Alert(f"{event.name} is sold out", f"/events/{event.id}") for event in full]
    return alerts


async def _unsold(uow: UnitOfWork, events: list[ShownEvent]) -> list[Alert]:
    public = [event for event in events if event.status in {"published", "live"}]
    offers = await load_offers(uow, public)
    return [
        Alert(f"{event.name} is public, and nothing of it is on sale", f"/events/{event.id}/sale")
        for event in public
        if event.id not in offers or not offers[event.id].types
    ]


async def _drafts(uow: UnitOfWork) -> list[Alert]:
    drafts, _ = await list_events(
        uow,
        window=Window(limit=LIMIT_MAX),
        status="draft",
        from_at=uow.now,
        until_at=uow.now + DRAFTS_WITHIN,
    )
    return [
        Alert(f"{event.name} is soon, and still a draft", f"/events/{event.id}") for event in drafts
    ]


async def _cancelled(uow: UnitOfWork, visit: Visit) -> list[Alert]:
    cancelled, _ = await list_events(
        uow, window=Window(limit=LIMIT_MAX, is_newest_first=True), status="cancelled"
    )
    if not cancelled:
        return []
    may_refund_all = can_enter(visit, "ticketing.refunds.approve", "ticketing")
    figures = await sales_figures(uow, [event.id for event in cancelled])
    return [
        Alert(
            f"{event.name} is cancelled, and {_count(figures[event.id].sold, 'ticket')} not yet "
            "refunded",
            f"/events/{event.id}/refund" if may_refund_all else f"/orders?event={event.id}",
        )
        for event in cancelled
        if figures[event.id].sold
    ]


async def _money(uow: UnitOfWork) -> list[Alert]:
    doubtful = await undecided_payments(uow, PAYABLE_KIND, limit=LIMIT_MAX)
    failed, _ = await find_refunds(
        uow, window=Window(limit=LIMIT_MAX), status="failed", but_of=(BOOKING_KIND, PASS_KIND)
    )
    alerts = [
        Alert(
            "A payment is not what was asked for: somebody decides",
            f"/orders/{payment.payable_id}",
        )
        for payment in doubtful
    ]
    if failed:
        alerts.append(Alert(f"{_count(len(failed), 'refund')} failed", "/orders"))
    waiting = await payables_awaiting_refund(uow, PAYABLE_KIND, limit=LIMIT_MAX)
    return alerts + [
        Alert("A refund waits for somebody to approve it", f"/orders/{order_id}")
        for order_id in waiting
    ]


async def _unproved(uow: UnitOfWork) -> list[Alert]:
    proof = await last_proof(uow)
    if proof is None or not proof.violations:
        return []
    found = _count(len(proof.violations), "thing")
    return [Alert(f"Last night’s proof found {found} that cannot be", "/ledger")]


async def _steps(uow: UnitOfWork, visit: Visit) -> list[Step]:
    venues, _ = await list_venues(uow, window=ONE)
    layouts, _ = await list_layouts(uow, window=ONE)
    events, _ = await list_events(uow, window=ONE)
    spaces = await active_spaces(uow)
    venue_path = f"/venues/{venues[0].id}" if venues else "/venues"
    event_path = f"/events/{events[0].id}" if events else "/events"
    steps = [
        Step("Add the venue: its name, its address, its time zone", "/venues", bool(venues)),
        Step("Add its spaces, and the gates at the door", venue_path, bool(spaces)),
        Step("Import the seating plan, if there are numbered seats", "/layouts", bool(layouts)),
        Step("Add the first event", "/events", bool(events)),
        Step("Set up its sale, and publish it", event_path, is_done=False),
    ]
    return steps if visit.may("promoter.events.create") else []


def _is_today(event: ShownEvent, visit: Visit, now: datetime) -> bool:
    if event.status == "live":
        return True
    zone = event.timezone or visit.organization.timezone
    if event.start_at is None or event.end_at is None:
        return False
    begins, until = day_bounds(now, zone, visit.organization.day_begins_hour)
    return event.start_at < until and event.end_at > begins


def _is_full(figures: SalesFigures | None) -> bool:
    return figures is not None and figures.capacity > 0 and figures.free == 0


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


handlers = [show_today]
