"""The guard of `/me`: signed in, at a house that has sessions."""

from litestar.handlers import BaseRouteHandler

from houseful.kernel.identity import Identity
from houseful.kernel.problems import Unauthenticated
from houseful.sessions import key_of
from houseful.web.guards import Connection, Shop
from houseful.web.shop.timetable import require_sessions
from houseful.web.visits import Visit


class Customer(Shop):
    """Guard of a person's own pages at a house."""

    async def __call__(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Find the house, and prove who it is."""
        await super().__call__(connection, handler)
        visit: Visit = connection.state.visit
        if await visit.find_identity() is None:
            raise Unauthenticated
        require_sessions(visit)


def identity_of(visit: Visit) -> Identity:
    """Return who is signed in; the guard has seen to it."""
    assert visit.identity is not None
    return visit.identity


def link_key(visit: Visit) -> bytes:
    """Return the key that quotes are signed with."""
    return key_of(visit.secret)


def my_path(visit: Visit, path: str = "") -> str:
    """Return the address of one of the person's pages at the house."""
    return f"/me/{visit.organization.slug}{path}"
