"""A request to a route, with real ids of one organisation in it, or one of another's."""

from collections.abc import Sequence
from copy import deepcopy
from importlib import import_module
from pathlib import Path as File
from typing import Any

import httpx
import msgspec

from houseful.kernel.ids import new_id
from tests.security.api_map import IdAt, Route
from tests.security.bodies import Path, merged, names_of, smallest
from tests.security.places import Place
from tests.security.resources import BODIES, WANTED

for _file in File(__file__).parent.glob("*_resources.py"):
    import_module(f"{__package__}.{_file.stem}")

SECRETS = {"hold_token": {"hold_id"}, "token": {"order_id", "public_id", "signer_id"}}
"""What opens a thing goes with the thing: whoever tries another's has its secret, too."""


class Foreign(msgspec.Struct, frozen=True):
    """Whose thing is put into a request, and where."""

    place: Place
    id: IdAt


async def send(
    client: httpx.AsyncClient,
    route: Route,
    place: Place,
    foreign: Foreign | None = None,
    *,
    content: dict[str, Any] | None = None,
) -> httpx.Response:
    """Send what the route wants, as the place's owner, with at most one foreign id in it.

    `content` stands in for the body that the route wants.
    """
    path = route.path
    for name in route.path_names:
        found = await _value(route, place, foreign, "path", name, (name,))
        path = path.replace(f"{{{name}}}", str(found))
    path = path.replace("{organization}", place.house.slug)
    headers = {"idempotency-key": str(new_id())}
    if "expected_version" in route.handler.parsed_fn_signature.parameters:
        headers["if-match"] = (await client.get(path)).headers.get("etag", '"1"')
    for name, header in route.required_headers:
        headers[header] = str(await _value(route, place, foreign, "header", name, (name,)))
    return await client.request(
        route.method,
        path,
        params=await _query(route, place, foreign),
        headers=headers,
        **(await _content(client, route, place, foreign) if content is None else content),
    )


async def _query(route: Route, place: Place, foreign: Foreign | None) -> dict[str, str]:
    query = {"organization": place.house.slug} if route.is_public else {}
    for name, alias, kind in route.required_queries:
        try:
            query[alias] = str(await _value(route, place, foreign, "query", name, (alias,)))
        except KeyError:
            query[alias] = _plain(kind, alias)
    for name in SECRETS.keys() & route.handler.parsed_fn_signature.parameters.keys():
        if name not in {required for required, _ in route.required_headers}:
            query[name] = str(await _value(route, place, foreign, "query", name, (name,)))
    if foreign is not None and foreign.id.where == "query":
        query[str(foreign.id.at[0])] = str(await foreign.place.find(foreign.id.name, route.path))
    return query


async def _content(
    client: httpx.AsyncClient, route: Route, place: Place, foreign: Foreign | None
) -> dict[str, Any]:
    said = BODIES.get(str(route), {})
    if route.is_page and route.method == "POST":
        return {"data": {"csrf": client.headers["x-csrf-token"], **said}}
    if route.body is None:
        return {"json": said} if said else {}
    return {"json": await body_of(route, place, foreign)}


async def body_of(
    route: Route, place: Place, foreign: Foreign | None = None, *, including: Sequence[Path] = ()
) -> Any:
    """Return the smallest body that the route takes, with the optional fields of `including`."""
    values: dict[str | Path, Any] = {
        name: await _known(route, place, foreign, name) for name in names_of(route.body)
    }
    wanted = list(including)
    for name, instead in WANTED.get(str(route), {}).items():
        if foreign is None or foreign.id.at[0] != instead:
            wanted.append((name,))
    if foreign is not None and foreign.id.where == "body":
        wanted.append(foreign.id.at)
        values[foreign.id.at] = str(await foreign.place.find(foreign.id.name, route.path))

    def named(name: str, here: Path) -> Any:
        return values.get(here, values.get(name, NotImplemented))

    body = smallest(route.body, named, including=wanted)
    return merged(body, deepcopy(BODIES.get(str(route), {})))


async def _known(route: Route, place: Place, foreign: Foreign | None, name: str) -> Any:
    try:
        return str(await _value(route, place, foreign, "body", name, ()))
    except KeyError:
        return NotImplemented


async def _value(
    route: Route, place: Place, foreign: Foreign | None, where: str, name: str, at: Path
) -> Any:
    """Return the place's thing of this name; the other's, if it is the foreign one or opens it."""
    if foreign is not None:
        is_it = (foreign.id.where, foreign.id.at) == (where, at)
        if is_it or foreign.id.name in SECRETS.get(name, ()):
            return await foreign.place.find(name, route.path)
    return await place.find(name, route.path)


def _plain(kind: Any, alias: str) -> str:
    if "At" in alias:
        return "2035-05-02T00:00:00Z" if alias == "toAt" else "2035-05-01T00:00:00Z"
    return "text"
