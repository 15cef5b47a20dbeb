"""What a visitor holds and pays: the browser keeps the secrets, in a cookie for each."""

from collections import Counter
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response

from houseful.ticketing import BasketView
from houseful.web.visits import Visit

KEPT_SECONDS = 24 * 3600


class Held(msgspec.Struct, frozen=True):
    """A hold and the secret that opens it."""

    hold_id: UUID
    token: str


class HeldBasket(msgspec.Struct, frozen=True):
    """A hold that stands, with what is in it."""

    held: Held
    basket: BasketView

    @property
    def places(self) -> dict[UUID, int]:
        """How many places without numbers are held, by ticket type."""
        return Counter(
            line.ticket_type_id for line in self.basket.lines if line.seat_number is None
        )


def held_by(visit: Visit, event_id: UUID) -> Held | None:
    """Return what the visitor's browser remembers to hold at the event."""
    hold_id, _, token = visit.read_cookie(_name(event_id)).partition(".")
    try:
        return Held(UUID(hold_id), token)
    except ValueError:
        return None


def remember(visit: Visit, response: Response[Any], event_id: UUID, held: Held) -> None:
    """Let the browser remember what it holds."""
    value = f"{held.hold_id}.{held.token}"
    response.set_cookie(visit.cookie(_name(event_id), value, max_age=KEPT_SECONDS))


def forget(visit: Visit, response: Response[Any], event_id: UUID) -> None:
    """Let the browser forget what it held."""
    response.set_cookie(visit.cookie(_name(event_id), "", max_age=0))


def remember_order(visit: Visit, response: Response[Any], order_id: UUID, token: str) -> None:
    """Let the browser remember the order that it goes to pay."""
    response.set_cookie(visit.cookie(_order_name(order_id), token, max_age=KEPT_SECONDS))


def remembered_order(visit: Visit, order_id: UUID) -> str:
    """Return the token of an order that this browser went to pay, or an empty text."""
    return visit.read_cookie(_order_name(order_id))


def _order_name(order_id: UUID) -> str:
    return f"order-{order_id.hex[-12:]}"


def _name(event_id: UUID) -> str:
    return f"basket-{event_id.hex[-12:]}"
