"""The public places of a house: what a guest can go to from anywhere."""

from typing import NamedTuple

from houseful.web.visits import Visit


class Place(NamedTuple):
    """A public page that the header leads to."""

    path: str
    title: str


def places_of(visit: Visit) -> list[Place]:
    """Return where a guest can go: of a house what it offers, and what is theirs."""
    if visit.organization is None:
        return [Place("/", "Houses"), Place("/me", "My account")]
    house = f"/{visit.organization.slug}"
    found = [Place(house, "What’s on")]
    modules = visit.access.modules if visit.access is not None else ()
    if "sessions" in modules:
        found.append(Place(f"{house}/timetable", "Timetable"))
    if "venue" in modules:
        found.append(Place(f"{house}/inquiry", "Hire a space"))
    if "sessions" in modules:
        found.append(Place(f"/me{house}", "My bookings"))
    return found
