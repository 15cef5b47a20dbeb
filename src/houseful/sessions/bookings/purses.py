"""What a customer can pay with, locked while it is being taken."""

from uuid import UUID

import msgspec

from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import NotFound
from houseful.sessions.catalogue.models import Session
from houseful.sessions.covering import Funds
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.passes.offers import Held, passes_of
from houseful.sessions.wallets.models import Wallet
from houseful.sessions.wallets.service import find_wallet


class Purse(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's wallet, if they have one, and the passes that they may use."""

    wallet: Wallet | None = None
    passes: tuple[Held, ...] = ()

    @property
    def funds(self) -> Funds:
        """What is in it, as values."""
        offers = [held.offer for held in self.passes]
        if self.wallet is None:
            return Funds(offers)
        return Funds(offers, self.wallet.bonus_minor, self.wallet.cash_minor)

    def pass_with(self, pass_id: UUID) -> CustomerPass:
        """Return the pass that was decided upon."""
        return next(held.row for held in self.passes if held.row.id == pass_id)


async def open_purse(
    uow: UnitOfWork,
    customer: CompanyCustomer,
    session: Session,
    attendee_id: UUID,
    *,
    lock: bool,
    has_wallet: bool = True,
    has_passes: bool = True,
) -> Purse:
    """Return what a customer has for who attends: the wallet first, then passes.

    It is locked if it is to be taken. What the caller knows there is not is not looked for.
    """
    wallet, passes = None, list[Held]()
    if has_wallet:
        wallet = await find_wallet(uow, customer.id, session.currency, lock=lock)
    if has_passes:
        passes = await passes_of(uow, customer, session, attendee_id, lock=lock)
    return Purse(wallet=wallet, passes=tuple(passes))


async def require_own_pass(
    uow: UnitOfWork, customer: CompanyCustomer, customer_pass_id: UUID | None
) -> None:
    """Raise `NotFound` for a pass that is not the customer's, nor shared with them."""
    if customer_pass_id is None:
        return
    held = await uow.get(CustomerPass, customer_pass_id)
    is_shared = held.is_shared and held.customer_id == customer.guardian_id
    if held.customer_id != customer.id and not is_shared:
        raise NotFound


async def require_pass_of(uow: UnitOfWork, customer_id: UUID, customer_pass_id: UUID) -> None:
    """Raise `NotFound` for a pass that the customer has not bought themselves."""
    held = await uow.get(CustomerPass, customer_pass_id)
    if held.customer_id != customer_id:
        raise NotFound
