"""Pages for who has no password, or forgot it: ask for a link, and choose one with it."""

from typing import Annotated, Any

from litestar import Response
from litestar.params import QueryParameter

from houseful.accounts import ask_for_link, count_new_password, open_link, set_password
from houseful.kernel.identity import GUEST
from houseful.kernel.problems import Invalid, Problem, TooManyRequests
from houseful.messaging import Mailroom
from houseful.web.guards import Anybody
from houseful.web.pages import act, show, told
from houseful.web.templating import page
from houseful.web.visits import Visit

Token = Annotated[str, QueryParameter(max_length=200)]


@show("/forgot", Anybody())
async def show_forgot(visit: Visit, email: str = "") -> Response[Any]:
    """Ask for the address that the link is to go to."""
    return page(visit, "password/forgot.html", message="", email=email)


@act("/forgot", Anybody())
async def send_forgot(visit: Visit) -> Response[Any]:
    """Send the link; the answer is the same whether or not there is such an account."""
    email = (await visit.form()).get("email", "").strip()
    try:
        await ask_for_link(visit.database, email)
    except TooManyRequests as problem:
        return page(
            visit,
            "password/forgot.html",
            status=problem.status,
            message=problem.detail or problem.title,
            email=email,
        )
    stays_here = visit.database.provided(Mailroom).shows_links
    return page(visit, "password/asked.html", email=email, stays_here=stays_here)


@show("/reset", Anybody())
async def show_reset(visit: Visit, token: Token = "") -> Response[Any]:
    """Let who has a link choose a new password; looking at the page does not use the link up."""
    return await _choose(visit, token)


@show("/invitation", Anybody())
async def show_invitation(visit: Visit, token: Token = "") -> Response[Any]:
    """Let who was invited choose their first password."""
    return await _choose(visit, token)


@act("/reset", Anybody())
async def send_reset(visit: Visit) -> Response[Any]:
    """Set the password: every sign-in ends, and so does the link."""
    form = await visit.form()
    token = form.get("token", "")
    try:
        await count_new_password(visit.database)
        user = await visit.database.run_as(
            GUEST, None, set_password, token, form.get("password", "")
        )
    except (Invalid, TooManyRequests) as problem:
        return await _choose(visit, token, problem)
    return _private(page(visit, "password/done.html", email=user.email))


async def _choose(visit: Visit, token: str, problem: Problem | None = None) -> Response[Any]:
    try:
        user = await visit.database.run(None, open_link, token)
    except Invalid as invalid:
        return _private(page(visit, "password/spent.html", status=invalid.status))
    answer = page(
        visit,
        "password/choose.html",
        status=problem.status if problem else 200,
        message=told(problem) if problem else "",
        token=token,
        user=user,
    )
    return _private(answer)


def _private(answer: Response[Any]) -> Response[Any]:
    """Let no other site learn the address of the page, which holds the token."""
    answer.headers["referrer-policy"] = "no-referrer"
    return answer


handlers = [show_forgot, send_forgot, show_reset, show_invitation, send_reset]
