"""Decisions about orders that need nothing but values."""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import timedelta
from uuid import UUID

import msgspec

from houseful.kernel.money import allocate
from houseful.ticketing.models import TicketType
from houseful.ticketing.orders.models import OrderLine
from houseful.ticketing.pricing import PricedLine
from houseful.ticketing.problems import TooFewTickets, TooManyTickets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without what is easily mistaken: 0 and O, 1 and I."""
NUMBER_CHARACTERS = 8
PUBLIC_ID_CHARACTERS = 16


LATE_MONEY = timedelta(hours=1)
"""So long after the deadline the price of an order stands, for money that comes late."""


class RefundShare(msgspec.Struct, frozen=True, kw_only=True):
    """What is given back for one line, and who bears it: `amount = funds + tax + fee`."""

    amount: int
    funds: int
    tax: int
    fee: int


def refund_share(line: OrderLine | PricedLine, *, is_fee_refundable: bool) -> RefundShare:
    """Return what is given back for a line, exactly as it was sold.

    A fee that is not refundable stays with who earned it: the buyer gets the rest when they paid it
    on top (with the tax on it), and the organiser bears it when it came out of the price.
    """
    if is_fee_refundable:
        return RefundShare(
            amount=line.total, funds=line.net + line.rounding, tax=line.tax, fee=line.fee
        )
    if line.charged_fee == 0:
        return RefundShare(
            amount=line.total, funds=line.net + line.rounding + line.fee, tax=line.tax, fee=0
        )
    tax_kept = line.charged_fee - line.fee or allocate(line.tax, [line.net, line.fee])[1]
    tax = line.tax - tax_kept
    funds = line.net + line.rounding
    return RefundShare(amount=funds + tax, funds=funds, tax=tax, fee=0)


def check_quantities(kinds: Mapping[UUID, TicketType], ordered: Iterable[UUID]) -> None:
    """Raise `TooFewTickets` or `TooManyTickets` unless each type's number per order is right."""
    for kind_id, quantity in Counter(ordered).items():
        kind = kinds[kind_id]
        if quantity < kind.min_per_order:
            raise TooFewTickets(ticketType=str(kind_id), minimum=kind.min_per_order)
        if quantity > kind.max_per_order:
            raise TooManyTickets(ticketType=str(kind_id), maximum=kind.max_per_order)


def new_order_number() -> str:
    """Return what people call an order by: `7K3QX9MD`."""
    return _random_text(NUMBER_CHARACTERS)


def new_public_id() -> str:
    """Return what a ticket is found by: 80 random bits."""
    return _random_text(PUBLIC_ID_CHARACTERS)


def _random_text(characters: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(characters))
