"""Every route × another tenant's ids: refused, nothing told, nothing changed.

The routes and the places of ids in them are read from the router. A new route is tried the moment
it is registered; if it takes an id that nobody makes yet, this fails and says what to write.
"""

import httpx
import psycopg
import pytest

from houseful.kernel.database import Database
from tests.api import Api
from tests.builders.accounts import PASSWORD, House, a_house
from tests.conftest import TestCluster
from tests.security.api_map import IdAt, Route, routes
from tests.security.places import Content, Place, maker_of
from tests.security.requests import Foreign, send

CANARY = "zaunkoenig"
"""The other tenant's name, mail addresses and shows carry it; no answer to us may."""

SECRET_LENGTH_MIN = 16
"""Shorter names, such as a provider's, are nobody's own."""

SHARED = frozenset({"company_id", "person_id"})
"""The directory is read by everybody; what another brought is changed by nobody else."""

SOLD = frozenset({"ticket_type_id", "pool_id"})
"""What is not sold here is told as what was sold until a moment ago: it is not on sale."""

CHOSEN_BY_THE_CALLER = frozenset({"scan_id", "provider", "report"})
"""Names of new things, or of everybody's: that another organisation uses the same means nothing."""


OPEN_TO_WHO_KNOWS_IT = frozenset({"feed_token"})
"""Secret addresses: whoever has one may read what is behind it, wherever they come from."""

NEEDS_MORE = (
    "/{organization}/{event}/basket",
    "/{organization}/{event}/checkout",
    "/{organization}/orders/{order_id}/return",
    "/sheet",
)
"""Ways to what is not there yet: the cookie of a hold or of an order, the sheet of a settlement."""

EACH_BY_ITSELF = frozenset({"POST /api/v1/scans/batch"})
"""Routes that answer each part of a body by itself, refusals too."""


@pytest.fixture
async def mine(database: Database, house: House) -> Place:
    """The organisation that tries."""
    place = Place(database, house)
    await place.everything()
    return place


@pytest.fixture
async def theirs(database: Database) -> Place:
    """The organisation whose ids are tried."""
    place = Place(database, await a_house(database, CANARY))
    await place.everything()
    return place


@pytest.fixture
async def client(api: Api) -> httpx.AsyncClient:
    """Our owner, who may do everything here, at the API and signed in to the pages."""
    client = await api.as_("owner")
    proof = await _csrf(client, "/sign-in")
    await client.post(
        "/sign-in", data={"email": api.house.email("owner"), "password": PASSWORD, "csrf": proof}
    )
    client.headers["x-csrf-token"] = await _csrf(client, f"/office/{api.house.slug}")
    return client


def test_every_id_that_a_route_takes_has_a_maker() -> None:
    missing: list[str] = []
    for route in routes():
        for id_at in route.ids:
            try:
                maker_of(id_at.name, route.path)
            except KeyError:
                if id_at.name not in CHOSEN_BY_THE_CALLER:
                    missing.append(
                        f"{route} takes {id_at}: write a function that makes one into"
                        f' tests/security/resources.py, under @makes("{id_at.name}")'
                    )
    assert not missing, "\n".join(missing)


async def test_no_route_reaches_the_things_of_another(
    client: httpx.AsyncClient,
    mine: Place,
    theirs: Place,
    test_cluster: TestCluster,
    database_name: str,
) -> None:
    made = await theirs.everything()
    secrets = [CANARY, *(secret for secret in made if len(secret) >= SECRET_LENGTH_MIN)]
    connection = psycopg.connect(test_cluster.owner_url(database_name), autocommit=True)
    content = Content(connection)
    failures: list[str] = []
    for route in routes():
        for id_at in route.ids:
            if route.is_endless or id_at.name in CHOSEN_BY_THE_CALLER | OPEN_TO_WHO_KNOWS_IT:
                continue
            sent = str(await theirs.find(id_at.name, route.path))
            answer = await send(client, route, mine, Foreign(theirs, id_at))
            complaint = _complaint(route, id_at, answer)
            said = answer.text.replace(answer.request.url.path, "")
            told = [secret for secret in secrets if secret != sent and secret in said]
            if told and id_at.name not in SHARED and CANARY not in sent:
                complaint += f" and tells {told}"
            changed = content.changes()
            if changed and not _changes_only_ours(route, id_at):
                complaint += f" and changes {changed}"
            if complaint:
                failures.append(f"{route} with another's {id_at} {complaint}")
    connection.close()
    assert not failures, "\n".join(failures)


