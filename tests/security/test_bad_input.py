"""Bad input to every route: a problem that points at the place, and nothing changed.

Bodies are made from the route's own type and spoiled in one place; a new route is tried the moment
it is registered.
"""

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import psycopg
import pytest
from msgspec import UnsetType
from msgspec import inspect as kinds

from houseful.kernel.database import Database
from houseful.kernel.settings import Settings
from tests.api import Api
from tests.builders.accounts import House
from tests.conftest import TestCluster
from tests.security.api_map import Route, routes
from tests.security.bodies import Path
from tests.security.places import Content, Place
from tests.security.requests import body_of, send

HUGE_TEXT = "x" * 300_000
HUGE_NUMBER = 2**63
ANY_SIZE = frozenset({"content", "receipt", "dueMinor"})
"""Fields that take a file, or a figure that is only compared with ours."""


WRONG: dict[Any, tuple[Any, ...]] = {
    kinds.StrType: (17, HUGE_TEXT, "nul\0nul"),
    kinds.IntType: ("many", HUGE_NUMBER),
    kinds.BoolType: ("perhaps",),
    kinds.UUIDType: ("no-id",),
    kinds.DateTimeType: ("soon", "2035-05-01T18:00:00", "0001-01-01T00:00:00Z"),
    kinds.LiteralType: ("nonsense",),
    kinds.EnumType: ("nonsense",),
    kinds.DateType: ("2035-02-30",),
    kinds.TimeType: ("noon",),
}
"""By type, what does not fit it, and what nobody may store."""


class Spoiled(msgspec.Struct, frozen=True):
    """A value that does not belong at a place of a body."""

    at: Path
    value: Any

    def __str__(self) -> str:
        shown = f"{len(self.value)} letters" if self.value == HUGE_TEXT else repr(self.value)
        return f"{shown} at {_pointer(self.at)}"


@pytest.fixture
async def place(database: Database, house: House) -> Place:
    """The organisation that makes mistakes."""
    place = Place(database, house)
    await place.everything()
    return place


@pytest.fixture
async def client(api: Api) -> httpx.AsyncClient:
    """Our owner, who may do everything."""
    return await api.as_("owner")


@pytest.fixture
def content(test_cluster: TestCluster, database_name: str, place: Place) -> Iterator[Content]:
    """What is in the database."""
    url = test_cluster.owner_url(database_name)
    with psycopg.connect(url, autocommit=True) as connection:
        yield Content(connection)


def routes_with_bodies() -> list[Route]:
    """Return the routes of the API that take a JSON body."""
    return [route for route in routes() if route.body is not None and not route.is_of_platform]


async def test_a_value_that_does_not_belong_is_pointed_at(
    client: httpx.AsyncClient, place: Place, content: Content
) -> None:
    complaints: list[str] = []
    for route in routes_with_bodies():
        for spoiled in _spoil(route.body):
            if spoiled.value in (HUGE_TEXT, HUGE_NUMBER) and spoiled.at[-1] in ANY_SIZE:
                continue
            body = await body_of(route, place, including=[spoiled.at])
            _put(body, spoiled.at, spoiled.value)
            answer = await send(client, route, place, content={"json": body})
            complaints += _complaints(f"{route} with {spoiled}", answer, _pointer(spoiled.at))
        complaints += [f"{route} changed {name}" for name in content.changes()]
    assert not complaints, "\n".join(complaints)


async def test_a_field_that_is_unknown_or_missing_is_named(
    client: httpx.AsyncClient, place: Place, content: Content
) -> None:
    complaints: list[str] = []
    for route in routes_with_bodies():
        whole = await body_of(route, place)
        answer = await send(client, route, place, content={"json": {**whole, "surprise": 1}})
        complaints += _complaints(f"{route} with an unknown field", answer, "/surprise")
        for name in [field.encode_name for field in _struct(route.body).fields if field.required]:
            body = {key: value for key, value in whole.items() if key != name}
            answer = await send(client, route, place, content={"json": body})
            complaints += _complaints(f"{route} without {name}", answer, f"/{name}")
        complaints += [f"{route} changed {name}" for name in content.changes()]
    assert not complaints, "\n".join(complaints)


