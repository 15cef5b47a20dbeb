"""The keys that sign an event's ticket codes: one is current, older ones still verify."""

from collections import defaultdict
from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, select

from houseful import audit, events
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import NotFound
from houseful.ticketing.codes import CodeFields, generate_event_key, sign_code
from houseful.ticketing.facts import TicketKeyRevoked
from houseful.ticketing.models import EventKey
from houseful.ticketing.offers import get_sale
from houseful.ticketing.orders.holders import Holder, orders_sold_until
from houseful.ticketing.orders.models import Ticket
from houseful.ticketing.vault import Vault

OPEN_ENDED = timedelta(days=730)
LINGERS = timedelta(hours=24)
"""How long after the end a code can still be read: an event may run late."""


class PublicKey(msgspec.Struct, frozen=True, kw_only=True):
    """What a door needs to verify an event's codes."""

    key_id: str
    public_bytes: bytes


async def ensure_key(uow: UnitOfWork, vault: Vault, event_id: UUID) -> EventKey:
    """Return the event's current key, made when there is none."""
    current = await _current(uow, event_id)
    return current or await _make(uow, vault, event_id)


async def rotate_key(
    uow: UnitOfWork, vault: Vault, event_id: UUID, *, revoke_old: bool = False
) -> EventKey:
    """Let a new key sign from now on; codes of the old one still hold, unless it is revoked.

    Raises `NotFound` for an event that sells nothing.
    """
    sale = await get_sale(uow, event_id, lock=True)
    old = await _current(uow, event_id)
    if old is not None:
        old.retired_at = uow.now
        old.revoked_at = uow.now if revoke_old else None
        await uow.flush()
    key = await _make(uow, vault, event_id)
    act = "replaced and revoked" if revoke_old else "replaced"
    await audit.record(
        uow,
        "ticketing.key.rotated",
        sale,
        sentence=f"{act} the key that signs tickets",
        changes={"key_id": [old.key_id if old is not None else None, key.key_id]},
    )
    if old is not None and revoke_old:
        await uow.announce(TicketKeyRevoked(subject_id=event_id, key_id=old.key_id))
    return key


async def revoke_key(uow: UnitOfWork, event_id: UUID, key_id: str) -> EventKey:
    """Let no code of this key hold any more, for good; harmless twice. Raises `NotFound`."""
    sale = await get_sale(uow, event_id, lock=True)
    key = await _find(uow, event_id, key_id)
    if key.revoked_at is None:
        key.retired_at = key.retired_at or uow.now
        key.revoked_at = uow.now
        await audit.record(
            uow,
            "ticketing.key.revoked",
            sale,
            sentence="revoked a key that signed tickets",
            changes={"key_id": [key_id, None]},
        )
        await uow.announce(TicketKeyRevoked(subject_id=event_id, key_id=key_id))
        await uow.flush()
    return key


async def orders_of_key(uow: UnitOfWork, event_id: UUID, key_id: str) -> list[Holder]:
    """Return the orders with valid tickets that may be out with codes of a key: all that were sold
    until it was retired. Raises `NotFound`.
    """
    key = await _find(uow, event_id, key_id)
    return await orders_sold_until(uow, event_id, key.retired_at or uow.now)


async def keys_of(uow: UnitOfWork, event_id: UUID) -> list[EventKey]:
    """Return the keys of an event, the newest first. Raises `NotFound`."""
    await events.get_event(uow, event_id)
    return list(
        await uow.all(
            select(EventKey)
            .where(EventKey.organization_id == uow.tenant, EventKey.event_id == event_id)
            .order_by(EventKey.created_at.desc(), EventKey.key_id)
        )
    )


async def event_public_keys(uow: UnitOfWork, event_id: UUID) -> list[PublicKey]:
    """Return the public parts of the event's keys that hold, for who verifies codes."""
    keys = (await public_keys_of(uow, {event_id})).get(event_id, {})
    return [PublicKey(key_id=key_id, public_bytes=public) for key_id, public in keys.items()]


async def event_revoked_keys(uow: UnitOfWork, event_id: UUID) -> list[PublicKey]:
    """Return the public parts of the event's keys that hold no more: what they signed was ours."""
    keys = (await revoked_keys_of(uow, {event_id})).get(event_id, {})
    return [PublicKey(key_id=key_id, public_bytes=public) for key_id, public in keys.items()]


async def public_keys_of(
    uow: UnitOfWork, event_ids: Collection[UUID]
) -> dict[UUID, dict[str, bytes]]:
    """Return the public parts of the events' keys that hold, by event and key id."""
    return await _public_parts(uow, event_ids, EventKey.revoked_at.is_(None))


async def revoked_keys_of(
    uow: UnitOfWork, event_ids: Collection[UUID]
) -> dict[UUID, dict[str, bytes]]:
    """Return the public parts of the events' keys that were revoked, by event and key id."""
    return await _public_parts(uow, event_ids, EventKey.revoked_at.is_not(None))


async def _public_parts(
    uow: UnitOfWork, event_ids: Collection[UUID], condition: ColumnElement[bool]
) -> dict[UUID, dict[str, bytes]]:
    rows = await uow.execute(
        select(EventKey.event_id, EventKey.key_id, EventKey.public_bytes).where(
            EventKey.organization_id == uow.tenant,
            EventKey.event_id.in_(event_ids),
            condition,
        )
    )
    found: defaultdict[UUID, dict[str, bytes]] = defaultdict(dict)
    for row in rows:
        found[row.event_id][row.key_id] = row.public_bytes
    return found


async def sign_tickets(uow: UnitOfWork, vault: Vault, tickets: list[Ticket]) -> dict[UUID, str]:
    """Return the signed code of each ticket that is sold, by ticket id."""
    codes: dict[UUID, str] = {}
    shown = await events.events_by_id(uow, {ticket.event_id for ticket in tickets})
    for event_id, event in shown.items():
        key = await ensure_key(uow, vault, event_id)
        private = vault.open_private(event_id, key.sealed_private)
        for ticket in tickets:
            if ticket.event_id == event_id and ticket.status == "sold":
                codes[ticket.id] = sign_code(private, _fields(ticket, event))
    return codes


def _fields(ticket: Ticket, event: events.ShownEvent) -> CodeFields:
    ends_at = event.end_at + LINGERS if event.end_at else ticket.sold_at + OPEN_ENDED
    return CodeFields(
        event_id=ticket.event_id,
        credential_id=ticket.credential_id,
        not_before=ticket.sold_at,
        not_after=max(ends_at, ticket.sold_at + LINGERS),
        sequence=ticket.sequence,
    )


async def _find(uow: UnitOfWork, event_id: UUID, key_id: str) -> EventKey:
    key = await uow.session.get(EventKey, (uow.tenant, event_id, key_id))
    if key is None:
        raise NotFound
    return key


async def _current(uow: UnitOfWork, event_id: UUID) -> EventKey | None:
    return await uow.first(
        select(EventKey).where(
            EventKey.organization_id == uow.tenant,
            EventKey.event_id == event_id,
            EventKey.retired_at.is_(None),
        )
    )


async def _make(uow: UnitOfWork, vault: Vault, event_id: UUID) -> EventKey:
    pair = generate_event_key()
    key = EventKey(
        organization_id=uow.tenant,
        event_id=event_id,
        key_id=pair.key_id,
        public_bytes=pair.public_bytes,
        sealed_private=vault.seal_private(event_id, pair.private_bytes),
        created_at=uow.now,
    )
    uow.add(key)
    await uow.flush()
    return key
