"""Members: who works here, as what."""

from typing import Any

from litestar import Response
from litestar.response import Redirect

from houseful.accounts import add_member, find_members, find_roles
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Problem
from houseful.web.guards import Office
from houseful.web.office.shell import office_page
from houseful.web.pages import act, show
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/members"


@show(PATH, Office("accounts.members.read"))
async def show_members(visit: Visit) -> Response[Any]:
    """Show everybody, and the form to add one."""
    return await _members(visit)


@act(PATH, Office("accounts.members.create"))
async def add_a_member(visit: Visit) -> Response[Any]:
    """Add a person; who has no account yet gets a link by mail."""
    form = await visit.form()
    try:
        await visit.run(
            add_member,
            email=form.get("email", ""),
            name=form.get("name", ""),
            role=form.get("role", ""),
        )
    except Problem as problem:
        return await _members(visit, message=problem.detail or problem.title)
    return Redirect(visit.request.url.path, status_code=303)


async def _members(visit: Visit, message: str = "") -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        window = Window(limit=LIMIT_MAX)
        members, _ = await find_members(uow, window=window)
        roles, _ = await find_roles(uow, window=window)
        return {"members": members, "roles": roles}

    return office_page(
        visit,
        "members.html",
        here="/members",
        heading="Members",
        message=message,
        **await visit.run(read),
    )


handlers = [show_members, add_a_member]
