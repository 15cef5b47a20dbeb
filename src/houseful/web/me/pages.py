"""`/me`: where one is a customer; bookings, waiting, passes, wallet and family at one house."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.response import Redirect

from houseful.accounts import organization_names, organization_of
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import Window
from houseful.kernel.problems import NotFound, Problem
from houseful.sessions import (
    PASS_KIND,
    TOP_UP_KIND,
    Begun,
    CustomerPass,
    ShownBooking,
    WaitingEntry,
    add_family_member,
    address_of,
    begin_top_up,
    family_of,
    houses_of_customer,
    leave_waiting_list,
    list_customer_passes,
    me_of,
    my_bookings,
    my_waiting,
    order_for,
    own_top_up,
    passes_on_sale,
    require_pass_of,
    sessions_by_id,
    settle_debts_with_pass,
    start_card_payment,
    statement_of,
    wallet_in_house_currency,
)
from houseful.web.guards import SignedIn
from houseful.web.me.shell import Customer, identity_of, my_path
from houseful.web.pages import act, show, told
from houseful.web.shop.attempts import News, told_attempt
from houseful.web.templating import page
from houseful.web.visits import Visit

PATH = "/me/{organization:str}"
SHOWN = Window(limit=50, is_newest_first=True)
TOP_UP_MIN, TOP_UP_MAX = 100, 1_000_000
WAITS = frozenset({"waiting", "offered"})


@show("/me", SignedIn())
async def show_my_houses(visit: Visit) -> Response[Any]:
    """Lead to the only house that one is a customer of, or let one choose."""
    user_id = identity_of(visit).actor.id
    assert user_id is not None
    houses: list[tuple[str, str]] = []
    for organization_id in await visit.database.run(None, houses_of_customer, user_id):
        organization = await visit.database.run(organization_id, organization_of)
        houses.append((organization.slug, organization.name))
    if len(houses) == 1:
        return Redirect(f"/me/{houses[0][0]}")
    others = await visit.database.run(None, organization_names)
    return page(visit, "me/houses.html", houses=sorted(houses), others=others)


@show(PATH, Customer())
async def show_me(
    visit: Visit, bought: UUID | None = None, top_up: UUID | None = None
) -> Response[Any]:
    """Show all that is one's own at the house; who comes back from paying is told how it went."""
    return await _me(visit, bought=bought, top_up_id=top_up)


@act(PATH + "/family", Customer())
async def add_to_family(visit: Visit) -> Response[Any]:
    """Add somebody whom one books for."""
    form = await visit.form()

    async def add(uow: UnitOfWork) -> None:
        me = await me_of(uow, identity_of(visit))
        await add_family_member(uow, me.id, form.get("name", ""))

    return await _done(visit, add)


@act(PATH + "/waiting/{entry_id:uuid}/leave", Customer())
async def leave(visit: Visit, entry_id: UUID) -> Response[Any]:
    """Wait no longer."""
    await visit.form()

    async def go(uow: UnitOfWork) -> None:
        me = await me_of(uow, identity_of(visit))
        entry = await uow.get(WaitingEntry, entry_id)
        if entry.customer_id != me.id:
            raise NotFound
        await leave_waiting_list(uow, entry_id)

    return await _done(visit, go)


@act(PATH + "/passes/{pass_id:uuid}/buy", Customer())
async def buy_pass(visit: Visit, pass_id: UUID) -> Response[Any]:
    """Order a pass, and go to the payment."""
    await visit.form()

    async def order(uow: UnitOfWork) -> Begun:
        me = await me_of(uow, identity_of(visit))
        ordered = await order_for(uow, me.id, pass_id, return_path="")
        ordered.return_path = my_path(visit, f"?bought={ordered.id}")
        if not ordered.price:
            return Begun(None)
        return await start_card_payment(uow, PASS_KIND, ordered.id)

    return await _to_payment(visit, order)


@act(PATH + "/passes/{customer_pass_id:uuid}/settle", Customer())
async def settle_with_pass(visit: Visit, customer_pass_id: UUID) -> Response[Any]:
    """Agree that a pass is used for what one owes from before it."""
    await visit.form()

    async def settle(uow: UnitOfWork) -> None:
        me = await me_of(uow, identity_of(visit))
        await require_pass_of(uow, me.id, customer_pass_id)
        await settle_debts_with_pass(uow, customer_pass_id)

    return await _done(visit, settle)


