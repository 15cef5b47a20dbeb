"""Letters about sessions: a place, the waiting list, what is owed, money that goes back."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from houseful import events, venues
from houseful.kernel.database import UnitOfWork
from houseful.kernel.short_codes import short_code
from houseful.messaging.letters.desk import Desk, Fact, Written, sit_down
from houseful.messaging.mailroom import Mailroom
from houseful.messaging.models import Notification
from houseful.messaging.writing import Writer
from houseful.sessions import (
    CompanyCustomer,
    CustomerPass,
    RefundRequest,
    SessionBooking,
    ShownBooking,
    ShownSession,
    WaitingEntry,
    dates_of_standing,
    session_ics,
    sessions_ics,
    show_booking,
    shown_session,
)

IS_STILL_TRUE: Mapping[str, Callable[[ShownBooking, datetime], bool]] = {
    "session_booked": lambda one, _now: one.booking.place == "confirmed",
    "session_promoted": lambda one, _now: one.booking.place == "confirmed",
    "session_reminder": lambda one, now: (
        one.booking.place == "confirmed" and one.session.starts_at > now
    ),
    "session_moved": lambda one, _now: one.booking.place in {"held", "confirmed"},
    "session_hold_lapsed": lambda one, _now: one.booking.place == "expired",
    "session_offer_lapsed": lambda one, _now: one.booking.place == "expired",
    "session_cancelled": lambda one, _now: one.booking.place in {"cancelled", "late_cancelled"},
    "session_called_off": lambda one, _now: one.booking.place == "seller_cancelled",
    "session_due": lambda one, _now: one.booking.money == "due",
    "session_due_again": lambda one, _now: one.booking.money == "due",
    "session_settled": lambda one, _now: one.booking.money in {"paid", "waived"},
}
"""What each letter about a booking tells; when it is not so any more, there is nothing to say."""

FOR_THE_CALENDAR = frozenset(
    {
        *("session_booked", "session_promoted", "session_reminder", "session_moved"),
        *("session_cancelled", "session_called_off", "session_offer_lapsed"),
    }
)
CROSSED_OUT = frozenset({"session_cancelled", "session_called_off", "session_offer_lapsed"})
ENDED = frozenset({"session_cancelled", "session_called_off"})
DATES_MAX = 12
"""Dates of a standing place that a letter names; its calendar has them all."""
TO_THE_SESSION = frozenset({"session_hold_lapsed", "session_offer_lapsed"})


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a letter is about: a session, with the words that every such letter has places for."""

    desk: Desk
    writer: Writer
    session: ShownSession
    values: dict[str, str]
    facts: list[Fact]


