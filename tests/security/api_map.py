"""Every route of the application, and every id that it takes: read from the router, never listed.

A route that somebody adds is in here the moment it is registered in a room's `handlers`.
"""

import importlib
from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

import msgspec
from litestar import Litestar
from litestar.routes import HTTPRoute
from msgspec.inspect import type_info

from houseful.app import ROOMS
from houseful.kernel.http.guards import Internal, Public, Requires
from tests.security.bodies import Path, ids_of

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
INJECTED = frozenset(
    {"caller", "identity", "visit", "window", "expected_version", "data", "request"}
)


class IdAt(msgspec.Struct, frozen=True):
    """One id that a route takes: in its path, in its query, or somewhere in its body."""

    where: str
    name: str
    at: Path

    def __str__(self) -> str:
        return f"{self.where}:{'.'.join(str(step) for step in self.at)}"


class Route(msgspec.Struct, frozen=True):
    """A method and an address, with all ids that can be given to it."""

    method: str
    path: str
    room: str
    handler: Any

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def ids(self) -> list[IdAt]:
        """Every place where a request to this route can name a thing."""
        in_path = [IdAt("path", name, (name,)) for name in self.path_names]
        in_query = [
            IdAt("query", name, (alias,)) for name, alias, kind in self._queries() if kind is UUID
        ]
        in_body = [IdAt("body", name, at) for name, at in ids_of(self.body)]
        return [*in_path, *in_query, *in_body]

    @property
    def path_names(self) -> list[str]:
        """The names of the parts of the address that vary."""
        return [
            part[1:-1]
            for part in self.path.split("/")
            if part.startswith("{") and part != "{organization}"
        ]

    @property
    def required_queries(self) -> list[tuple[str, str, Any]]:
        """Name, name on the wire, and type of what must stand behind the question mark."""
        parameters = self.handler.parsed_fn_signature.parameters
        return [found for found in self._queries() if not parameters[found[0]].has_default]

    @property
    def required_headers(self) -> list[tuple[str, str]]:
        """Name, and name on the wire, of the headers that must be sent."""
        return [
            (name, str(alias))
            for name, field in self.handler.parsed_fn_signature.parameters.items()
            if (alias := _header_of(field)) and not field.has_default
        ]

    @property
    def body(self) -> Any:
        """The msgspec type description of the body, or None."""
        field = self.handler.parsed_fn_signature.parameters.get("data")
        return type_info(field.raw) if field is not None else None

    @property
    def is_public(self) -> bool:
        """Whether it is the customer API, where `?organization=` says whose shop it is."""
        return any(isinstance(guard, Public) for guard in self._guards)

    @property
    def is_of_tenant(self) -> bool:
        """Whether it is the tenant API, where `x-org` says who acts."""
        return any(isinstance(guard, Requires) for guard in self._guards)

    @property
    def is_of_platform(self) -> bool:
        """Whether it is for those who run the platform."""
        return self.path.startswith(("/api/v1/platform/", "/platform/"))

    @property
    def is_callback(self) -> bool:
        """Whether it is for providers, who sign what they send to one organisation."""
        return self.path.startswith("/callbacks/")

    @property
    def is_internal(self) -> bool:
        """Whether it is for other services, who have a key and no tenant."""
        return any(isinstance(guard, Internal) for guard in self._guards)

    @property
    def is_page(self) -> bool:
        """Whether it is for people."""
        return self.room == "web"

    @property
    def is_endless(self) -> bool:
        """Whether its answer never ends."""
        return str(self.handler.media_type) == "text/event-stream"

    @property
    def _guards(self) -> tuple[Any, ...]:
        return tuple(self.handler.guards or ())

    def _queries(self) -> Iterator[tuple[str, str, Any]]:
        for name, field in self.handler.parsed_fn_signature.parameters.items():
            if name in INJECTED or name in self.path_names or _header_of(field):
                continue
            alias = getattr(field.kwarg_definition, "name", None)
            kind = UUID if field.annotation is UUID or field.has_inner_subclass_of(UUID) else str
            yield name, str(alias or name), kind


@cache
def routes() -> tuple[Route, ...]:
    """Return every route of ours, as the application registers them."""
    handlers = [
        handler
        for room in ROOMS
        for handler in importlib.import_module(f"houseful.{room}.routes").handlers
    ]
    app = Litestar(route_handlers=handlers, openapi_config=None)
    found = [
        Route(method, route.path_format, handler.fn.__module__.split(".")[1], handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if handler.fn.__module__.startswith("houseful.")
        for method in METHODS
        if method in handler.http_methods
    ]
    return tuple(sorted(found, key=str))


def rooms() -> list[str]:
    """Return the rooms that have routes."""
    return sorted({route.room for route in routes()})


def _header_of(field: Any) -> str | None:
    definition = field.kwarg_definition
    if type(definition).__name__ != "HeaderParameter":
        return getattr(definition, "header", None)
    return str(definition.name or field.name.replace("_", "-"))
