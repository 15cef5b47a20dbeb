"""The lines of a booking, the place and each extra, or a fee instead: what they cost, who paid."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from houseful.kernel.ids import new_id
from houseful.sessions.bookings.models import SessionBooking, SessionBookingExtra, Tender
from houseful.sessions.covering import PASS, Cover, fill

PLACE, EXTRA, FEE = "place", "extra", "fee"


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What a booking costs something for: so many of it, at `price_minor` for all of them."""

    line: str
    booking_extra_id: UUID | None = None
    name: str = ""
    quantity: int = 1
    price_minor: int


class PaidPart(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a line was paid in one way; of a pass it is the price that was not asked for."""

    line: str
    booking_extra_id: UUID | None
    kind: str
    customer_entitlement_id: UUID | None
    amount_minor: int
    returned_minor: int


class Source(msgspec.Struct, frozen=True):
    """Where money comes from: a lot of bonus, a wallet, a transaction."""

    kind: str
    id: UUID


def lines_of(booking: SessionBooking) -> list[Line]:
    """Return the lines of a booking in the order in which they are paid."""
    if booking.is_fee:
        return [Line(line=FEE, price_minor=booking.fee_minor)]
    return [
        Line(line=PLACE, price_minor=booking.price),
        *(
            Line(
                line=EXTRA,
                booking_extra_id=row.id,
                name=row.name,
                quantity=row.quantity,
                price_minor=row.price * row.quantity,
            )
            for row in booking.extras
        ),
    ]


def paid_parts(booking: SessionBooking) -> list[PaidPart]:
    """Return what paid the lines of a booking, those of each line together."""
    parts: dict[tuple[object, ...], PaidPart] = {}
    for one in counted(booking):
        pass_id = one.source_id if one.kind == PASS else None
        key = (one.line, one.booking_extra_id, one.kind, pass_id)
        before = parts.get(key)
        parts[key] = PaidPart(
            line=one.line,
            booking_extra_id=one.booking_extra_id,
            kind=one.kind,
            customer_entitlement_id=pass_id,
            amount_minor=one.amount_minor + (before.amount_minor if before else 0),
            returned_minor=one.returned_minor + (before.returned_minor if before else 0),
        )
    return list(parts.values())


def counted(booking: SessionBooking) -> list[Tender]:
    """Return the tenders that pay for the lines, the first first."""
    return [one for one in booking.tenders if not one.is_taken_back]


def pay_lines(booking: SessionBooking, sources: Sequence[tuple[Source, int]]) -> None:
    """Let money pay for what is open of the lines, the first first."""
    paid = counted(booking)
    lines = [
        (line, line.price_minor - sum(one.amount_minor for one in paid if _is_of(one, line)))
        for line in lines_of(booking)
    ]
    parts = fill(lines, sources)
    assert sum(part for _, _, part in parts) == sum(given for _, given in sources), (
        "nothing is paid that is not open"
    )
    for line, source, part in parts:
        _add(booking, line, source, part, part)


def let_pass_pay(booking: SessionBooking, pass_id: UUID, worth: int) -> None:
    """Let a pass pay for the place, and for the extras that are noted as covered by it."""
    source = Source(PASS, pass_id)
    covered = {row.id for row in booking.extras if row.covered_by_entitlement_id == pass_id}
    for line in lines_of(booking):
        if line.line == PLACE:
            _add(booking, line, source, line.price_minor, worth)
        elif line.booking_extra_id in covered and line.price_minor:
            _add(booking, line, source, line.price_minor, 0)


def note_covered_extras(booking: SessionBooking, cover: Cover) -> None:
    """Note which extras a pass pays for, one of each; of several the others stay a line."""
    for row in [one for one in booking.extras if one.extra_id in cover.covered_extra_ids]:
        covered = row
        if row.quantity > 1:
            row.quantity -= 1
            covered = SessionBookingExtra(
                organization_id=row.organization_id,
                id=new_id(),
                booking_id=row.booking_id,
                extra_id=row.extra_id,
                name=row.name,
                price=row.price,
                quantity=1,
                tax_basis_points=row.tax_basis_points,
            )
            booking.extras.append(covered)
        covered.price_paid = 0
        covered.covered_by_entitlement_id = cover.pass_id


def visits_of(booking: SessionBooking) -> list[Tender]:
    """Return the visits of passes that paid for the place, also those that were taken back."""
    return [one for one in booking.tenders if one.kind == PASS and one.line == PLACE]


def _is_of(tender: Tender, line: Line) -> bool:
    return (tender.line, tender.booking_extra_id) == (line.line, line.booking_extra_id)


def _add(booking: SessionBooking, line: Line, source: Source, amount: int, worth: int) -> None:
    booking.tenders.append(
        Tender(
            organization_id=booking.organization_id,
            id=new_id(),
            booking_id=booking.id,
            line=line.line,
            booking_extra_id=line.booking_extra_id,
            kind=source.kind,
            source_id=source.id,
            amount_minor=amount,
            worth_minor=worth,
            returned_minor=0,
            is_taken_back=False,
        )
    )
