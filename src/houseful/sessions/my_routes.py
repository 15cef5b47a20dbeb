"""The customer API of what a signed-in customer has: passes, wallet, family."""

from litestar import Response

from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import Caller, Page, get, post
from houseful.kernel.http.listing import Window
from houseful.payments import NothingToPay
from houseful.sessions.bookings import paying
from houseful.sessions.bookings.client import pay_view
from houseful.sessions.bookings.payables import TOP_UP_KIND
from houseful.sessions.bookings.queries import me_of
from houseful.sessions.bookings.schemas import PayView
from houseful.sessions.customers import service as customers
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.customers.schemas import FamilyMemberView, NewFamilyMember
from houseful.sessions.passes import selling
from houseful.sessions.passes import service as passes
from houseful.sessions.passes.schemas import CustomerPassView, PassOrder
from houseful.sessions.problems import PassNotUsable
from houseful.sessions.wallets import service as wallets
from houseful.sessions.wallets.models import Wallet
from houseful.sessions.wallets.schemas import MovementView, NewTopUp, WalletView

MODULE = "sessions"


@get("/api/client/my-passes", public=True, identity=True, module=MODULE, summary="List my passes")
async def list_my_passes(caller: Caller, window: Window) -> Page[CustomerPassView]:
    """List the signed-in customer's passes."""

    async def mine(uow: UnitOfWork, *, window: Window) -> tuple[list[object], str | None]:
        me = await me_of(uow, caller.identity)
        return await passes.list_customer_passes(uow, window=window, customer_id=me.id)

    return await caller.read_page(mine, window=window, view=CustomerPassView)


@post(
    "/api/client/my-passes",
    status=200,
    public=True,
    identity=True,
    module=MODULE,
    with_key=True,
    summary="Buy a pass",
    raises=[PassNotUsable, NothingToPay],
)
async def buy_pass(caller: Caller, data: PassOrder) -> PayView:
    """Order a pass; send the payer to `redirectUrl`."""

    async def order(uow: UnitOfWork) -> paying.Begun:
        me = await me_of(uow, caller.identity)
        ordered = await selling.order_for(uow, me.id, data.pass_id, return_path=data.return_path)
        if not ordered.price:
            return paying.Begun(None)
        return await paying.start_card_payment(uow, passes.PAYABLE_KIND, ordered.id)

    return await pay_view(caller, await caller.run(order))


@get("/api/client/my-wallet", public=True, identity=True, module=MODULE, summary="Read my wallet")
async def read_my_wallet(caller: Caller) -> Response[WalletView]:
    """Read the signed-in customer's money and bonus in the organisation's currency."""
    return await caller.read(_my_wallet, caller, view=WalletView)


@get(
    "/api/client/my-wallet/movements",
    public=True,
    identity=True,
    module=MODULE,
    summary="Read my wallet's statement",
)
async def list_my_wallet_movements(caller: Caller, window: Window) -> Page[MovementView]:
    """Read what moved in the signed-in customer's wallet."""

    async def mine(uow: UnitOfWork, *, window: Window) -> tuple[list[object], str | None]:
        wallet = await _my_wallet(uow, caller)
        rows, cursor = await wallets.statement_of(uow, wallet.id, window=window)
        return list(rows), cursor

    return await caller.read_page(mine, window=window, view=MovementView)


@post(
    "/api/client/my-wallet/top-ups",
    status=200,
    public=True,
    identity=True,
    module=MODULE,
    with_key=True,
    summary="Top up my wallet",
    raises=[NothingToPay],
)
async def top_up_my_wallet(caller: Caller, data: NewTopUp) -> PayView:
    """Put money into the wallet by card; a tier that it reaches brings bonus."""

    async def begin(uow: UnitOfWork) -> paying.Begun:
        wallet = await _my_wallet(uow, caller)
        top_up = await wallets.begin_top_up(
            uow,
            wallet.customer_id,
            data.amount_minor,
            wallet.currency,
            return_path=data.return_path,
        )
        return await paying.start_card_payment(uow, TOP_UP_KIND, top_up.id)

    return await pay_view(caller, await caller.run(begin))


@get("/api/client/my-family", public=True, identity=True, module=MODULE, summary="List my family")
async def list_my_family(caller: Caller) -> list[FamilyMemberView]:
    """List whom the signed-in customer books for, themselves first."""

    async def read(uow: UnitOfWork) -> list[FamilyMemberView]:
        me = await me_of(uow, caller.identity)
        return [FamilyMemberView.of(one) for one in await customers.family_of(uow, me.id)]

    return await caller.run(read)


@post(
    "/api/client/my-family",
    public=True,
    identity=True,
    module=MODULE,
    summary="Add somebody of my family",
)
async def add_my_family_member(caller: Caller, data: NewFamilyMember) -> Response[FamilyMemberView]:
    """Add somebody whom the signed-in customer books for."""

    async def add(uow: UnitOfWork) -> CompanyCustomer:
        me = await me_of(uow, caller.identity)
        return await customers.add_family_member(uow, me.id, data.name)

    return await caller.create(add, view=FamilyMemberView, at="/api/client/my-family")


async def _my_wallet(uow: UnitOfWork, caller: Caller) -> Wallet:
    me = await me_of(uow, caller.identity)
    return await wallets.wallet_in_house_currency(uow, me.id)


handlers = [
    list_my_passes,
    buy_pass,
    read_my_wallet,
    list_my_wallet_movements,
    top_up_my_wallet,
    list_my_family,
    add_my_family_member,
]
