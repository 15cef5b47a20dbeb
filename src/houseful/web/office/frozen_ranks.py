"""Freezing the ranks of a venue's holds, lifting that, and letting one hold move up meanwhile."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response

from houseful.hire import get_booking
from houseful.hire.holds.freezing import close_gaps, freeze_ranks, lift_freeze
from houseful.hire.holds.queries import freeze_in_force
from houseful.hire.holds.schemas import NewRankFreeze, RankChange
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid, NotFound, Problem
from houseful.venues import get_venue
from houseful.web.guards import Office
from houseful.web.office.bookings import BOOKINGS
from houseful.web.office.forms import read_body
from houseful.web.office.shell import Crumb, back_to, confirm_page
from houseful.web.office.venues import VENUES
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

VENUE = "/office/{organization:str}/venues/{venue_id:uuid}"
FREEZE, LIFT = VENUE + "/freeze-ranks", VENUE + "/lift-freeze"
CLOSE_GAPS = "/office/{organization:str}/bookings/{booking_id:uuid}/close-gaps"
MAY_FREEZE = Office("venue.bookings.freeze", module="venue")


class Question(msgspec.Struct, frozen=True):
    """What is asked before ranks stand still or move."""

    heading: str
    label: str
    consequences: Sequence[str]
    hint: str


FREEZING = Question(
    "Freeze the ranks of {}?",
    "Freeze the ranks",
    (
        "Whoever goes away, those behind keep their rank. Who comes later comes behind them.",
        "Nobody is given another place in the queue until the freeze is lifted.",
    ),
    "Needed: it stands on the venue's page, and in the records",
)
LIFTING = Question(
    "Let the ranks of {} move again?",
    "Let the ranks move again",
    ("All who are behind somebody who has gone away move up now. Who has an address hears of it.",),
    "Needed: it stands in the records",
)
CLOSING = Question(
    "Close the gaps ahead of {}?",
    "Close the gaps ahead",
    (
        "The places ahead that were kept for who has gone away are given up, for this night only.",
        "This hold moves up, and so does everybody else who is behind these places.",
    ),
    "Needed: it stands in the story of this booking",
)


@show(FREEZE, MAY_FREEZE)
async def ask_to_freeze(visit: Visit, venue_id: UUID) -> Response[Any]:
    """Ask before the ranks of a venue are frozen."""
    return await _ask_venue(visit, venue_id, FREEZING)


@act(FREEZE, MAY_FREEZE)
async def freeze(visit: Visit, venue_id: UUID) -> Response[Any]:
    """Freeze the ranks of a venue's holds."""
    form = await visit.form()
    try:
        data = read_body(NewRankFreeze, {"venue_id": venue_id, "reason": _reason(form)})
        await visit.run(freeze_ranks, data, scope=visit.space_ids)
    except Problem as problem:
        return await _ask_venue(visit, venue_id, FREEZING, form, problem)
    return back_to(visit, f"/venues/{venue_id}", "The ranks are frozen: nobody moves up.")


@show(LIFT, MAY_FREEZE)
async def ask_to_lift(visit: Visit, venue_id: UUID) -> Response[Any]:
    """Ask before the ranks of a venue move again."""
    return await _ask_venue(visit, venue_id, LIFTING)


@act(LIFT, MAY_FREEZE)
async def lift(visit: Visit, venue_id: UUID) -> Response[Any]:
    """Let the ranks of a venue move again."""
    form = await visit.form()

    async def lift_what_is_in_force(uow: UnitOfWork, data: RankChange, *, scope: Any) -> None:
        found = await freeze_in_force(uow, venue_id)
        if found is None:
            raise NotFound("The ranks of this venue are not frozen.")
        await lift_freeze(uow, found.id, data, scope=scope)

    try:
        data = read_body(RankChange, {"reason": _reason(form)})
        await visit.run(lift_what_is_in_force, data, scope=visit.space_ids)
    except Problem as problem:
        return await _ask_venue(visit, venue_id, LIFTING, form, problem)
    return back_to(
        visit,
        f"/venues/{venue_id}",
        "The ranks move again: who was behind a gap moved up.",
    )


@show(CLOSE_GAPS, MAY_FREEZE)
async def ask_to_close_gaps(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Ask before a hold moves up though the ranks are frozen."""
    return await _ask_booking(visit, booking_id)


@act(CLOSE_GAPS, MAY_FREEZE)
async def close_the_gaps(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Give up the places that are kept ahead of a hold."""
    form = await visit.form()
    try:
        data = read_body(RankChange, {"reason": _reason(form)})
        await visit.run(close_gaps, booking_id, data, scope=visit.space_ids)
    except Problem as problem:
        return await _ask_booking(visit, booking_id, form, problem)
    return back_to(
        visit, f"/bookings/{booking_id}", "It moved up, as did who was behind the same gaps."
    )


def _reason(form: Form) -> str:
    reason = form.get("reason", "").strip()
    if not reason:
        raise Invalid.at("/reason", "Please say why.")
    return reason


async def _ask_venue(
    visit: Visit,
    venue_id: UUID,
    question: Question,
    form: Form | None = None,
    problem: Problem | None = None,
) -> Response[Any]:
    venue = await visit.run(get_venue, venue_id)
    return _ask(visit, question, VENUES, Crumb(f"/venues/{venue_id}", venue.name), form, problem)


async def _ask_booking(
    visit: Visit, booking_id: UUID, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    booking = await visit.run(get_booking, booking_id, scope=visit.space_ids)
    subject = Crumb(f"/bookings/{booking_id}", booking.title)
    return _ask(visit, CLOSING, BOOKINGS, subject, form, problem)


def _ask(
    visit: Visit,
    question: Question,
    listed: Crumb,
    subject: Crumb,
    form: Form | None,
    problem: Problem | None,
) -> Response[Any]:
    return confirm_page(
        visit,
        here=listed.path,
        heading=question.heading.format(subject.title),
        crumbs=(listed, subject),
        consequences=question.consequences,
        label=question.label,
        is_dangerous=False,
        reason="" if form is None else form.get("reason", ""),
        reason_hint=question.hint,
        message="" if problem is None else told(problem),
    )


handlers = [ask_to_freeze, freeze, ask_to_lift, lift, ask_to_close_gaps, close_the_gaps]
