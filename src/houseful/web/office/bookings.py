"""Bookings: the list, and one booking with all that belongs to it on one page."""

from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response

from houseful import hire
from houseful.directory import party_names
from houseful.hire.bookings.conditions import missing_deposits
from houseful.hire.bookings.deciding import decide_about_deposits
from houseful.hire.bookings.life_routes import KEEP_DEPOSITS
from houseful.hire.bookings.rules import EDITABLE_STATES, LIFE
from houseful.hire.bookings.schemas import DepositDecision
from houseful.hire.bookings.service import at_version
from houseful.hire.deposits.cancelling import undecided_fee
from houseful.hire.holds.queries import list_challenges
from houseful.hire.holds.reordering import reorder_hold
from houseful.hire.holds.schemas import ChallengeAnswer, HoldPlace, NewChallenge
from houseful.hire.rates.queries import get_charge, list_add_ons, list_charges
from houseful.hire.rates.schemas import ChargeOverride, NewCharge, Pricing
from houseful.hire.rates.service import add_charge, override_charge, price_booking, remove_charge
from houseful.hire.services import services_of
from houseful.hire.venue_events.shows import night_of
from houseful.kernel.business_day import business_day
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.money import Money
from houseful.kernel.problems import Forbidden, Invalid, NotFound, Problem
from houseful.web.guards import Office
from houseful.web.office.booking_asking import ask_about_deposits, ask_first, ask_to_make_room
from houseful.web.office.booking_papers import papers_of, rest_of
from houseful.web.office.booking_queue import queue_of
from houseful.web.office.booking_steps import (
    STEPS,
    UPDATE,
    WORDS,
    concerns_now,
    read_confirmation,
    read_release,
    steps_of,
)
from houseful.web.office.calendar_items import ordinal
from houseful.web.office.cancelling import read_cancellation, terms_for
from houseful.web.office.forms import (
    faults_of,
    message_of,
    read_amount,
    read_body,
    read_id,
    read_number,
)
from houseful.web.office.people import people_of
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.office.usage import usage_of
from houseful.web.pages import act, show
from houseful.web.visits import Form, Visit

LIST = "/office/{organization:str}/bookings"
ONE = LIST + "/{booking_id:uuid}"
BOOKINGS = Crumb("/bookings", "Bookings")
PAGE_SIZE = 50
PAST = "past"
QUANTITY_MAX = 1_000_000
VERSION_MAX = 10**9


@show(LIST, Office("venue.bookings.read", module="venue"))
async def show_bookings(visit: Visit) -> Response[Any]:
    """Show the bookings to come, the next first; or those that are over."""
    query = visit.request.query_params
    status = query.get("status", "")
    title = query.get("title", "")[:200]
    when = PAST if query.get("when", "") == PAST else ""

    async def read(uow: UnitOfWork) -> tuple[list[hire.BookingView], str | None, dict[UUID, str]]:
        rows, last = await hire.list_by_night(
            uow,
            is_past=when == PAST,
            limit=PAGE_SIZE,
            after=_read_cursor(query.get("cursor", "")),
            matching=hire.BookingFilter(
                status=status if status in LIFE.states else None, title=title or None
            ),
            scope=visit.space_ids,
        )
        parties = {row.company_id or row.person_id for row in rows} - {None}
        cursor = f"{last[0].isoformat()}~{last[1]}" if last else None
        return rows, cursor, await party_names(uow, {each for each in parties if each})

    rows, cursor, names = await visit.run(read)
    return office_page(
        visit,
        "bookings.html",
        here="/bookings",
        heading="Bookings",
        bookings=rows,
        names=names,
        ordinal=ordinal,
        states=[state for state in _STATE_ORDER if state in LIFE.states],
        wanted=status,
        title_part=title,
        when=when,
        others_path="?" + urlencode(_given(when="" if when else PAST, status=status, title=title)),
        next_path=next_path(cursor, when=when, status=status, title=title),
    )


