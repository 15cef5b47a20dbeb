"""Calling a booking off in the office: by whom, for which fee, and what becomes of the deposits."""

from functools import partial
from typing import Any
from uuid import UUID

from houseful import hire
from houseful.hire.bookings.life_routes import KEEP_DEPOSITS
from houseful.hire.bookings.models import Booking
from houseful.hire.bookings.rules import LIFE
from houseful.hire.deposits.cancelling import fee_by_terms
from houseful.hire.services import services_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Forbidden
from houseful.web.office.forms import read_amount, read_body
from houseful.web.visits import Form, Visit

CANCELLERS = (
    ("customer", "the customer"),
    ("venue", "the house"),
    ("force_majeure", "nobody’s fault"),
)
DECISIONS = (
    ("undecided", "decide later"),
    ("refund", "keep the fee, give back the rest"),
    ("forfeit", "keep all of them"),
)


async def terms_for(uow: UnitOfWork, booking: hire.BookingView) -> dict[str, Any] | None:
    """Return what the form offers, with what the customer owes by the terms; None if it is over."""
    if not LIFE.allows(booking.status, "cancel"):
        return None
    fee_minor = await fee_by_terms(uow, await uow.get(Booking, booking.id))
    return {"fee_minor": fee_minor, "cancellers": CANCELLERS, "decisions": DECISIONS}


async def read_cancellation(
    visit: Visit, booking_id: UUID, form: Form
) -> tuple[Any, hire.Cancellation]:
    """Return the use case and what it is told. Raises `Invalid`, and `Forbidden`.

    Who decides about deposits may also forfeit them.
    """
    booking = await visit.run(hire.get_booking, booking_id, scope=visit.space_ids)
    values: dict[str, Any] = {
        "reason": form.get("reason", "").strip(),
        "cancelled_by": form.get("cancelled_by") or "customer",
        "deposit": form.get("deposit") or "undecided",
    }
    if form.get("fee", "").strip():
        values["fee_minor"] = read_amount(form["fee"], booking.currency, "/fee")
    data = read_body(hire.Cancellation, values)
    if data.deposit != "undecided" and not visit.may(KEEP_DEPOSITS):
        raise Forbidden(f"This needs the permission {KEEP_DEPOSITS}.", permission=KEEP_DEPOSITS)
    is_external = services_of(visit.database).finance is not None
    return partial(hire.cancel_booking, is_external=is_external), data
