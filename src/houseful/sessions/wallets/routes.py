"""Wallets over HTTP, for staff."""

from typing import Annotated
from uuid import UUID

from litestar import Response
from litestar.params import QueryParameter

from houseful.audit import AlreadyExists
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, Page, delete, get, post
from houseful.kernel.http.listing import Window
from houseful.sessions.bookings.billing import correct_and_settle
from houseful.sessions.problems import NotEnoughFunds
from houseful.sessions.wallets import service, tiers
from houseful.sessions.wallets.models import Wallet
from houseful.sessions.wallets.schemas import (
    BonusTierView,
    MovementView,
    NewBonusTier,
    WalletCorrection,
    WalletView,
)

CustomerId = Annotated[UUID | None, QueryParameter(name="customerId")]
READ, UPDATE = "sessions.wallets.read", "sessions.wallets.update"
MODULE = "sessions"
WALLET = "/api/v1/wallets/{wallet_id:uuid}"


@get("/api/v1/wallets", permission=READ, module=MODULE, summary="List wallets")
async def list_wallets(
    caller: Caller, window: Window, customer_id: CustomerId = None
) -> Page[WalletView]:
    """List customers' wallets."""
    return await caller.read_page(
        service.list_wallets, window=window, view=WalletView, customer_id=customer_id
    )


@get(WALLET, permission=READ, module=MODULE, summary="Read a wallet")
async def read_wallet(caller: Caller, wallet_id: UUID) -> Response[WalletView]:
    """Read a customer's money and bonus."""
    return await caller.read(UnitOfWork.get, Wallet, wallet_id, view=WalletView)


@get(WALLET + "/movements", permission=READ, module=MODULE, summary="List a wallet's movements")
async def list_wallet_movements(
    caller: Caller, wallet_id: UUID, window: Window
) -> Page[MovementView]:
    """Read a wallet's statement."""
    return await caller.read_page(service.statement_of, wallet_id, window=window, view=MovementView)


@post(
    WALLET + "/corrections",
    status=200,
    permission=UPDATE,
    module=MODULE,
    with_key=True,
    summary="Change a wallet by hand",
    raises=[NotEnoughFunds],
)
async def correct_wallet(
    caller: Caller, wallet_id: UUID, data: WalletCorrection
) -> Response[WalletView]:
    """Take cash in or pay it out, give goodwill, or put a mistake right, with a reason.

    What comes in settles what the customer owes, the oldest first.
    """
    return await caller.change(
        correct_and_settle, wallet_id, data.kind, data.amount_minor, data.reason, view=WalletView
    )


@get("/api/v1/bonus-tiers", permission=READ, module=MODULE, summary="List bonus tiers")
async def list_bonus_tiers(caller: Caller, window: Window) -> Page[BonusTierView]:
    """List which top-up brings which bonus."""
    return await caller.read_page(tiers.list_tiers, window=window, view=BonusTierView)


@post(
    "/api/v1/bonus-tiers",
    permission=UPDATE,
    module=MODULE,
    summary="Add a bonus tier",
    raises=[AlreadyExists],
)
async def create_bonus_tier(caller: Caller, data: NewBonusTier) -> Response[BonusTierView]:
    """Give bonus from a top-up of an amount on."""
    return await caller.create(
        tiers.create_tier, data, view=BonusTierView, at="/api/v1/bonus-tiers"
    )


@delete(
    "/api/v1/bonus-tiers/{tier_id:uuid}",
    permission=UPDATE,
    module=MODULE,
    summary="Remove a bonus tier",
)
async def remove_bonus_tier(caller: Caller, tier_id: UUID) -> None:
    """Give this bonus no longer."""
    await caller.remove(tiers.remove_tier, tier_id)


handlers = [
    list_wallets,
    read_wallet,
    list_wallet_movements,
    correct_wallet,
    list_bonus_tiers,
    create_bonus_tier,
    remove_bonus_tier,
]