@show(ONE, Office("venue.bookings.read", module="venue"))
async def show_booking(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Show everything about one booking."""
    return await _booking(visit, booking_id)


@act(ONE + "/do", Office("venue.bookings.update", module="venue"))
async def do_step(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Do one act of the booking's life."""
    form = await visit.form()
    chosen = STEPS.get(form.get("step", ""))
    if chosen is None:
        problem = Invalid("Please choose what is to be done.")
        return await _booking(visit, booking_id, problem=problem, form=form)
    if not visit.may(chosen.permission):
        raise Forbidden(f"This needs the permission {chosen.permission}.")
    try:
        act_of, data = chosen.use_case, chosen.data(form.get("reason", "").strip())
        if chosen is STEPS["cancel"]:
            act_of, told_what = await read_cancellation(visit, booking_id, form)
            data = (told_what,)
        if chosen is STEPS["confirm"]:
            data = (read_confirmation(visit, form, await _chosen_lines(visit)),)
        if chosen is STEPS["release"]:
            data = (read_release(form, await _chosen_lines(visit)),)
        seen = form.get("version", "")
        version = read_number(seen, "/version", maximum=VERSION_MAX) if seen else None
        if not form.get("sure") and chosen.asks:
            asked = await ask_first(visit, booking_id, form["step"])
            if asked is not None:
                return asked
        use_case = at_version(act_of, version)
        await visit.run(use_case, booking_id, *data, scope=visit.space_ids)
    except Problem as problem:
        return await _booking(visit, booking_id, problem=problem, form=form)
    return back_to(visit, f"/bookings/{booking_id}", chosen.done)


@act(ONE + "/challenge", Office("venue.bookings.update", module="venue"))
async def challenge(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Challenge those ahead."""
    form = await visit.form()
    data = NewChallenge(note=form.get("reason", "")[:500])
    return await _try(
        visit, booking_id, "Those ahead were told.", hire.challenge_holds, booking_id, data
    )


@act(ONE + "/answer", Office("venue.bookings.update", module="venue"))
async def answer(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Answer a challenge."""
    form = await visit.form()
    said = "release" if form.get("answer") == "release" else "will_confirm"
    if said == "release" and not form.get("sure"):
        return await ask_to_make_room(visit, booking_id)
    return await _try(
        visit,
        booking_id,
        "The challenge was answered.",
        hire.answer_challenge,
        booking_id,
        ChallengeAnswer(answer=said),
    )


@act(ONE + "/decide-deposits", Office(KEEP_DEPOSITS, module="venue"))
async def decide(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Decide what becomes of the deposits of a cancelled booking."""
    form = await visit.form()
    decision = "forfeit" if form.get("decision") == "forfeit" else "refund"
    if not form.get("sure"):
        return await ask_about_deposits(visit, booking_id, decision)
    is_external = services_of(visit.database).finance is not None
    return await _try(
        visit,
        booking_id,
        "It is decided what becomes of the deposits.",
        partial(decide_about_deposits, is_external=is_external),
        booking_id,
        DepositDecision(deposit=decision),
    )


@act(ONE + "/reorder", Office("venue.bookings.update", module="venue"))
async def reorder(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Place the hold ahead of another, behind it or joint with it."""
    form = await visit.form()
    names = ("place", "other_booking_id", "reason")
    try:
        data = read_body(HoldPlace, {name: form.get(name, "").strip() for name in names})
    except Problem as problem:
        return await _booking(visit, booking_id, problem=problem, form=form)
    notice = "It has another place, and the story of each whose place changed says so."
    return await _try(visit, booking_id, notice, reorder_hold, booking_id, data)


@act(ONE + "/price", Office("venue.bookings.update", module="venue"))
async def price(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Price the booking by the rate card that is valid then."""
    await visit.form()
    return await _try(visit, booking_id, "It was priced.", price_booking, booking_id, Pricing())


@act(ONE + "/charges", Office("venue.bookings.update", module="venue"))
async def add_add_on(visit: Visit, booking_id: UUID) -> Response[Any]:
    """Add a service or a piece of equipment."""
    form = await visit.form()
    try:
        data = NewCharge(
            add_on_id=read_id(form.get("add_on", ""), "/addOn"),
            quantity=read_number(form.get("quantity", "1"), "/quantity", maximum=QUANTITY_MAX) or 1,
        )
    except Problem as problem:
        return await _booking(visit, booking_id, problem=problem, form=form)
    return await _try(visit, booking_id, "It was added.", add_charge, booking_id, data)


@act(ONE + "/charges/{charge_id:uuid}/remove", Office("venue.bookings.update", module="venue"))
async def take_off(visit: Visit, booking_id: UUID, charge_id: UUID) -> Response[Any]:
    """Take a price line off."""
    await visit.form()
    taking_off = partial(
        remove_charge, booking_id=booking_id, may_override=visit.may("venue.bookings.override")
    )
    return await _try(visit, booking_id, "It was taken off.", taking_off, charge_id)


@act(ONE + "/charges/{charge_id:uuid}/set", Office("venue.bookings.override", module="venue"))
async def set_price(visit: Visit, booking_id: UUID, charge_id: UUID) -> Response[Any]:
    """Set another amount for a price line, and say why."""
    form = await visit.form()

    async def save(uow: UnitOfWork, *, scope: Any) -> None:
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        charge = await get_charge(uow, charge_id, scope=scope)
        if charge.booking_id != booking_id:
            raise NotFound
        amount = read_amount(form.get("amount", ""), charge.currency, "/amount")
        values = {"amount_minor": amount, "reason": form.get("reason", "").strip()}
        data = read_body(ChargeOverride, values)
        await override_charge(uow, charge_id, version, data, scope=scope)

    return await _try(visit, booking_id, "The price was set.", save)


async def _chosen_lines(visit: Visit) -> list[str]:
    """Return the spaces that are ticked; all of them means the whole booking, as does none."""
    return [str(one) for one in (await visit.request.form()).getall("line", [])]


async def _try(
    visit: Visit, booking_id: UUID, notice: str, use_case: Any, *args: Any
) -> Response[Any]:
    try:
        await visit.run(use_case, *args, scope=visit.space_ids)
    except Problem as problem:
        return await _booking(visit, booking_id, problem=problem)
    return back_to(visit, f"/bookings/{booking_id}", notice)


async def _booking(
    visit: Visit, booking_id: UUID, *, problem: Problem | None = None, form: Form | None = None
) -> Response[Any]:
    scope = visit.space_ids

    async def read(uow: UnitOfWork) -> dict[str, Any]:
        booking = await hire.get_booking(uow, booking_id, scope=scope)
        party = booking.company_id or booking.person_id
        acts, _ = await hire.list_acts(
            uow, booking_id, window=Window(limit=LIMIT_MAX, is_newest_first=True), scope=scope
        )
        challenges, _ = await list_challenges(
            uow, window=Window(is_newest_first=True), booking_id=booking_id, scope=scope
        )
        add_ons, _ = await list_add_ons(
            uow, window=Window(limit=LIMIT_MAX), venue_id=booking.venue_id, is_active=True
        )
        charges = await list_charges(uow, booking_id, scope=scope)
        concerning = [one for one in challenges if concerns_now(one, booking)]
        return {
            "booking": booking,
            "customer": (await party_names(uow, {party})).get(party, "") if party else "",
            **await queue_of(uow, booking, concerning, scope),
            "acts": acts,
            "people": await people_of(uow, acts),
            "challenges": concerning,
            "add_ons": add_ons,
            "charges": charges,
            "night": await night_of(uow, booking_id),
            "papers": await papers_of(uow, visit, booking_id),
            "rest_minor": await rest_of(uow, visit, booking, charges),
            "missing": await missing_deposits(uow, booking_id),
            "ending": await terms_for(uow, booking),
            "undecided_fee": await undecided_fee(uow, booking_id),
            "totals": _totals(charges),
        }

    values = await visit.run(read)
    booking = values["booking"]
    return office_page(
        visit,
        "booking.html",
        here="/bookings",
        heading=booking.title,
        crumbs=(BOOKINGS,),
        message=message_of(problem, {"reason": ""}) if problem else "",
        reason_fault=faults_of(problem).get("reason", "") if problem else "",
        form=form or {},
        steps=steps_of(visit, booking),
        may_challenge=_may_challenge(visit, booking, values["challenges"]),
        is_open=booking.status in EDITABLE_STATES,
        begins_on=business_day(
            booking.starts_at, booking.timezone, visit.organization.day_begins_hour
        ),
        ordinal=ordinal,
        words=WORDS,
        usage=usage_of(booking.spaces),
        **values,
    )


def _may_challenge(visit: Visit, booking: hire.BookingView, challenges: list[Any]) -> bool:
    is_open = any(each.status == "open" for each in challenges)
    is_behind = booking.rank is not None and booking.rank > 1 and not booking.is_backup
    return is_behind and not is_open and visit.may(UPDATE)


def next_path(cursor: str | None, **filters: str) -> str:
    """Return the address of the list's next page with the same filters, or an empty text."""
    if cursor is None:
        return ""
    return "?" + urlencode(_given(**filters) | {"cursor": cursor})


def _given(**filters: str) -> dict[str, str]:
    return {name: value for name, value in filters.items() if value}


def _totals(charges: list[Any]) -> list[Money]:
    sums: dict[str, int] = {}
    for charge in charges:
        sums[charge.currency] = sums.get(charge.currency, 0) + charge.amount_minor
    return [Money(amount, currency) for currency, amount in sorted(sums.items())]


def _read_cursor(text: str) -> tuple[datetime, UUID] | None:
    at, _, booking_id = text.partition("~")
    try:
        read = datetime.fromisoformat(at), UUID(booking_id)
    except ValueError:
        return None
    return read if read[0].tzinfo is not None else None


_STATE_ORDER = (
    "inquiry",
    "hold",
    "offered",
    "contracted",
    "confirmed",
    "completed",
    "closed",
    "released",
    "declined",
    "lost",
    "cancelled",
)

handlers = [
    show_bookings,
    show_booking,
    do_step,
    challenge,
    answer,
    decide,
    reorder,
    set_price,
    price,
    add_add_on,
    take_off,
]
