"""A customer's account at a house: asked for by mail, opened by the link that was mailed.

The same link keeps what was booked as a guest: it proves the address, and nothing moves until
somebody who is signed in says so.
"""

from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Response
from litestar.params import QueryParameter
from litestar.response import Redirect

from houseful.accounts import (
    admit,
    count_reset,
    count_sign_up,
    create_user,
    find_page_sign_in,
    prove_password,
    start_page_sign_in,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.identity import GUEST
from houseful.kernel.problems import Problem
from houseful.messaging import Mailroom, mail_account_link
from houseful.sessions import (
    LinkInvalid,
    ShownBooking,
    claim_bookings,
    claimable_bookings,
    key_of,
    proven_address,
)
from houseful.web.guards import Shop
from houseful.web.pages import act, show, told
from houseful.web.shop.timetable import require_sessions
from houseful.web.templating import page
from houseful.web.visits import SIGN_IN, SIGN_IN_TTL_SECONDS, Form, Visit

PATH = "/{organization:str}/account"
Proof = Annotated[str, QueryParameter(max_length=500)]


@show(PATH, Shop())
async def show_account(visit: Visit, proof: Proof = "") -> Response[Any]:
    """Ask for an address, or with the mailed link show what it opens."""
    require_sessions(visit)
    return await _opened(visit, proof) if proof else _ask(visit)


@act(PATH, Shop())
async def ask_for_account(visit: Visit) -> Response[Any]:
    """Mail the link; the answer is the same whether or not the address is known."""
    require_sessions(visit)
    email = (await visit.form()).get("email", "").strip()
    try:
        await count_reset(visit.database, email)
        await visit.run(mail_account_link, email)
    except Problem as problem:
        return _ask(visit, email=email, problem=problem)
    stays_here = visit.database.provided(Mailroom).shows_links
    return page(visit, "shop/account_asked.html", email=email, stays_here=stays_here)


@act(PATH + "/open", Shop())
async def open_account(visit: Visit) -> Response[Any]:
    """Make the account unless there is one, and bring in what was booked with the address."""
    require_sessions(visit)
    form = await visit.form()
    proof, token = form.get("proof", ""), ""
    try:
        if await visit.find_identity() is None:
            token = await _make_account(visit, proof, form)
        identity = visit.identity
        assert identity is not None
        await visit.run(claim_bookings, key_of(visit.secret), proof, identity)
    except Problem as problem:
        return await _opened(visit, proof, form=form, problem=problem)
    answer = Redirect(f"/me/{visit.organization.slug}", status_code=303)
    if token:
        answer.set_cookie(visit.cookie(SIGN_IN, token, max_age=SIGN_IN_TTL_SECONDS))
    return visit.keep(answer)


async def _make_account(visit: Visit, proof: str, form: Form) -> str:
    """Create the account of the proven address and sign in; return the cookie's token."""
    email = await visit.run(_address_of, key_of(visit.secret), proof)
    password = form.get("password", "")
    await count_sign_up(visit.database)

    async def create(uow: UnitOfWork) -> None:
        await create_user(uow, email=email, name=form.get("name", ""), password=password)

    await visit.database.run_as(GUEST, None, create)
    proven = await prove_password(visit.database, email, password)

    async def start(uow: UnitOfWork) -> str:
        return await start_page_sign_in(uow, await admit(uow, proven))

    token = await visit.database.run(None, start)
    visit.identity = await visit.database.run(None, find_page_sign_in, token)
    return token


def _ask(visit: Visit, *, email: str = "", problem: Problem | None = None) -> Response[Any]:
    return page(
        visit,
        "shop/account_ask.html",
        status=problem.status if problem else 200,
        message=told(problem) if problem else "",
        email=email,
    )


async def _opened(
    visit: Visit, proof: str, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    key = key_of(visit.secret)

    async def read(uow: UnitOfWork) -> tuple[str, list[ShownBooking]]:
        return proven_address(key, proof, uow.now), await claimable_bookings(uow, key, proof)

    try:
        email, bookings = await visit.run(read)
    except LinkInvalid as invalid:
        return _ask(visit, problem=invalid)
    name = bookings[0].booking.contact_name if bookings else ""
    answer = page(
        visit,
        "shop/account.html",
        status=problem.status if problem else 200,
        message=told(problem) if problem else "",
        has_account=problem is not None and problem.kind == "email-taken",
        identity=await visit.find_identity(),
        email=email,
        name=form.get("name", name) if form is not None else name,
        bookings=bookings,
        proof=proof,
        here="/account?" + urlencode({"proof": proof}),
    )
    answer.headers["referrer-policy"] = "no-referrer"
    return answer


async def _address_of(uow: UnitOfWork, key: bytes, proof: str) -> str:
    return proven_address(key, proof, uow.now)


handlers = [show_account, ask_for_account, open_account]
