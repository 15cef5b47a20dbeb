"""The demo's organisation, its people and its venue."""

from zoneinfo import ZoneInfo

from houseful import venues
from houseful.accounts import add_member, create_organization, create_user
from houseful.kernel.database import UnitOfWork

SLUG = "lantern"
PASSWORD = "curtain-up-at-eight"  # noqa: S105 (the demo's, printed to whoever starts it)
ZONE = ZoneInfo("Europe/Berlin")
PEOPLE = (("admin", "Ada Admin"), ("staff", "Clara Clerk"), ("scanner_only", "Sam Scanner"))
ROLES = ("owner", *(role for role, _ in PEOPLE))


async def build_house(uow: UnitOfWork) -> dict[str, venues.Space]:
    """Open the organisation with its people and its venue; return the spaces by name."""
    owner = await create_user(uow, email=email_of("owner"), name="Olive Owner", password=PASSWORD)
    await create_organization(
        uow, owner, name="The Lantern", slug=SLUG, plan="house", timezone=ZONE.key
    )
    for role, name in PEOPLE:
        await add_member(uow, email=email_of(role), name=name, role=role, password=PASSWORD)
    return await _build_venue(uow)


def email_of(role: str) -> str:
    """Return the address of the demo's person in this role."""
    return f"{role.removesuffix('_only')}@{SLUG}.example"


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
    spaces = (
        venues.NewSpace(
            venue_id=venue.id,
            name="Main Hall",
            code="HALL",
            capacities={"seated": 8897, "standing": 9500},
            setup_minutes=120,
            teardown_minutes=90,
        ),
        venues.NewSpace(
            venue_id=venue.id,
            name="Studio",
            code="STUDIO",
            capacities={"seated": 120, "banquet": 80},
            setup_minutes=30,
            teardown_minutes=30,
        ),
        venues.NewSpace(
            venue_id=venue.id, name="Foyer", code="FOYER", capacities={"standing": 400}
        ),
    )
    return {space.name: await venues.create_space(uow, space) for space in spaces}
