"""The papers of a booking, as its page names them: deals, contracts, deposits, settlements."""

from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple
from uuid import UUID

from houseful.hire import BookingView
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.outdating import SAYS_SO
from houseful.hire.contracts.queries import list_contracts
from houseful.hire.contracts.values import values_of
from houseful.hire.contracts.wording import fill_line
from houseful.hire.deals.queries import list_deals
from houseful.hire.deposits.queries import deposits_of
from houseful.hire.rates.models import Charge
from houseful.hire.settlements.queries import list_settlements
from houseful.hire.settlements.rules import called
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.web.templating import money
from houseful.web.visits import Visit

ALL = Window(limit=LIMIT_MAX)


class Paper(NamedTuple):
    """One paper: what it is, its name, where its page is, and how it stands."""

    kind: str
    name: str
    path: str
    status: str
    note: str = ""


async def papers_of(uow: UnitOfWork, visit: Visit, booking_id: UUID) -> list[Paper]:
    """Return what the visitor may see of them; who is limited to some spaces sees none."""
    if visit.space_ids is not None:
        return []
    return [
        paper
        for permission, read in _KINDS.items()
        if visit.may(permission)
        for paper in await read(uow, booking_id, visit.organization.locale)
    ]


async def rest_of(
    uow: UnitOfWork, visit: Visit, booking: BookingView, charges: Sequence[Charge]
) -> int:
    """Return what of the price is in none of the booking's deposits, once there are some."""
    if visit.space_ids is not None or not visit.may("venue.deposits.read"):
        return 0
    asked_for = [
        shown.deposit.amount_minor
        for shown in await deposits_of(uow, [booking.id])
        if shown.deposit.kind != "security"
        and shown.deposit.status != "cancelled"
        and shown.deposit.currency == booking.currency
    ]
    priced = sum(one.amount_minor for one in charges if one.currency == booking.currency)
    return max(0, priced - sum(asked_for)) if asked_for else 0


async def _deals(uow: UnitOfWork, booking_id: UUID, _locale: str) -> list[Paper]:
    deals, _ = await list_deals(uow, window=ALL, booking_id=booking_id)
    return [Paper("Deal", deal.title, f"/deals/{deal.id}", deal.current.status) for deal in deals]


async def _contracts(uow: UnitOfWork, booking_id: UUID, _locale: str) -> list[Paper]:
    contracts, _ = await list_contracts(uow, window=ALL, booking_id=booking_id)
    return [
        Paper(
            "Addendum" if one.parent_id else "Contract",
            fill_line(one.title, await values_of(uow, one)),
            f"/contracts/{one.id}",
            one.status,
            _note(one),
        )
        for one in contracts
    ]


def _note(contract: Contract) -> str:
    """Return what is wrong with a contract that counts, if anything."""
    if contract.status not in SAYS_SO:
        return ""
    unreached = [
        one.email for one in contract.signers if one.unreachable_at and one.status != "signed"
    ]
    notes = [f"mail does not arrive at {email}" for email in unreached]
    if contract.outdated_at is not None:
        notes.append("it says another time than the booking")
    return ", ".join(notes)


async def _deposits(uow: UnitOfWork, booking_id: UUID, locale: str) -> list[Paper]:
    found = [shown.deposit for shown in await deposits_of(uow, [booking_id])]
    return [
        Paper(
            "Deposit",
            f"{one.title}, {money(one.amount_minor, one.currency, locale)}",
            f"/deposits/{one.id}",
            one.status,
        )
        for one in found
    ]


async def _settlements(uow: UnitOfWork, booking_id: UUID, _locale: str) -> list[Paper]:
    found, _ = await list_settlements(uow, window=ALL, booking_id=booking_id)
    return [
        Paper(
            called(one.number),
            one.reason or "The night",
            f"/settlements/{one.id}",
            one.status,
        )
        for one in found
    ]


_KINDS: dict[str, Callable[[UnitOfWork, UUID, str], Awaitable[list[Paper]]]] = {
    "venue.deals.read": _deals,
    "venue.contracts.read": _contracts,
    "venue.deposits.read": _deposits,
    "venue.settlements.read": _settlements,
}
