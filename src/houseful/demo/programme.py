"""The demo's shows: one tonight, one on sale, one announced, one still a draft."""

import gzip
from datetime import datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import msgspec

from houseful import events, seating, ticketing, venues
from houseful.demo.house import ZONE
from houseful.kernel.business_day import DAY_BEGINS_HOUR, day_bounds
from houseful.kernel.database import UnitOfWork

ARENA = Path(__file__).with_name("arena.json.gz")
CATEGORIES = (("1", "Goal stands", 4500, "#2f6f9f"), ("2", "Mid track stand", 7900, "#e08a00"))
SALE = ticketing.SaleSettings(
    fee_fixed=50, fee_basis_points=350, tax_basis_points=700, hold_ttl_seconds=600
)
LENGTH = timedelta(hours=2, minutes=30)
LAST_MINUTES, AT_LEAST_AHEAD = timedelta(minutes=5), timedelta(seconds=30)


class Programme(msgspec.Struct, frozen=True):
    """The events that the demo's crowd buys for, and those that stand in a hire, by name."""

    tonight: UUID
    on_sale: UUID
    hired: dict[str, UUID]


async def announce_programme(
    uow: UnitOfWork, vault: ticketing.Vault, spaces: dict[str, venues.Space]
) -> Programme:
    """Import the arena, and announce the shows."""
    hall, studio = spaces["Main Hall"], spaces["Studio"]
    arena = await _import_arena(uow, hall.venue_id)
    tonight = await _open_stage(uow, vault, studio)
    orchard = await _draft(
        uow,
        "The Glass Orchard",
        hall,
        _evening(uow, 12),
        "A new play in two acts.\n\nA family returns to its glasshouse for one last summer, and"
        " finds that somebody has kept it alive. With an interval.",
    )
    brass = await _draft(
        uow,
        "Brass at Midnight",
        hall,
        _evening(uow, 26),
        "Eleven players, one room, no microphones.",
    )
    await _draft(
        uow,
        "Small Hours",
        studio,
        _evening(uow, 33),
        "Songs and stories, seated on cushions.",
    )
    for event_id in (orchard, brass):
        await events.publish_event(uow, event_id)
    await _sell_arena(uow, vault, orchard, arena)
    await _sell_arena(uow, vault, brass, arena, from_day=3)
    return Programme(tonight=tonight, on_sale=orchard, hired={"Brass at Midnight": brass})


async def _import_arena(uow: UnitOfWork, venue_id: UUID) -> UUID:
    plan = await seating.read_plan(gzip.decompress(ARENA.read_bytes()))
    layout = await seating.create_layout(uow, plan, name="Arena, all seated", venue_id=venue_id)
    await seating.publish_layout(uow, layout.id)
    return layout.id


async def _sell_arena(
    uow: UnitOfWork,
    vault: ticketing.Vault,
    event_id: UUID,
    layout_id: UUID,
    *,
    from_day: int | None = None,
) -> None:
    await ticketing.open_sale(uow, vault, event_id, SALE)
    await ticketing.put_on_sale_layout(uow, vault, event_id, layout_id)
    for key, name, amount, color in CATEGORIES:
        await ticketing.set_price(uow, event_id, key, amount, name=name, color=color)
    keys = [key for key, *_ in CATEGORIES]
    starts_at = _evening(uow, from_day) if from_day is not None else None
    kinds = (
        ticketing.NewTicketType(
            event_id=event_id, name="Adult", categories=keys, sale_starts_at=starts_at
        ),
        ticketing.NewTicketType(
            event_id=event_id,
            name="Under 18",
            description="Please bring something that shows your age.",
            categories=keys,
            sale_starts_at=starts_at,
            price_kind="percentage",
            price_value=5000,
            display_order=1,
        ),
    )
    for kind in kinds:
        await ticketing.create_ticket_type(uow, kind)


async def _open_stage(uow: UnitOfWork, vault: ticketing.Vault, studio: venues.Space) -> UUID:
    """Put on a show without numbered seats that begins soon; its tickets let in now."""
    begins, doors = hours_of_tonight(uow.now)
    event_id = await _draft(
        uow,
        "Open Stage",
        studio,
        begins,
        "Ten minutes each, whoever comes. Free seating, and room to stand at the bar.",
        doors_before=begins - doors,
    )
    await events.publish_event(uow, event_id)
    await ticketing.open_sale(uow, vault, event_id, SALE)
    for name, key, capacity, amount in (
        ("Seated", "seated", 80, 1200),
        ("At the bar", "bar", 40, 800),
    ):
        pool = await ticketing.add_pool(
            uow, event_id, ticketing.NewPool(name=name, category_key=key, capacity=capacity)
        )
        await ticketing.set_price(uow, event_id, key, amount, name=name)
        await ticketing.create_ticket_type(
            uow, ticketing.NewTicketType(event_id=event_id, name=name, pool_id=pool.id)
        )
    return event_id


def hours_of_tonight(now: datetime) -> tuple[datetime, datetime]:
    """Return when tonight's show begins, and when its doors open.

    Who tries the demo wants to scan at once, and a ticket lets in from two hours before doors on.
    So the show is at eight in the evening only from four on; a demo made in the morning has it
    around noon, and one made late at night has it two hours later. It is of the business day in
    which the demo is made, so towards its end the show is sooner.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    eight = datetime.combine(now.astimezone(ZONE).date(), time(20), ZONE)
    doors_at_latest = hour + timedelta(hours=2)
    _, day_ends = day_bounds(now, ZONE.key, DAY_BEGINS_HOUR)
    begins = min(
        max(eight, doors_at_latest), doors_at_latest + timedelta(hours=2), day_ends - LAST_MINUTES
    )
    begins = max(begins, now + AT_LEAST_AHEAD)
    return begins, min(begins - timedelta(hours=1), doors_at_latest)


async def _draft(
    uow: UnitOfWork,
    name: str,
    space: venues.Space,
    start_at: datetime,
    description: str,
    *,
    doors_before: timedelta = timedelta(hours=1),
) -> UUID:
    event = await events.create_event(
        uow,
        events.NewEvent(
            name=name,
            description=description,
            start_at=start_at,
            end_at=start_at + LENGTH,
            doors_at=start_at - doors_before,
            venue_id=space.venue_id,
            space_ids=[space.id],
        ),
    )
    return event.id


def _evening(uow: UnitOfWork, in_days: int) -> datetime:
    day = (uow.now.astimezone(ZONE) + timedelta(days=in_days)).date()
    return datetime.combine(day, time(20), ZONE)