@act(PATH + "/top-up", Customer())
async def top_up(visit: Visit) -> Response[Any]:
    """Put money into the wallet, by card."""
    form = await visit.form()
    amount = form.get("amount", "")
    minor = int(amount[:7]) if amount.isdecimal() else 0
    if not TOP_UP_MIN <= minor <= TOP_UP_MAX:
        return await _me(visit, message="Please choose an amount.", status=422)

    async def begin(uow: UnitOfWork) -> Begun:
        me = await me_of(uow, identity_of(visit))
        wallet = await wallet_in_house_currency(uow, me.id)
        begun = await begin_top_up(uow, me.id, minor, wallet.currency)
        begun.return_path = my_path(visit, f"?top_up={begun.id}")
        return await start_card_payment(uow, TOP_UP_KIND, begun.id)

    return await _to_payment(visit, begin)


async def _to_payment(visit: Visit, begin: Any) -> Response[Any]:
    try:
        begun = await visit.run(begin)
    except Problem as problem:
        return await _me(visit, message=told(problem), status=problem.status)
    address = await address_of(visit.database, visit.organization_id, begun)
    return Redirect(address or my_path(visit), status_code=303)


async def _done(visit: Visit, do: Any) -> Response[Any]:
    try:
        await visit.run(do)
    except Problem as problem:
        return await _me(visit, message=told(problem), status=problem.status)
    return Redirect(my_path(visit), status_code=303)


async def _news(
    uow: UnitOfWork, me_id: UUID, bought: UUID | None, top_up_id: UUID | None
) -> News | None:
    """Return what became of a pass or a top-up that was paid for a moment ago, if there is one."""
    if bought is not None:
        await require_pass_of(uow, me_id, bought)
        one = await uow.get(CustomerPass, bought)
        if one.status != "awaiting_payment":
            begins = " It begins with the first visit." if one.status == "pending" else ""
            return News(f"{one.name} is yours.", f"It is paid, and ready.{begins}", is_good=True)
        return await told_attempt(uow, PASS_KIND, bought)
    if top_up_id is not None:
        top_up = await own_top_up(uow, me_id, top_up_id)
        if top_up.status == "paid":
            return News("Your wallet is topped up.", "The money is in it.", is_good=True)
        return await told_attempt(uow, TOP_UP_KIND, top_up_id)
    return None


async def _me(
    visit: Visit,
    *,
    message: str = "",
    status: int = 200,
    bought: UUID | None = None,
    top_up_id: UUID | None = None,
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        me = await me_of(uow, identity_of(visit))
        bookings, _ = await my_bookings(uow, identity_of(visit), window=SHOWN)
        waiting, _ = await my_waiting(uow, identity_of(visit), window=SHOWN)
        wallet = await wallet_in_house_currency(uow, me.id)
        movements, _ = await statement_of(
            uow, wallet.id, window=Window(limit=10, is_newest_first=True)
        )
        passes, _ = await list_customer_passes(uow, window=SHOWN, customer_id=me.id)
        return {
            "news": await _news(uow, me.id, bought, top_up_id),
            "coming": sorted(
                (one for one in bookings if _is_coming(one, uow.now)),
                key=lambda one: one.session.starts_at,
            ),
            "past": [one for one in bookings if not _is_coming(one, uow.now)],
            "waiting": [(one, place) for one, place in waiting if one.status in WAITS],
            "waited": [one for one, _ in waiting if one.status not in WAITS],
            "waited_for": await sessions_by_id(uow, {one.session_id for one, _ in waiting}),
            "owes": any(one.booking.money == "due" for one in bookings),
            "wallet": wallet,
            "movements": movements,
            "passes": [one for one in passes if one.status != "awaiting_payment"],
            "on_sale": await passes_on_sale(uow),
            "family": (await family_of(uow, me.id))[1:],
        }

    return page(
        visit,
        "me/me.html",
        status=status,
        message=message,
        zone=visit.organization.timezone,
        **await visit.run(read),
    )


def _is_coming(shown: ShownBooking, now: datetime) -> bool:
    return shown.booking.place in {"held", "confirmed"} and shown.session.ends_at > now


handlers = [show_my_houses, show_me, add_to_family, leave, buy_pass, settle_with_pass, top_up]
