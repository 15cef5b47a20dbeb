"""Who is limited to some spaces: no route of the office tells of hires elsewhere, or changes them.

The routes are read from the router; a new one is tried the moment it is registered.
"""

from collections.abc import Iterator
from uuid import UUID

import httpx
import psycopg
import pytest
from psycopg import sql

from houseful import hire
from houseful.hire.holds.schemas import NewChallenge
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.tables import Base
from tests.api import Api
from tests.builders.accounts import PASSWORD, House, a_member
from tests.builders.calendar import at
from tests.builders.hire import a_booking
from tests.builders.venues import a_space
from tests.conftest import TestCluster
from tests.security.api_map import Route, routes
from tests.security.places import Content, Place
from tests.security.requests import send

Owner = psycopg.Connection[tuple[str, str]]

ELSEWHERE = "Zaunkoenig"
"""What is hired elsewhere is called so, and nothing else."""

NAMED = {
    "spaces": ("name",),
    "bookings": ("title", "purpose", "notes", "contact_name", "status_reason"),
    "booking_series": ("title",),
    "calendar_feeds": ("name",),
    "claims": ("label",),
    "contracts": ("title", "body"),
    "customers": ("notes",),
    "deals": ("title",),
    "deposits": ("title",),
    "notifications": ("subject", "text"),
    "venue_events": ("title",),
}
PUBLIC = "/office/{organization}/events/{event_id}"
"""A show is announced to everybody, with the hall that it is in."""

HIRE = {
    str(mapper.class_.__tablename__)
    for mapper in Base.registry.mappers
    if mapper.class_.__module__.startswith("houseful.hire")
} | {"spaces"}
EMAIL = "one-hall@example.org"


@pytest.fixture
def owner(test_cluster: TestCluster, database_name: str) -> Iterator[Owner]:
    """The database's owner."""
    with psycopg.connect(test_cluster.owner_url(database_name), autocommit=True) as connection:
        yield connection


@pytest.fixture
async def mine(database: Database, house: House, owner: Owner) -> Place:
    """The house; all that there is, is hired elsewhere, and is called so."""
    place = Place(database, house)
    await place.everything()
    for table, columns in NAMED.items():
        values = sql.SQL(", ").join(
            sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(ELSEWHERE))
            for column in columns
        )
        owner.execute(sql.SQL("UPDATE {} SET {}").format(sql.Identifier(table), values))
    return place


@pytest.fixture
async def foyer(mine: Place) -> UUID:
    """The only space that the member sees."""
    return (await mine.run(a_space, await mine.find("venue_id"), name="Foyer")).id


@pytest.fixture
async def client(api: Api, mine: Place, foyer: UUID) -> httpx.AsyncClient:
    """An admin who is limited to the foyer, at the API and at the pages."""
    await a_member(mine.database, mine.house, EMAIL, role="admin", space_ids=[foyer])
    client = await api.as_person(EMAIL)
    proof = await _csrf(client, "/sign-in")
    await client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD, "csrf": proof})
    client.headers["x-csrf-token"] = await _csrf(client, f"/office/{api.house.slug}")
    return client


async def test_nothing_is_told_of_what_is_hired_elsewhere(
    client: httpx.AsyncClient, mine: Place
) -> None:
    told: list[str] = []
    seen = 0
    for route in (one for one in routes() if _is_staffs(one) and one.method == "GET"):
        if route.path.startswith(PUBLIC):
            continue
        answer = await send(client, route, mine)
        seen += answer.status_code == 200
        if ELSEWHERE in answer.text:
            told.append(f"{route} tells: {_around(answer.text)}")
    assert seen > 50
    assert not told, "\n".join(told)


async def test_nothing_is_changed_of_what_is_hired_elsewhere(
    client: httpx.AsyncClient, mine: Place, owner: Owner
) -> None:
    content = Content(owner)
    changes: list[str] = []
    for route in (one for one in routes() if _is_staffs(one) and one.method != "GET" and one.ids):
        answer = await send(client, route, mine)
        if changed := HIRE & set(content.changes()):
            changes.append(f"{route} answers {answer.status_code} and changes {changed}")
    assert not changes, "\n".join(changes)


async def test_of_a_booking_that_has_other_spaces_too_only_ones_own_are_told(
    client: httpx.AsyncClient, mine: Place, foyer: UUID
) -> None:
    hall = await mine.find("space_id")

    async def make(uow: UnitOfWork) -> tuple[UUID, UUID]:
        await a_booking(uow, [(hall, 55, 56)], title=ELSEWHERE)
        both = await a_booking(uow, [(hall, 55, 56), (foyer, 55, 56)], title="Both")
        await hire.challenge_holds(uow, both.id, NewChallenge())
        await a_booking(uow, [(hall, 65, 66)], title=ELSEWHERE, in_state="confirmed")
        late = await a_booking(uow, [(hall, 65, 66), (foyer, 65, 66)], title="Late", as_backup=True)
        await hire.contract_booking(uow, late.id)
        return both.id, late.id

    bookings = await mine.run(make)
    office = f"/office/{mine.house.slug}"
    paths = [
        *(
            route.path.replace("{booking_id}", str(one)).replace("/office/{organization}", office)
            for one in bookings
            for route in routes()
            if _is_staffs(route) and route.method == "GET" and route.path_names == ["booking_id"]
        ),
        "/api/v1/bookings",
        "/api/v1/challenges",
        f"{office}/bookings",
        f"{office}/calendar?day={at(55).date()}&view=week",
    ]
    answers = [(path, await client.get(path)) for path in paths]
    told = [
        f"{path} tells: {_around(answer.text)}"
        for path, answer in answers
        if ELSEWHERE in answer.text or str(hall) in answer.text
    ]

    assert all(answer.status_code in {200, 303, 409, 422} for _, answer in answers), answers
    assert sum("Late" in answer.text for _, answer in answers) >= 4
    assert not told, "\n".join(told)


def _is_staffs(route: Route) -> bool:
    is_office = route.is_page and route.path.startswith("/office/{organization}")
    return (route.is_of_tenant or is_office) and not route.is_endless


def _around(text: str) -> str:
    place = text.find(ELSEWHERE)
    return " ".join(text[max(0, place - 150) : place + 50].split())


async def _csrf(client: httpx.AsyncClient, address: str) -> str:
    page = await client.get(address)
    assert page.status_code == 200, page.text
    return page.text.split('name="csrf-token" content="')[1].split('"')[0]
