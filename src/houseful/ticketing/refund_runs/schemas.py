"""Refunding a whole event on the wire."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from houseful.kernel.http import Body, View


class NewRefundRun(Body):
    """Why everything is given back; it stands in the books."""

    reason: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^(?=.*\S)[^\x00]*$")]


class RefusedOrder(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An order that was not given back, and why."""

    order_id: UUID
    number: str
    failure: str


class RefundRunView(View):
    """How far the refunds of an event are: of `total` orders, and what became of the money.

    `sent` is money that is back, `at_till` of it to be handed over by the house; `refused` are
    orders whose provider would not pay; `problems` are orders that need somebody.
    """

    id: UUID
    event_id: UUID
    reason: str
    total: int
    done: int
    waiting: int
    failed: int
    sent: int
    at_till: int
    refused: int
    problems: list[RefusedOrder]
    version: int

    @property
    def is_over(self) -> bool:
        """Whether nothing is under way any more."""
        return self.waiting == 0