async def write_booking_news(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Say what became of a booking; nothing when something else has become of it since."""
    shown = await show_booking(uow, await uow.get(SessionBooking, message.subject_id))
    kind, booking = message.kind, shown.booking
    if not IS_STILL_TRUE[kind](shown, uow.now):
        return None
    about = await _about(uow, mailroom, message, shown.session)
    desk, writer = about.desk, about.writer
    before = message.details.get("previous_starts_at")
    values = about.values | {"amount": writer.money(booking.due_minor, booking.currency)}
    url = await _url_of(uow, desk, booking)
    if kind in ENDED:
        url = desk.mailroom.url(f"/{desk.slug}/timetable")
    elif kind in TO_THE_SESSION:
        url = _session_url(about)
    return Written(
        letter=desk.letter(
            kind,
            values,
            why=desk.labels.why_booking,
            url=url,
            name=booking.contact_name,
            facts=[
                *about.facts,
                (desk.labels.previous_date, [_when(writer, before)] if before else []),
                *_whom(desk, shown),
                *_check_in(desk, kind, booking),
                *(await _money(uow, about, kind, booking)),
            ],
        ),
        ics=session_ics(shown.session, now=message.created_at, is_cancelled=kind in CROSSED_OUT)
        if kind in FOR_THE_CALENDAR
        else "",
    )


async def write_offer(uow: UnitOfWork, mailroom: Mailroom, message: Notification) -> Written | None:
    """Say until when a place is held for who waited; nothing once the offer has ended."""
    entry = await uow.get(WaitingEntry, message.subject_id)
    if entry.status != "offered" or entry.booking_id is None or entry.offered_until is None:
        return None
    shown = await show_booking(uow, await uow.get(SessionBooking, entry.booking_id))
    about = await _about(uow, mailroom, message, shown.session)
    until = _when(about.writer, entry.offered_until.isoformat())
    return Written(
        letter=about.desk.letter(
            message.kind,
            about.values | {"until": until},
            why=about.desk.labels.why_booking,
            url=await _url_of(uow, about.desk, shown.booking),
            name=shown.booking.contact_name,
            facts=[*about.facts, *_whom(about.desk, shown)],
        ),
        ics=session_ics(shown.session, now=message.created_at, is_tentative=True),
    )


async def write_passed_over(uow: UnitOfWork, mailroom: Mailroom, message: Notification) -> Written:
    """Say that who waited could not be booked, or waits for nothing any more."""
    entry = await uow.get(WaitingEntry, message.subject_id)
    about = await _about(uow, mailroom, message, await shown_session(uow, entry.session_id))
    customer = await uow.get(CompanyCustomer, entry.customer_id)
    return Written(
        letter=about.desk.letter(
            message.kind,
            about.values,
            why=about.desk.labels.why_booking,
            url=_session_url(about),
            name=customer.name,
            facts=about.facts,
        ),
        ics=session_ics(about.session, now=message.created_at, is_cancelled=True)
        if message.kind == "session_wait_ended"
        else "",
    )


async def write_late_payment(uow: UnitOfWork, mailroom: Mailroom, message: Notification) -> Written:
    """Say that money came for a place that is gone, and goes back the way it came."""
    shown = await show_booking(uow, await uow.get(SessionBooking, message.subject_id))
    about = await _about(uow, mailroom, message, shown.session)
    amount = about.writer.money(int(message.details["amount_minor"]), shown.booking.currency)
    return Written(
        letter=about.desk.letter(
            message.kind,
            about.values | {"amount": amount},
            why=about.desk.labels.why_booking,
            url=_session_url(about),
            name=shown.booking.contact_name,
            facts=[*about.facts, (about.desk.labels.refund, [amount])],
        )
    )


async def write_refund_decision(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written:
    """Say what was decided about a request for money."""
    request = await uow.get(RefundRequest, message.subject_id)
    shown = await show_booking(uow, await uow.get(SessionBooking, request.booking_id))
    about = await _about(uow, mailroom, message, shown.session)
    desk, writer = about.desk, about.writer
    target = desk.labels.to_wallet if request.target == "wallet" else ""
    amount = writer.money(request.amount_minor, request.currency)
    return Written(
        letter=desk.letter(
            message.kind,
            about.values | {"amount": amount, "target": target},
            why=desk.labels.why_booking,
            url=await _url_of(uow, desk, shown.booking),
            name=shown.booking.contact_name,
            facts=[*about.facts, (desk.labels.reason, [request.answer])],
        )
    )


async def write_pass_sold(uow: UnitOfWork, mailroom: Mailroom, message: Notification) -> Written:
    """Confirm a pass that was bought, or say that its card did not take money back."""
    bought = await uow.get(CustomerPass, message.subject_id)
    customer = await uow.get(CompanyCustomer, bought.customer_id)
    desk = await sit_down(uow, mailroom, message)
    amount_minor = int(message.details.get("amount_minor", bought.price))
    amount = desk.writer(None).money(amount_minor, bought.currency)
    return Written(
        letter=desk.letter(
            message.kind,
            {"pass": bought.name, "amount": amount},
            why=desk.labels.why_booking,
            url=mailroom.url(f"/{desk.slug}/timetable"),
            name=customer.name,
        )
    )


async def write_standing_news(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written:
    """Say what became of a place in every session of a series, with its dates for a calendar."""
    customer = await uow.get(CompanyCustomer, message.subject_id)
    desk = await sit_down(uow, mailroom, message)
    has, gave_up = await dates_of_standing(uow, UUID(message.details["standing"]))
    dates = [_when(desk.writer(one.timezone), one.starts_at.isoformat()) for one in has]
    return Written(
        letter=desk.letter(
            message.kind,
            {"session": message.details["session"]},
            why=desk.labels.why_booking,
            url=mailroom.url(f"/{desk.slug}/timetable"),
            name=customer.name,
            facts=[(desk.labels.date, dates[:DATES_MAX])],
        ),
        ics=sessions_ics(has, now=message.created_at, crossed_out=gave_up)
        if has or gave_up
        else "",
    )


async def write_top_up(uow: UnitOfWork, mailroom: Mailroom, message: Notification) -> Written:
    """Confirm money that came into a wallet, and the bonus on top of it."""
    customer = await uow.get(CompanyCustomer, message.subject_id)
    desk = await sit_down(uow, mailroom, message)
    writer, details = desk.writer(None), message.details
    bonus = int(details["bonus_minor"])
    on_top = [writer.money(bonus, details["currency"])] if bonus else []
    return Written(
        letter=desk.letter(
            message.kind,
            {"amount": writer.money(int(details["amount_minor"]), details["currency"])},
            why=desk.labels.why_booking,
            url=mailroom.url(f"/{desk.slug}/timetable"),
            name=customer.name,
            facts=[(desk.labels.bonus, on_top)],
        )
    )


async def write_account_link(uow: UnitOfWork, mailroom: Mailroom, message: Notification) -> Written:
    """Send the link that proves an address: to an account, and to what was booked with it."""
    desk = await sit_down(uow, mailroom, message)
    return Written(
        letter=desk.letter(
            message.kind,
            {"email": message.recipient},
            why=desk.labels.why_account,
            url=mailroom.account_url(desk.slug, message.recipient, uow.now),
        )
    )


async def _about(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification, session: ShownSession
) -> Subject:
    desk = await sit_down(uow, mailroom, message)
    writer = desk.writer(session.timezone)
    space = await venues.get_space(uow, session.space_id)
    venue = await venues.get_venue(uow, space.venue_id)
    where = [session.space_name, venue.name, writer.address(events.public_place(venue))]
    begins = f"{writer.clock(session.starts_at)} ({writer.zone_at(session.starts_at)})"
    return Subject(
        desk=desk,
        writer=writer,
        session=session,
        values={
            "session": session.name,
            "day": writer.day(session.starts_at),
            "time": writer.clock(session.starts_at),
        },
        facts=[
            (desk.labels.session, [session.name]),
            (desk.labels.date, [writer.day(session.starts_at)]),
            (desk.labels.starts, [begins]),
            (desk.labels.venue, list(dict.fromkeys(line for line in where if line))),
            (desk.labels.instructor, [session.instructor_name]),
        ],
    )


def _whom(desk: Desk, shown: ShownBooking) -> list[Fact]:
    is_other = shown.attendee_name != shown.booking.contact_name
    return [(desk.labels.attendee, [shown.attendee_name] if is_other else [])]


def _check_in(desk: Desk, kind: str, booking: SessionBooking) -> list[Fact]:
    checks_in = booking.place == "confirmed" and kind in FOR_THE_CALENDAR - ENDED
    return [(desk.labels.check_in_code, [short_code(booking.id)])] if checks_in else []


async def _money(uow: UnitOfWork, about: Subject, kind: str, booking: SessionBooking) -> list[Fact]:
    """Return what was paid, what came back, what is kept, and until when it comes back whole."""
    labels, writer = about.desk.labels, about.writer

    def sum_of(amount: int) -> list[str]:
        return [writer.money(amount, booking.currency)] if amount else []

    if kind in ENDED:
        reason = booking.reason if kind == "session_called_off" else ""
        return [
            (labels.refund, sum_of(booking.refunded_minor)),
            (labels.kept, sum_of(booking.fee_minor)),
            (labels.reason, [reason]),
        ]
    if kind not in {"session_booked", "session_promoted", "session_reminder"}:
        return []
    visit: list[str] = []
    if booking.customer_entitlement_id is not None:
        visit = [(await uow.get(CustomerPass, booking.customer_entitlement_id)).name]
    window = booking.policy["cancellationWindowHours"]
    until: list[str] = []
    if window is not None:
        free_until = about.session.starts_at - timedelta(hours=window)
        until = [_when(writer, free_until.isoformat())] if free_until > uow.now else []
    return [
        (labels.visit_of, visit),
        (labels.paid, sum_of(booking.paid_minor)),
        (labels.free_until, until),
    ]


async def _url_of(uow: UnitOfWork, desk: Desk, booking: SessionBooking) -> str:
    """Return the page of a booking: of who has an account among theirs, else behind a link."""
    customer = await uow.get(CompanyCustomer, booking.customer_id)
    if customer.user_id is not None:
        return desk.mailroom.url(f"/me/{desk.slug}/bookings/{booking.id}")
    return desk.mailroom.booking_url(desk.slug, booking.id)


def _session_url(about: Subject) -> str:
    return about.desk.mailroom.url(f"/{about.desk.slug}/sessions/{about.session.id}")


def _when(writer: Writer, at: str) -> str:
    moment = datetime.fromisoformat(at)
    return f"{writer.day(moment)}, {writer.clock(moment)}"