UNREADABLE: list[tuple[bytes, str, set[int]]] = [
    (b'{"name": ', "application/json", {400}),
    (b"\xff\xfe\x00", "application/json", {400}),
    (b"", "application/json", {400, 422}),
    (b"[]", "application/json", {422}),
    (b'"text"', "application/json", {422}),
    (b"<name/>", "application/xml", {400, 415, 422}),
    (b"[" * 20_000, "application/json", {400, 422}),
]


async def test_what_is_no_object_or_more_than_fits_is_refused(
    client: httpx.AsyncClient, place: Place, content: Content, settings: Settings
) -> None:
    too_much = (b" " * (settings.max_body_bytes + 1), "application/json", {413})
    complaints: list[str] = []
    for route in routes_with_bodies():
        for sent, content_type, statuses in [*UNREADABLE, too_much]:
            client.headers["content-type"] = content_type
            answer = await send(client, route, place, content={"content": sent})
            what = f"{route} with {sent[:10]!r}… as {content_type}"
            if answer.status_code not in statuses:
                complaints.append(f"{what}: {answer.status_code} {answer.text[:200]}")
            complaints += _not_a_problem(what, answer)
        complaints += [f"{route} changed {name}" for name in content.changes()]
    assert not complaints, "\n".join(complaints)


async def test_an_address_with_nonsense_in_it_is_refused(
    client: httpx.AsyncClient, place: Place, content: Content
) -> None:
    complaints: list[str] = []
    for route in routes():
        if "{" in route.path and not (route.is_page or route.is_endless):
            path = route.path
            for name in route.path_names:
                path = path.replace(f"{{{name}}}", "%00%ff..%2f'")
            query = {"organization": place.house.slug}
            answer = await client.request(route.method, path, params=query, json={})
            if not 400 <= answer.status_code < 500:
                complaints.append(f"{route} answers {answer.status_code} {answer.text[:300]}")
    assert not complaints, "\n".join(complaints)
    assert content.changes() == []


def _spoil(kind: Any, at: Path = ()) -> Iterator[Spoiled]:
    """Yield what can be wrong in a body, one place at a time."""
    match kind:
        case kinds.Metadata():
            yield from _spoil(kind.type, at)
        case kinds.StructType():
            for field in kind.fields:
                yield from _spoil(field.type, (*at, field.encode_name))
        case kinds.UnionType():
            real = [member for member in kind.types if not _means_nothing(member)]
            if len(real) == 1:
                yield from _spoil(real[0], at)
        case kinds.ListType():
            yield Spoiled(at, {"not": "a list"})
            yield from _spoil(kind.item_type, (*at, 0))
        case _:
            yield from (Spoiled(at, value) for value in WRONG.get(type(kind), ()))


def _means_nothing(kind: Any) -> bool:
    return isinstance(kind, kinds.NoneType) or getattr(kind, "cls", None) is UnsetType


def _complaints(what: str, answer: httpx.Response, pointer: str) -> list[str]:
    found = _not_a_problem(what, answer)
    if found or answer.status_code == 413:
        return found
    if answer.status_code != 422:
        return [f"{what}: {answer.status_code} {answer.text[:200]}"]
    pointers = [error["pointer"] for error in answer.json().get("errors") or [{"pointer": "-"}]]
    if not any(pointer == told or pointer.startswith(f"{told}/") for told in pointers):
        return [f"{what}: points at {pointers}, not {pointer}: {answer.text[:200]}"]
    return []


def _not_a_problem(what: str, answer: httpx.Response) -> list[str]:
    kind = answer.headers.get("content-type", "")
    if not (400 <= answer.status_code < 500 and kind.startswith("application/problem+json")):
        return [f"{what}: {answer.status_code} {kind} {answer.text[:200]}"]
    return []


def _struct(kind: Any) -> kinds.StructType:
    assert isinstance(kind, kinds.StructType)
    return kind


def _put(body: Any, at: Path, value: Any) -> None:
    for step in at[:-1]:
        body = body[step]
    body[at[-1]] = value


def _pointer(at: Path) -> str:
    return "/" + "/".join(map(str, at))
