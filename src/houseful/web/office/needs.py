"""What needs somebody in hire and in sessions, and what takes place today beside the shows."""

from datetime import datetime

import msgspec

from houseful.hire import BookingFilter, bookings_between, list_bookings
from houseful.hire.bookings.pending import pending_hire
from houseful.hire.contracts.queries import list_contracts
from houseful.hire.deposits.queries import list_deposits
from houseful.hire.settlements.queries import list_settlements
from houseful.kernel.business_day import day_bounds
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.sessions import (
    SlotFilter,
    customers_of_passes,
    list_requests,
    refused_pass_refunds,
    sessions_between,
)
from houseful.web.office.shell import can_enter
from houseful.web.visits import Visit

ALL = Window(limit=LIMIT_MAX)
FIRM = ("contracted", "confirmed", "completed")


class Alert(msgspec.Struct, frozen=True):
    """Something that needs somebody, and the page where it is seen to."""

    sentence: str
    path: str


class Use(msgspec.Struct, frozen=True):
    """A hire or a session of today: what, where, from when until when."""

    title: str
    kind: str
    where: str
    starts_at: datetime
    ends_at: datetime
    path: str


async def needs_of_hire(uow: UnitOfWork, visit: Visit) -> list[Alert]:
    """Return what waits in hire, for those who may see to it."""
    alerts: list[Alert] = []
    if can_enter(visit, "venue.bookings.update", "venue"):
        asked, _ = await list_bookings(
            uow, window=ALL, matching=BookingFilter(status="inquiry"), scope=visit.space_ids
        )
        waiting = sum(booking.ends_at > uow.now for booking in asked)
        alerts += _alert(waiting, "inquiry", "inquiries", "to answer", "/bookings?status=inquiry")
        alerts += await _stuck(uow, visit)
    if visit.space_ids is not None:
        return alerts
    if can_enter(visit, "venue.contracts.approve", "venue"):
        contracts, _ = await list_contracts(uow, window=ALL, status="in_approval")
        alerts += _alert(len(contracts), "contract", "contracts", "to approve", "/contracts")
    if can_enter(visit, "venue.deposits.read", "finance"):
        open_ones, _ = await list_deposits(uow, window=ALL, is_open=True)
        overdue = sum(one.is_overdue is True for one in open_ones)
        alerts += _alert(overdue, "deposit", "deposits", "overdue", "/deposits")
    if can_enter(visit, "venue.settlements.agree", "venue"):
        drafts, _ = await list_settlements(uow, window=ALL, status="draft")
        alerts += _alert(len(drafts), "settlement", "settlements", "to agree", "/settlements")
    return alerts


async def _stuck(uow: UnitOfWork, visit: Visit) -> list[Alert]:
    waits = await pending_hire(uow, scope=visit.space_ids)
    sentences = (
        (waits.in_conflict, "{} is signed, but somebody else has what it wants"),
        (waits.signed_late, "{} had ended when its contract was signed: please see to it"),
        (waits.unsigned, "The contract of {} was declined or has expired: please see to it"),
        (waits.unreachable, "Mail does not reach who is to sign for {}: please correct it"),
        (waits.outdated, "{} was moved, and its contract says another time: please add to it"),
        (waits.deposits, "{} was cancelled: please decide about its deposits"),
        (waits.undecided, "The time to answer {} is over: please decide"),
        (waits.adrift, "{} holds no space for its show, which is announced"),
    )
    return [
        Alert(sentence.format(title), f"/bookings/{booking_id}")
        for found, sentence in sentences
        for booking_id, title in found
    ]


async def needs_of_sessions(uow: UnitOfWork, visit: Visit) -> list[Alert]:
    """Return what waits in sessions, for those who may see to it."""
    if not can_enter(visit, "sessions.refunds.read", "sessions"):
        return []
    requests, _ = await list_requests(uow, window=ALL, status="requested")
    path = "/refund-requests"
    alerts = _alert(len(requests), "refund request", "refund requests", "to decide", path)
    failed, _ = await list_requests(uow, window=ALL, status="failed")
    verb = "refused by the card's provider: try again"
    alerts += _alert(len(failed), "refund of a session", "refunds of sessions", verb, path)
    holders = await customers_of_passes(uow, await refused_pass_refunds(uow))
    return alerts + [
        Alert(f"1 refund of a pass {verb}", f"/session-customers/{customer_id}")
        for customer_id in holders.values()
    ]


async def uses_today(uow: UnitOfWork, visit: Visit) -> list[Use]:
    """Return today's firm hires and sessions, the earliest first."""
    house = visit.organization
    begins, until = day_bounds(uow.now, house.timezone, house.day_begins_hour)
    uses: list[Use] = []
    if can_enter(visit, "venue.bookings.read", "venue"):
        hires = await bookings_between(
            uow, begins, until, statuses=FIRM, limit=LIMIT_MAX, scope=visit.space_ids
        )
        uses += [
            Use(
                one.title,
                "Hire",
                ", ".join(line.space_name for line in one.spaces),
                one.starts_at,
                one.ends_at,
                f"/bookings/{one.id}",
            )
            for one in hires
        ]
    if can_enter(visit, "sessions.sessions.read", "sessions"):
        slots = await sessions_between(uow, SlotFilter(from_at=begins, until_at=until))
        uses += [
            Use(
                one.name,
                "Session",
                one.space_name,
                one.starts_at,
                one.ends_at,
                f"/sessions/{one.id}",
            )
            for one in slots
            if one.status != "cancelled"
        ]
    return sorted(uses, key=lambda use: use.starts_at)


def _alert(number: int, one: str, several: str, verb: str, path: str) -> list[Alert]:
    return [Alert(f"{number} {one if number == 1 else several} {verb}", path)] if number else []
