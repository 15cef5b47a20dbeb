"""What the pages of deals, contracts, deposits, settlements and reports share."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import Response
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from houseful import hire
from houseful.kernel.database import UnitOfWork
from houseful.kernel.dates import write_moment
from houseful.kernel.http.listing import LIMIT_MAX, Window
from houseful.kernel.problems import Problem
from houseful.venues import require_whole_house
from houseful.web.guards import Office
from houseful.web.office.forms import Filled, message_of
from houseful.web.office.shell import Crumb, back_to, confirm_page
from houseful.web.pages import told
from houseful.web.visits import Form, Visit

NEWEST = Window(limit=LIMIT_MAX, is_newest_first=True)


class WholeHouse(Office):
    """Guard of pages about money and papers: for members that are not limited to some spaces."""

    async def __call__(
        self, connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler
    ) -> None:
        """Prove the member, and that they are of the whole house."""
        await super().__call__(connection, handler)
        access = connection.state.visit.access
        require_whole_house(access.space_ids)


class Attempt:
    """One of a page's forms that was sent and refused; without one, nothing was tried."""

    def __init__(
        self, act: str = "", form: Form | None = None, problem: Problem | None = None
    ) -> None:
        self.act = act
        self._form: Any = form or {}
        self._problem = problem

    def filled(self, act: str, **values: Any) -> Filled:
        """Return the form of an act: with what was typed in it, else with values to begin with."""
        return Filled(self._form, self._problem) if act == self.act else Filled(values)

    @property
    def message(self) -> str:
        """What stands above the page."""
        return message_of(self._problem, self._form) if self._problem else ""


async def do_and_go(
    visit: Visit, path: str, notice: str, use_case: Any, *args: Any, **kwargs: Any
) -> Response[Any]:
    """Do one thing, and go to a page that says so, or says why it was not done."""
    try:
        await visit.run(use_case, *args, **kwargs)
    except Problem as problem:
        return back_to(visit, path, f"Not done: {told(problem)}")
    return back_to(visit, path, notice)


async def ask_once(
    visit: Visit, *, crumbs: tuple[Crumb, ...], label: str, consequences: Sequence[str]
) -> Response[str] | None:
    """Ask on a page of its own where no script has asked; what was filled in is kept.

    None where somebody has said yes. The crumbs lead to what it is about.
    """
    form = await visit.form()
    if form.get("sure"):
        return None
    carried = [(name, text) for name, text in form.items() if name != "csrf"]
    return confirm_page(
        visit,
        here=crumbs[0].path,
        heading=f"{label}?",
        crumbs=crumbs,
        consequences=consequences,
        label=label,
        carried=[*carried, ("sure", "yes")],
    )


async def booking_titles(uow: UnitOfWork) -> dict[UUID, str]:
    """Return the newest bookings by id, for lists to choose from; namesakes with their day."""
    found, _ = await hire.list_bookings(uow, window=NEWEST, matching=hire.BookingFilter())
    named = Counter(booking.title for booking in found)

    def name(booking: hire.BookingView) -> str:
        if named[booking.title] == 1:
            return booking.title
        day = write_moment(booking.starts_at, "d MMM y", booking.timezone, "en")
        return f"{booking.title}, {day}"

    return {booking.id: name(booking) for booking in found}


def plain_name(name: str) -> str:
    """Return the name of an uploaded file without what could mislead: slashes, control letters."""
    kept = "".join(letter for letter in name if letter.isprintable() and letter not in "/\\")
    return kept[-120:] or "attachment"
