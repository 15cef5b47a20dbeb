"""What is asked once before a booking goes where it does not come back from."""

from uuid import UUID

from litestar import Response

from houseful import hire
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import FIRM_STATES, SOFT_STATES
from houseful.hire.contracts.moving import has_unsigned
from houseful.hire.holds.passing import ids_ahead, passed_over, words_for
from houseful.hire.holds.queries import freeze_in_force
from houseful.kernel.database import UnitOfWork
from houseful.web.office.booking_steps import STEPS
from houseful.web.office.shell import Crumb, confirm_page
from houseful.web.visits import Visit

MAKES_FIRM = frozenset({"confirm", "contract"})
LABELS = {"refund": "Keep the fee, give back the rest", "forfeit": "Keep all of them"}
DEPOSITS = {
    "refund": "The house keeps the fee out of what it holds, and the rest is to be given back.",
    "forfeit": "The house keeps all that it holds of its deposits, but for securities.",
}
RELEASED_WHILE_FROZEN = (
    "The spaces are free. The ranks of the venue are frozen: its place is kept, and those behind "
    "keep theirs."
)
ENDS = frozenset({"release", "decline", "lose", "cancel"})
VOIDS = "Its contract, which not all have signed, is voided: nobody can sign it any more."
LEFT_OUT = frozenset({"csrf", "sure", "pass_over"})


async def ask_first(visit: Visit, booking_id: UUID, name: str) -> Response[str] | None:
    """Ask before a step: what it does, and who is passed over. What was filled in is kept.

    None where it is refused in any case, because nobody says why.
    """

    sent = list((await visit.request.form()).multi_items())
    ticked = sum(key == "line" for key, _ in sent)

    async def read(uow: UnitOfWork) -> tuple[hire.BookingView, list[str], str]:
        booking = await hire.get_booking(uow, booking_id, scope=visit.space_ids)
        is_part = 0 < ticked < len(booking.spaces)
        asks = await _asks(uow, name, booking, is_part=is_part)
        if name not in MAKES_FIRM or booking.status in FIRM_STATES:
            return booking, asks, ""
        row = await uow.get(Booking, booking_id)
        ids = await ids_ahead(uow, row) if row.status in SOFT_STATES else ()
        ahead = await passed_over(uow, ids, scope=visit.space_ids)
        return booking, asks, words_for(ahead) if ahead else ""

    booking, asks, ahead = await visit.run(read)
    is_refused = name == "confirm" and booking.status != "contracted"
    if is_refused and not (await visit.form()).get("reason", "").strip():
        return None
    carried = [(key, str(value)) for key, value in sent if key not in LEFT_OUT]
    said = [("sure", "yes"), *([("pass_over", "yes")] if ahead else [])]
    consequences = asks
    if ahead:
        consequences.append(f"{ahead} They are passed over, and stay as backups.")
    return _ask(visit, booking, consequences, STEPS[name].label, [*carried, *said])


async def ask_to_make_room(visit: Visit, booking_id: UUID) -> Response[str]:
    """Ask before a hold is given up for who challenges it."""

    async def read(uow: UnitOfWork) -> tuple[hire.BookingView, list[str]]:
        booking = await hire.get_booking(uow, booking_id, scope=visit.space_ids)
        return booking, await _asks(uow, "release", booking)

    booking, asks = await visit.run(read)
    said = [("answer", "release"), ("sure", "yes")]
    return _ask(visit, booking, asks, "Make room", said)


async def ask_about_deposits(visit: Visit, booking_id: UUID, decision: str) -> Response[str]:
    """Ask before it is decided what becomes of the deposits of a cancelled booking."""
    booking = await visit.run(hire.get_booking, booking_id, scope=visit.space_ids)
    said = [("decision", decision), ("sure", "yes")]
    return _ask(visit, booking, [DEPOSITS[decision]], LABELS[decision], said)


async def _asks(
    uow: UnitOfWork, name: str, booking: hire.BookingView, *, is_part: bool = False
) -> list[str]:
    is_frozen = name == "release" and await freeze_in_force(uow, booking.venue_id)
    asks = [RELEASED_WHILE_FROZEN if is_frozen else STEPS[name].asks]
    if name in ENDS and not is_part and await has_unsigned(uow, booking.id):
        asks.append(VOIDS)
    return asks


def _ask(
    visit: Visit,
    booking: hire.BookingView,
    consequences: list[str],
    label: str,
    carried: list[tuple[str, str]],
) -> Response[str]:
    here = Crumb(f"/bookings/{booking.id}", booking.title)
    return confirm_page(
        visit,
        here="/bookings",
        heading=f"{label}?",
        crumbs=(Crumb("/bookings", "Bookings"), here),
        consequences=consequences,
        label=label,
        carried=carried,
    )
