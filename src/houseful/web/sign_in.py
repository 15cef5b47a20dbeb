"""Signing in to the pages and out again."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from houseful.accounts import (
    Proven,
    admit,
    count_sign_in,
    end_page_sign_in,
    places_of,
    prove_password,
    start_page_sign_in,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem, TooManyRequests, Unauthenticated
from houseful.web.guards import Anybody, SignedIn
from houseful.web.pages import act, show
from houseful.web.templating import page
from houseful.web.visits import SIGN_IN, SIGN_IN_TTL_SECONDS, Visit


@show("/sign-in", Anybody())
async def show_sign_in(visit: Visit, next: str = "/office") -> Response[Any]:  # noqa: A002 (the address' word)
    """Show the form."""
    return page(visit, "sign_in.html", message="", email="", next=local_path(next))


@act("/sign-in", Anybody())
async def send_sign_in(visit: Visit) -> Response[Any]:
    """Prove the password and set the cookie."""
    form = await visit.form()
    email, destination = form.get("email", ""), local_path(form.get("next", ""))
    try:
        await count_sign_in(visit.database, email)
        proven = await prove_password(visit.database, email, form.get("password", ""))
        token = await visit.database.run(None, _sign_in, proven)
    except (Unauthenticated, TooManyRequests) as problem:
        return _again(visit, problem, email, destination)
    response = Redirect(destination, status_code=303)
    response.set_cookie(visit.cookie(SIGN_IN, token, max_age=SIGN_IN_TTL_SECONDS))
    return visit.keep(response)


@act("/sign-out", Anybody())
async def send_sign_out(visit: Visit) -> Response[Any]:
    """End the sign-in, if it has not ended on its own; go on where the form says."""
    form = await visit.form()
    await visit.database.run(None, end_page_sign_in, visit.sign_in_token)
    response = Redirect(local_path(form.get("next", "/sign-in")), status_code=303)
    response.set_cookie(visit.cookie(SIGN_IN, "", max_age=0))
    return response


@show("/office", SignedIn())
async def show_places(visit: Visit) -> Response[Any]:
    """Lead to the office of the only organisation, or let people choose."""
    assert visit.identity is not None
    assert visit.identity.actor.id is not None
    places = await visit.database.run(None, places_of, visit.identity.actor.id)
    if len(places) == 1:
        return Redirect(f"/office/{places[0].slug}")
    return page(visit, "office/places.html", places=places)


def local_path(path: str) -> str:
    """Return the path if it is one of ours: nobody is sent elsewhere by a link."""
    is_local = path.startswith("/") and not path.startswith(("//", "/\\"))
    return path if is_local and path.isprintable() else "/office"  # browsers drop tabs and breaks


async def _sign_in(uow: UnitOfWork, proven: Proven) -> str:
    return await start_page_sign_in(uow, await admit(uow, proven))


def _again(visit: Visit, problem: Problem, email: str, destination: str) -> Response[Any]:
    message = problem.detail or problem.title
    return page(
        visit,
        "sign_in.html",
        status=problem.status,
        message=message,
        email=email,
        next=destination,
    )


handlers = [show_sign_in, send_sign_in, send_sign_out, show_places]