async def test_the_same_requests_reach_ones_own_things(
    client: httpx.AsyncClient, mine: Place
) -> None:
    """What is refused above is refused for whose it is, and for no other reason."""
    lost: list[str] = []
    gone: set[str] = set()
    for route in sorted(routes(), key=_what_removes_comes_last):
        of_others = route.is_of_platform or route.is_callback or route.is_internal
        if route.ids and not (route.is_endless or of_others):
            answer = await send(client, route, mine)
            named = set(answer.request.url.path.split("/"))
            if named & gone:
                continue
            is_lost = answer.status_code in {400, 401, 403, 404, 415, 428}
            if (is_lost and not _needs_more(route)) or answer.status_code >= 500:
                lost.append(f"{route} answers {answer.status_code}: {answer.text[:300]}")
            if _removes(route) and (answer.is_success or answer.is_redirect):
                gone |= named - set(route.path.split("/")) - {mine.house.slug}
    assert not lost, "\n".join(lost)


async def test_no_route_lets_a_stranger_into_the_organisation(
    api: Api, client: httpx.AsyncClient, theirs: Place, house: House
) -> None:
    open_doors: list[str] = []
    client.headers["x-org"] = str(theirs.house.organization_id)
    guest = api.guest(**{"x-org": str(house.organization_id)})
    for route in routes():
        is_office = route.is_page and route.path.startswith("/office/{organization}")
        if route.is_of_tenant or is_office:
            foreign = await send(client, route, theirs)
            if foreign.status_code != 403:
                open_doors.append(f"{route} answers a stranger with {foreign.status_code}")
        elif route.is_of_platform:
            foreign = await send(client, route, theirs)
            if foreign.status_code != 403:
                open_doors.append(f"{route} answers an owner with {foreign.status_code}")
        elif route.is_internal:
            foreign = await send(client, route, theirs)
            if foreign.status_code != 401:
                open_doors.append(f"{route} answers an owner with {foreign.status_code}")
        if route.is_of_tenant:
            unknown = await send(guest, route, theirs)
            if unknown.status_code != 401:
                open_doors.append(f"{route} answers a guest with {unknown.status_code}")
    assert not open_doors, "\n".join(open_doors)


def _changes_only_ours(route: Route, id_at: IdAt) -> bool:
    """Whether what is changed is named beside the foreign id, and is ours."""
    if id_at.name in SHARED:
        return _only_refers(route, id_at)
    return route.is_page and id_at.where == "path" and id_at.name != route.path_names[-1]


def _needs_more(route: Route) -> bool:
    return any(part in route.path for part in NEEDS_MORE)


def _removes(route: Route) -> bool:
    return route.method == "DELETE" or route.path.endswith("/remove")


def _what_removes_comes_last(route: Route) -> tuple[bool, int, str]:
    methods = ("GET", "PATCH", "PUT", "POST", "DELETE")
    return _removes(route), methods.index(route.method), route.path


async def _csrf(client: httpx.AsyncClient, address: str) -> str:
    """Return what a page gives its forms to prove that they are ours."""
    page = await client.get(address)
    assert page.status_code == 200, page.text
    return page.text.split('name="csrf-token" content="')[1].split('"')[0]


def _complaint(route: Route, id_at: IdAt, answer: httpx.Response) -> str:
    """Say what is wrong with how a foreign id was answered, or nothing."""
    if answer.status_code == 404 or _is_refused_otherwise(route, id_at, answer):
        return ""
    return (
        f"answers {answer.status_code} {answer.text[:300]!r}, not 404. If it is refused for what"
        f" else is in the body, say a better one in BODIES of tests/security/resources.py,"
        f" under {str(route)!r}"
    )


def _is_refused_otherwise(route: Route, id_at: IdAt, answer: httpx.Response) -> bool:
    """Whether it is one of the answers besides 404 that tell and do nothing."""
    status = answer.status_code
    if route.is_of_platform:
        return status == 403
    if route.is_callback or route.is_internal:
        return status == 401
    if id_at.name in SHARED:
        return status == 403 or (status < 300 and _only_refers(route, id_at))
    if id_at.where == "query" and route.method == "GET":
        return status == 200
    if route.is_page:
        return status < 500
    if id_at.name in SOLD and status == 409:
        return answer.json()["type"].rpartition(":")[2] in {"not-on-sale", "no-seats-available"}
    if str(route) in EACH_BY_ITSELF and status == 200:
        return all(item["problem"]["status"] == 422 for item in answer.json()["items"])
    pointer = "/" + "/".join(map(str, id_at.at))
    return status == 422 and any(pointer.startswith(told) for told in _pointers(answer))


def _only_refers(route: Route, id_at: IdAt) -> bool:
    return route.method == "GET" or id_at.where == "body"


def _pointers(answer: httpx.Response) -> list[str]:
    """Return the places that a refusal points at."""
    errors: list[dict[str, str]] = answer.json().get("errors") or []
    return [error["pointer"] for error in errors]
