"""The demo: a believable house, made through the same use cases as a real one."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from houseful import events, venues
from houseful.accounts import (
    add_member,
    create_organization,
    create_user,
    find_organization,
)
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id

SLUG = "lantern"
PASSWORD = "curtain-up-at-eight"  # noqa: S105 (the demo's, printed to whoever starts it)
ZONE = ZoneInfo("Europe/Berlin")
PEOPLE = (("admin", "Ada Admin"), ("staff", "Clara Clerk"), ("scanner_only", "Sam Scanner"))
SHOWS = (
    ("The Glass Orchard", 12, "Main Hall", "A new play in two acts.\n\nWith an interval."),
    ("Brass at Midnight", 26, "Main Hall", "Eleven players, one room, no microphones."),
    ("Small Hours", 33, "Studio", "Songs and stories, seated on cushions."),
)

SignIns = list[tuple[str, str, str]]


async def load_demo(database: Database) -> SignIns:
    """Load the demo when there is no organisation of its name; return its sign-ins."""

    async def exists(uow: UnitOfWork) -> bool:
        return await find_organization(uow, SLUG) is not None

    if not await database.run(None, exists):
        await database.run(new_id(), _build_house)
    roles = ("owner", *(role for role, _ in PEOPLE))
    return [(role, _email(role), PASSWORD) for role in roles]


async def _build_house(uow: UnitOfWork) -> None:
    await _open_organization(uow)
    spaces = await _build_venue(uow)
    for name, in_days, space_name, description in SHOWS:
        await _announce_show(uow, name, in_days, spaces[space_name], description)


async def _open_organization(uow: UnitOfWork) -> None:
    owner = await create_user(uow, email=_email("owner"), name="Olive Owner", password=PASSWORD)
    await create_organization(
        uow, owner, name="The Lantern", slug=SLUG, plan="house", timezone=ZONE.key
    )
    for role, name in PEOPLE:
        await add_member(uow, email=_email(role), name=name, role=role, password=PASSWORD)


async def _build_venue(uow: UnitOfWork) -> dict[str, venues.Space]:
    venue = await venues.create_venue(
        uow,
        venues.NewVenue(
            name="The Lantern",
            timezone=ZONE.key,
            address_line1="Am Kanal 4",
            postal_code="10115",
            city="Berlin",
            country_iso2="DE",
            capacity=9500,
        ),
    )
    for name, code in (("Main entrance", "MAIN"), ("Canal side", "CANAL")):
        await venues.create_gate(uow, venues.NewGate(venue_id=venue.id, name=name, code=code))
    hall = await venues.create_space(
        uow,
        venues.NewSpace(
            venue_id=venue.id,
            name="Main Hall",
            code="HALL",
            capacities={"seated": 8897, "standing": 9500},
            setup_minutes=120,
            teardown_minutes=90,
        ),
    )
    studio = await venues.create_space(
        uow,
        venues.NewSpace(
            venue_id=venue.id,
            name="Studio",
            code="STUDIO",
            capacities={"seated": 120, "banquet": 80},
            setup_minutes=30,
            teardown_minutes=30,
        ),
    )
    foyer = await venues.create_space(
        uow,
        venues.NewSpace(
            venue_id=venue.id, name="Foyer", code="FOYER", capacities={"standing": 400}
        ),
    )
    return {space.name: space for space in (hall, studio, foyer)}


async def _announce_show(
    uow: UnitOfWork, name: str, in_days: int, space: venues.Space, description: str
) -> None:
    evening = (uow.now.astimezone(ZONE) + timedelta(days=in_days)).date()
    start_at = datetime.combine(evening, time(20), ZONE)
    event = await events.create_event(
        uow,
        events.NewEvent(
            name=name,
            description=description,
            start_at=start_at,
            end_at=start_at + timedelta(hours=2, minutes=30),
            doors_at=start_at - timedelta(hours=1),
            venue_id=space.venue_id,
            space_ids=[space.id],
        ),
    )
    if name != SHOWS[-1][0]:
        await events.publish_event(uow, event.id)


def _email(role: str) -> str:
    return f"{role.removesuffix('_only')}@{SLUG}.example"
