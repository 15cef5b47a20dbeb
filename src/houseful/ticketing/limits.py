"""How much one person, and one address, may hold and order; operators say so in the settings.

They are generous: behind one address may be a school, or everybody of a mobile network.
"""

import hashlib
from ipaddress import IPv6Address, ip_address, ip_network
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from houseful.accounts import count_attempt
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.origin import current_origin
from houseful.kernel.settings import Settings
from houseful.ticketing.models import Hold
from houseful.ticketing.orders.models import Order
from houseful.ticketing.problems import TooMuchUnpaid

IPV6_PREFIX = 64
"""A household, or a server, has at least so many addresses of its own."""


_ONE_AT_A_TIME = """
    SELECT pg_advisory_xact_lock(hashtextextended(
        concat_ws(':', 'unpaid', organization_id, event_id, cast(:person AS text)), 0
    ))
    FROM holds WHERE organization_id = :tenant AND id = :hold
"""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What one address may do in five minutes, and what it and one person may hold at an event."""

    holds_per_address: int
    held_places_per_address: int
    orders_per_address: int
    unpaid_places_per_person: int

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        """Return what the operator has set."""
        return cls(**{name: getattr(settings, name) for name in cls.__struct_fields__})


def limits_of(database: Database) -> Limits:
    """Return the limits that the application provides, or those of a house as it comes."""
    try:
        return database.provided(Limits)
    except LookupError:
        return Limits.of(Settings())


def this_client() -> str:
    """Return what stands for the address that asks: empty when no request does."""
    address = current_origin.get().address
    if not address:
        return ""
    network = address
    if isinstance(ip_address(address), IPv6Address):
        network = str(ip_network(f"{address}/{IPV6_PREFIX}", strict=False))
    return hashlib.sha256(network.encode()).hexdigest()[:20]


async def count_order(database: Database) -> None:
    """Count an order that is about to be placed for its address. Raises the 429 problem.

    It stays counted, whatever becomes of the order.
    """
    limits, client = limits_of(database), this_client()

    async def count(uow: UnitOfWork) -> None:
        if client:
            await count_attempt(uow, f"orders {client}", limit=limits.orders_per_address)

    await database.run(None, count)


async def limit_unpaid(uow: UnitOfWork, limits: Limits, hold_id: UUID, email: str) -> None:
    """Let one person leave so much of an event unpaid, and no more. Raises `TooMuchUnpaid`.

    What the hold would add is not counted. Until this unit of work ends, nobody else orders under
    that address: call it before the hold is locked, so that none of its places waits meanwhile.
    """
    person = email.strip().lower()
    await uow.execute(_ONE_AT_A_TIME, {"tenant": uow.tenant, "hold": hold_id, "person": person})
    event = select(Hold.event_id).where(Hold.organization_id == uow.tenant, Hold.id == hold_id)
    unpaid = await uow.first(
        select(func.sum(Hold.places))
        .join(
            Order,
            (Order.organization_id == Hold.organization_id) & (Order.hold_id == Hold.id),
        )
        .where(
            Order.organization_id == uow.tenant,
            Order.event_id == event.scalar_subquery(),
            func.lower(Order.buyer_email) == person,
            Order.status == "awaiting_payment",
            Order.payable_until > uow.now,
            Hold.id != hold_id,
        )
    )
    if int(unpaid or 0) >= limits.unpaid_places_per_person:
        raise TooMuchUnpaid(maximum=limits.unpaid_places_per_person)
