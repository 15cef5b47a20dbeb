"""The composition root: every application is its own."""

from litestar import Litestar
from litestar.routes import HTTPRoute

from houseful.app import build_app

BODY_BYTES_MAX = 1000


def _owners(app: Litestar) -> set[int]:
    """The applications that the handlers of this one belong to."""
    return {
        id(handler.ownership_layers[0])
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
    }


def _handlers(app: Litestar) -> set[int]:
    return {
        id(handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
    }


def test_two_applications_of_one_process_share_no_handler() -> None:
    one, other = build_app(BODY_BYTES_MAX), build_app(BODY_BYTES_MAX)

    assert _owners(one) == {id(one)}
    assert _owners(other) == {id(other)}
    assert not _handlers(one) & _handlers(other)
