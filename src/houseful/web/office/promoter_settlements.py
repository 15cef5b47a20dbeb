"""Settlements of one's shows in other houses: the promoter's side, in their own office."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.hire.settlements.promoter import PromotersDesk
from houseful.hire.settlements.rules import called
from houseful.hire.settlements.schemas import Agreement, NewComment, SettlementView
from houseful.hire.settlements.sheet import STRONG
from houseful.kernel.problems import Problem
from houseful.web.office.forms import read_body
from houseful.web.office.papers import WholeHouse
from houseful.web.office.shell import Crumb, back_to, office_page
from houseful.web.pages import act, pdf, show, told
from houseful.web.visits import Visit

PATH = "/office/{organization:str}/promoter-settlements"
ONE = PATH + "/{their_settlement_id:uuid}"
THEIRS = Crumb("/promoter-settlements", "Settled elsewhere")


@show(PATH, WholeHouse("promoter.settlements.read", module="promoter"))
async def show_promoter_settlements(visit: Visit) -> Response[Any]:
    """Show what venues have reckoned for this organisation's shows."""
    nights = await _desk(visit).nights()
    return office_page(
        visit,
        "promoter_settlements.html",
        here="/promoter-settlements",
        heading="Settled elsewhere",
        settlements=[(SettlementView.of(night.settlement), night) for night in nights],
    )


@show(ONE, WholeHouse("promoter.settlements.read", module="promoter"))
async def show_promoter_settlement(visit: Visit, their_settlement_id: UUID) -> Response[Any]:
    """Show one, line by line, as the venue sees it."""
    night = await _desk(visit).night(their_settlement_id)
    view = SettlementView.of(night.settlement)
    return office_page(
        visit,
        "promoter_settlement.html",
        here="/promoter-settlements",
        heading=f"{called(view.number)}: {night.title}",
        crumbs=(THEIRS,),
        settlement=view,
        night=night,
        overpaid_minor=await _desk(visit).overpaid_minor(night.settlement),
        opening=await _desk(visit).opening(night.settlement),
        strong=STRONG,
    )


@act(ONE + "/receipts", WholeHouse("promoter.settlements.update", module="promoter"))
async def hand_over(visit: Visit, their_settlement_id: UUID) -> Response[Any]:
    """Let the venue reckon with what our books say of the show."""
    await visit.form()
    notice = "The venue now counts what your books say."
    return await _do(visit, their_settlement_id, notice, "hand_over_receipts")


@act(ONE + "/agree", WholeHouse("promoter.settlements.update", module="promoter"))
async def agree(visit: Visit, their_settlement_id: UUID) -> Response[Any]:
    """Agree to the amount that the page showed."""
    form = await visit.form()
    values = {"name": form.get("name", "").strip(), "due_minor": form.get("due_minor", "")}
    notice = "You have agreed."
    return await _do(visit, their_settlement_id, notice, "agree", (Agreement, values))


@act(ONE + "/comments", WholeHouse("promoter.settlements.update", module="promoter"))
async def say(visit: Visit, their_settlement_id: UUID) -> Response[Any]:
    """Say something about a line, or the whole."""
    form = await visit.form()
    name = visit.identity.name if visit.identity else ""
    values = {
        "text": form.get("text", "").strip(),
        "line": form.get("line", ""),
        "name": name or "The promoter",
    }
    return await _do(visit, their_settlement_id, "It is said.", "comment", (NewComment, values))


@show(ONE + "/sheet", WholeHouse("promoter.settlements.read", module="promoter"))
async def sheet(visit: Visit, their_settlement_id: UUID) -> Response[bytes]:
    """Hand out the sheet that both sides agreed to."""
    content = await _desk(visit).sheet(their_settlement_id)
    return pdf(content, f"settlement-{their_settlement_id}.pdf")


async def _do(
    visit: Visit,
    settlement_id: UUID,
    notice: str,
    what: str,
    body: tuple[type[Any], dict[str, str]] | None = None,
) -> Response[Any]:
    try:
        given = (read_body(*body),) if body else ()
        await getattr(_desk(visit), what)(settlement_id, *given)
    except Problem as problem:
        notice = f"Not done: {told(problem)}"
    return back_to(visit, f"/promoter-settlements/{settlement_id}", notice)


def _desk(visit: Visit) -> PromotersDesk:
    return PromotersDesk(visit.database, visit.actor, visit.organization.id)


handlers = [
    show_promoter_settlements,
    show_promoter_settlement,
    hand_over,
    agree,
    say,
    sheet,
]
