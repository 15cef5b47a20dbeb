"""Equipment of which there is only so much: firm bookings take it, for as long as they last.

As with spaces, a hold takes nothing. The database lets no instant have more taken than there is
(`add_on_takings_within_stock`); here it is said who has it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError

from houseful.calendar import Span
from houseful.hire.bookings.models import Booking, BookingSpace
from houseful.hire.rates.models import AddOn, AddOnTaking, Charge
from houseful.hire.rates.problems import NotEnoughStock
from houseful.kernel.database import UnitOfWork, constraint_of
from houseful.kernel.ids import new_id
from houseful.venues import SpaceScope

WITHIN_STOCK = "add_on_takings_within_stock"


class Need(NamedTuple):
    """So many of an add-on, for a time."""

    charge_id: UUID
    add_on_id: UUID
    quantity: int
    span: Span


class Taken(NamedTuple):
    """What a booking takes of an add-on, for a time."""

    quantity: int
    span: Span
    booking: Booking


async def take_stock(
    uow: UnitOfWork, booking: Booking, *, scope: SpaceScope = None, is_first: bool = False
) -> None:
    """Take what a firm booking has priced, in place of what it took before, if it took any.

    Raises `NotEnoughStock`, with who has it then as far as `scope` sees.
    """
    if not is_first:
        await give_back_stock(uow, booking.id)
    await _take(uow, booking, await _needs_of(uow, booking), scope)


async def try_stock(
    uow: UnitOfWork, booking: Booking, charge: Charge, *, scope: SpaceScope = None
) -> None:
    """Raise `NotEnoughStock` if the booking, made firm now, could not have what it has priced."""
    needs = [need for need in await _needs_of(uow, booking) if need.add_on_id == charge.add_on_id]
    trial = await uow.session.begin_nested()
    try:
        await _take(uow, booking, needs, scope)
    finally:
        await trial.rollback()


async def give_back_stock(uow: UnitOfWork, booking_id: UUID) -> None:
    """Give back all that the booking takes."""
    await uow.execute(
        delete(AddOnTaking).where(
            AddOnTaking.organization_id == uow.tenant, AddOnTaking.booking_id == booking_id
        )
    )


async def most_taken(uow: UnitOfWork, add_on_id: UUID, within: Span) -> int:
    """Return how many of it are taken at once at most, between two instants."""
    return peak(await _taken(uow, add_on_id, [within]))


def peak(taken: Collection[Taken]) -> int:
    """Return how many are taken at the instant at which most are."""
    return max(
        (
            sum(other.quantity for other in taken if other.span.start <= at < other.span.end)
            for at in {one.span.start for one in taken}
        ),
        default=0,
    )


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same time as spans that neither meet nor touch, the earliest first."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = found[-1].joined(span)
        else:
            found.append(span)
    return found


async def _needs_of(uow: UnitOfWork, booking: Booking) -> list[Need]:
    """Return what the booking has priced, add-on by add-on in the order in which all lock them."""
    charges = await uow.all(
        select(Charge)
        .where(
            Charge.organization_id == uow.tenant,
            Charge.booking_id == booking.id,
            Charge.add_on_id.is_not(None),
        )
        .order_by(Charge.add_on_id, Charge.id)
    )
    return [
        Need(charge.id, charge.add_on_id, charge.quantity, span)
        for charge in charges
        if charge.add_on_id is not None
        for span in merged(_occupied(line) for line in _lines_of(booking, charge))
    ]


async def _take(
    uow: UnitOfWork, booking: Booking, needs: Sequence[Need], scope: SpaceScope
) -> None:
    rows = [
        {
            "organization_id": uow.tenant,
            "id": new_id(),
            "booking_id": booking.id,
            "charge_id": need.charge_id,
            "add_on_id": need.add_on_id,
            "quantity": need.quantity,
            "during": Range(need.span.start, need.span.end, bounds="[)"),
        }
        for need in needs
    ]
    if not rows:
        return
    await _lock_add_ons(uow, {need.add_on_id for need in needs})
    try:
        async with uow.session.begin_nested():
            await uow.execute(insert(AddOnTaking), rows)
    except IntegrityError as error:
        if constraint_of(error) != WITHIN_STOCK:
            raise
        raise await _shortage(uow, booking, needs, scope) from error


async def _lock_add_ons(uow: UnitOfWork, add_on_ids: Collection[UUID]) -> Sequence[AddOn]:
    """Lock the add-ons in the order of their ids, so that nobody waits in a circle."""
    return await uow.all(
        select(AddOn)
        .where(AddOn.organization_id == uow.tenant, AddOn.id.in_(add_on_ids))
        .order_by(AddOn.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def _shortage(
    uow: UnitOfWork, booking: Booking, needs: Sequence[Need], scope: SpaceScope
) -> NotEnoughStock:
    """Return the problem that says what is short, how many are left then, and who has the rest."""
    for add_on in await _lock_add_ons(uow, {need.add_on_id for need in needs}):
        mine = [need for need in needs if need.add_on_id == add_on.id]
        taken = [
            one
            for one in await _taken(uow, add_on.id, [need.span for need in mine])
            if one.booking.id != booking.id
        ]
        wanted = peak([Taken(need.quantity, need.span, booking) for need in mine])
        own = [Taken(need.quantity, need.span, booking) for need in mine]
        if add_on.stock is None or peak([*taken, *own]) <= add_on.stock:
            continue
        left = max(0, add_on.stock - peak(taken))
        return NotEnoughStock(
            f"{add_on.name}: {wanted} are wanted, {left} of {add_on.stock} are left then.",
            addOnId=str(add_on.id),
            stock=add_on.stock,
            left=left,
            conflicts=[_told(one, scope) for one in taken],
        )
    return NotEnoughStock()


async def _taken(uow: UnitOfWork, add_on_id: UUID, within: Sequence[Span]) -> list[Taken]:
    found: dict[UUID, Taken] = {}
    for span in within:
        rows: Any = await uow.execute(
            select(AddOnTaking, Booking)
            .join(
                Booking,
                (Booking.organization_id == AddOnTaking.organization_id)
                & (Booking.id == AddOnTaking.booking_id),
            )
            .where(
                AddOnTaking.organization_id == uow.tenant,
                AddOnTaking.add_on_id == add_on_id,
                AddOnTaking.taken_from < span.end,
                AddOnTaking.taken_until > span.start,
            )
            .order_by(AddOnTaking.taken_from, AddOnTaking.id)
        )
        for taking, booking in rows:
            clipped = Span(max(taking.taken_from, span.start), min(taking.taken_until, span.end))
            found[taking.id] = Taken(taking.quantity, clipped, booking)
    return list(found.values())


def _told(one: Taken, scope: SpaceScope) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "quantity": one.quantity,
        "startsAt": one.span.start.isoformat(),
        "endsAt": one.span.end.isoformat(),
    }
    if scope is None or any(line.space_id in scope for line in one.booking.spaces):
        entry |= {"bookingId": str(one.booking.id), "label": one.booking.title}
    return entry


def _lines_of(booking: Booking, charge: Charge) -> list[BookingSpace]:
    return [
        line
        for line in booking.spaces
        if charge.booking_space_id is None or line.id == charge.booking_space_id
    ]


def _occupied(line: BookingSpace) -> Span:
    """Return how long what is used in a space is away: from set-up until tear-down."""
    return Span(
        line.starts_at - timedelta(minutes=line.setup_minutes),
        line.ends_at + timedelta(minutes=line.teardown_minutes),
    )
