"""Members: who works here, as what, and where."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.accounts import (
    add_member,
    change_member,
    described_member,
    find_members,
    find_roles,
    remove_member,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Problem, VersionMismatch
from houseful.venues import active_spaces
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of, read_id, read_number
from houseful.web.office.shell import Crumb, back_to, confirm_page, office_page
from houseful.web.office.venues import CHANGED_MEANWHILE, VERSION_MAX
from houseful.web.pages import act, show, told
from houseful.web.visits import Form, Visit

PATH = "/office/{organization:str}/members"
MEMBER = PATH + "/{member_id:uuid}"
MEMBERS = Crumb("/members", "Members")

ROLES_ARE_FOR = {
    "owner": "everything, also money and members",
    "admin": "everything but payouts",
    "staff": "the box office: sell, look up, print",
    "viewer": "to look, and change nothing",
    "scanner_only": "the door: to scan tickets",
}


@show(PATH, Office("accounts.members.read"))
async def show_members(visit: Visit) -> Response[Any]:
    """Show everybody, and the form to add somebody."""
    return await _members(visit)


@act(PATH, Office("accounts.members.create"))
async def add_a_member(visit: Visit) -> Response[Any]:
    """Add a person; who has no account yet gets a link by mail."""
    form = await visit.form()
    try:
        await visit.run(
            add_member,
            email=form.get("email", "").strip(),
            name=form.get("name", "").strip(),
            role=form.get("role", ""),
            space_ids=_space_ids(form),
        )
    except Problem as problem:
        return await _members(visit, form=form, problem=problem)
    return back_to(
        visit, "/members", f"{form.get('name', '')} was added, and gets a mail if they are new."
    )


@show(MEMBER, Office("accounts.members.update"))
async def show_member(visit: Visit, member_id: UUID) -> Response[Any]:
    """Show the form to change what a member may do."""
    return await _member(visit, member_id)


@act(MEMBER, Office("accounts.members.update"))
async def change_a_member(visit: Visit, member_id: UUID) -> Response[Any]:
    """Give a member another role, or other spaces."""
    form = await visit.form()
    try:
        version = read_number(form.get("version", ""), "/version", maximum=VERSION_MAX)
        await visit.run(
            change_member,
            member_id,
            version,
            role=form.get("role", ""),
            space_ids=_space_ids(form),
        )
    except Problem as problem:
        return await _member(visit, member_id, form=form, problem=problem)
    return back_to(visit, "/members", "Saved. It holds from their next click on.")


@show(MEMBER + "/remove", Office("accounts.members.delete"))
async def ask_to_remove_member(visit: Visit, member_id: UUID) -> Response[Any]:
    """Ask before somebody is let go."""
    return await _ask_to_remove(visit, member_id)


@act(MEMBER + "/remove", Office("accounts.members.delete"))
async def remove_a_member(visit: Visit, member_id: UUID) -> Response[Any]:
    """End a membership; the last owner stays."""
    await visit.form()
    member = await visit.run(described_member, member_id)
    try:
        await visit.run(remove_member, member_id)
    except Problem as problem:
        return await _ask_to_remove(visit, member_id, told(problem))
    return back_to(visit, "/members", f"{member.name} is a member no longer.")


async def _members(
    visit: Visit, *, form: Form | None = None, problem: Problem | None = None
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> dict[str, Any]:
        window = Window(limit=LIMIT_MAX)
        members, _ = await find_members(uow, window=window)
        roles, _ = await find_roles(uow, window=window)
        return {
            "members": members,
            "roles": roles,
            "spaces": await active_spaces(uow, scope=visit.space_ids),
        }

    found = await visit.run(read)
    values: dict[str, Any] = {"role": "staff"} | dict(form or {})
    if form is not None:
        values["space"] = form.all("space")
    return office_page(
        visit,
        "members.html",
        here="/members",
        heading="Members",
        message=message_of(problem, values) if problem is not None else "",
        filled=Filled(values, problem),
        is_adding=form is not None,
        role_choices=_role_choices(found["roles"]),
        space_names={str(space.id): space.name for space in found["spaces"]},
        **found,
    )


async def _member(
    visit: Visit,
    member_id: UUID,
    *,
    form: Form | None = None,
    problem: Problem | None = None,
) -> Response[Any]:
    async def read(uow: UnitOfWork) -> tuple[Any, list[Any], list[Any]]:
        roles, _ = await find_roles(uow, window=Window(limit=LIMIT_MAX))
        spaces = await active_spaces(uow, scope=visit.space_ids)
        return await described_member(uow, member_id), roles, spaces

    member, roles, spaces = await visit.run(read)
    values: dict[str, Any] = {
        "role": member.role,
        "space": member.space_ids or [],
        "version": member.version,
    }
    message = ""
    if form is not None and problem is not None:
        values |= {"role": form.get("role", ""), "space": form.all("space")}
        message = message_of(problem, values)
        if isinstance(problem, VersionMismatch):
            message = CHANGED_MEANWHILE
    return office_page(
        visit,
        "member.html",
        here="/members",
        heading=member.name,
        crumbs=(MEMBERS,),
        message=message,
        member=member,
        spaces=spaces,
        role_choices=_role_choices(roles),
        filled=Filled(values, problem),
    )


async def _ask_to_remove(visit: Visit, member_id: UUID, message: str = "") -> Response[Any]:
    member = await visit.run(described_member, member_id)
    return confirm_page(
        visit,
        here="/members",
        heading=f"Remove {member.name}?",
        crumbs=(MEMBERS, Crumb(f"/members/{member_id}", member.name)),
        consequences=(
            f"{member.name} ({member.email}) can no longer enter the office of this house.",
            "What they did stays in the records. They can be added again at any time.",
        ),
        label="Remove",
        message=message,
    )


def _space_ids(form: Form) -> list[UUID] | None:
    chosen = form.all("space")
    return [read_id(text, "/space") for text in chosen] if chosen else None


def _role_choices(roles: list[Any]) -> list[tuple[str, str]]:
    choices: list[tuple[str, str]] = []
    for role in roles:
        word = role.name.replace("_", " ")
        purpose = ROLES_ARE_FOR.get(role.name, "") if role.is_built_in else "a role of your own"
        choices.append((role.name, f"{word}: {purpose}" if purpose else word))
    return choices


handlers = [
    show_members,
    add_a_member,
    show_member,
    change_a_member,
    ask_to_remove_member,
    remove_a_member,
]
