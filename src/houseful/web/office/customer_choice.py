"""Choosing a customer at the desk: the newest, or those who are found by name or e-mail."""

import msgspec

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.sessions import CompanyCustomer, list_customers

SEARCH_MAX = 100
NEWEST = Window(limit=LIMIT_MAX, is_newest_first=True)


class CustomerChoice(msgspec.Struct, frozen=True):
    """Who can be chosen, the newest first; `has_more` says that there are others."""

    customers: list[CompanyCustomer]
    search: str
    has_more: bool


async def choose_customers(uow: UnitOfWork, search: str) -> CustomerChoice:
    """Return who pays for themselves and whose name or address contains `search`."""
    wanted = search.replace("\0", "").strip()[:SEARCH_MAX]
    customers, cursor = await list_customers(
        uow, window=NEWEST, search=wanted or None, with_family=False
    )
    return CustomerChoice(customers, wanted, cursor is not None)
