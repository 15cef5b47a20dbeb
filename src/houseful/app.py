"""The composition root: the one file that knows every room."""

import importlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Self

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

import houseful
from houseful.accounts import AccountsGatekeeper, TokenIssuer
from houseful.hire.services import connect as connect_hire
from houseful.kernel.database import Database
from houseful.kernel.http import health
from houseful.kernel.http.endpoints import PROBLEMS_PATH
from houseful.kernel.http.guards import INTERNAL_KEY_HEADER, provide_caller, provide_identity
from houseful.kernel.http.listing import provide_window
from houseful.kernel.http.middleware import RequestMiddleware
from houseful.kernel.http.versions import provide_expected_version, provide_stated_version
from houseful.kernel.runtime import load_secret
from houseful.kernel.settings import Settings
from houseful.messaging import Mailroom
from houseful.scanning import DoorGatekeeper
from houseful.ticketing import Limits
from houseful.web.errors import answer
from houseful.web.guards import provide_visit
from houseful.wiring import connect_rooms

ROOMS: tuple[str, ...] = (
    "audit",
    "accounts",
    "directory",
    "ledger",
    "venues",
    "calendar",
    "events",
    "seating",
    "payments",
    "ticketing",
    "hire",
    "sessions",
    "scanning",
    "messaging",
    "web",
)
"""Every room with routes, in the order of the layers."""

LISTENING_ROOMS: tuple[str, ...] = (
    "audit",
    "accounts",
    "directory",
    "ledger",
    "events",
    "payments",
    "ticketing",
    "hire",
    "sessions",
    "messaging",
)
"""Every room with subscribers or chores."""


class _Room(Router):
    """The routes of a room in one application.

    Litestar copies a router with all that hangs on it, for it might belong to several applications:
    a quarter of the time that it takes to build one.
    """

    def __deepcopy__(self, _memo: dict[int, Any]) -> Self:
        return self


def create_app(settings: Settings, database: Database) -> Litestar:
    """Build the application on an open database."""
    app = build_app(settings.max_body_bytes)
    connect(app, settings, database)
    return app


def let_rooms_listen() -> None:
    """Register what every room hears, and its chores."""
    for room in LISTENING_ROOMS:
        importlib.import_module(f"houseful.{room}.subscribers")
    for alone in ("kernel.forgetting", "proofs"):
        importlib.import_module(f"houseful.{alone}")


def build_app(max_body_bytes: int) -> Litestar:
    """Build the application without a database: every route, which takes most of a second."""
    handlers: list[Any] = [*health.handlers]
    for room in ROOMS:
        routes: Any = importlib.import_module(f"houseful.{room}.routes")
        handlers.append(_Room(path="/", route_handlers=routes.handlers))
    let_rooms_listen()

    @asynccontextmanager
    async def lifespan(app: Litestar) -> AsyncGenerator[None]:
        yield
        await app.state.database.close()

    app = Litestar(
        route_handlers=handlers,
        lifespan=[lifespan],
        exception_handlers={Exception: answer},
        dependencies={
            "caller": Provide(provide_caller, sync_to_thread=False),
            "identity": Provide(provide_identity, sync_to_thread=False),
            "window": Provide(provide_window, sync_to_thread=False),
            "visit": Provide(provide_visit, sync_to_thread=False),
            "expected_version": Provide(provide_expected_version, sync_to_thread=False),
            "stated_version": Provide(provide_stated_version, sync_to_thread=False),
        },
        openapi_config=_openapi(),
        request_max_body_size=max_body_bytes,
        debug=False,
        logging_config=None,
    )
    app.state.router = app.asgi_handler
    return app


def connect(app: Litestar, settings: Settings, database: Database) -> None:
    """Give the application its settings and an open database; tests give it one after another."""
    app.asgi_handler = RequestMiddleware(app.state.router, settings)
    secret = load_secret(settings)
    issuer = TokenIssuer(
        database,
        secret=secret,
        issuer=settings.base_url,
        ttl_seconds=settings.access_token_ttl_seconds,
    )
    connect_rooms()
    connect_hire(database, settings)
    app.state.settings = settings
    app.state.secret = secret
    app.state.database = database
    app.state.token_issuer = issuer
    database.provide(Mailroom(settings, secret))
    database.provide(Limits.of(settings))
    app.state.gatekeeper = DoorGatekeeper(database, AccountsGatekeeper(database, issuer))


def _openapi() -> OpenAPIConfig:
    return OpenAPIConfig(
        title="Houseful",
        version=houseful.__version__,
        description="Hire it, sell it, run it, settle it. Errors are RFC 9457 problem documents,"
        f" whose types are listed at [{PROBLEMS_PATH}]({PROBLEMS_PATH}).",
        path="/api",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        components=Components(
            security_schemes={
                "bearer": SecurityScheme(type="http", scheme="bearer", bearer_format="JWT"),
                "internal": SecurityScheme(
                    type="apiKey", name=INTERNAL_KEY_HEADER, security_scheme_in="header"
                ),
            }
        ),
        use_handler_docstrings=True,
    )
