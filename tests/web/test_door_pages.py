"""The door's pages without a script: what is refused is told, and answered as a refusal."""

from tests.builders.ticketing import Show
from tests.hire.test_paper_pages import Visitor
from tests.web.test_order_pages import admin
from tests.web.test_till import show

__all__ = ["admin", "show"]

DOOR = "/door/playhouse"


async def test_nobody_begins_without_an_event(admin: Visitor, show: Show) -> None:
    answer = await admin.send(DOOR, DOOR, event="")

    assert answer.status_code == 422
    assert "Please choose an event." in answer.text


async def test_a_ticket_without_its_code_is_not_judged(admin: Visitor, show: Show) -> None:
    at = f"{DOOR}/scan?event={show.event_id}"

    answer = await admin.send(at, at, code="", scan="")

    assert answer.status_code == 422
    assert "Please type the ticket&#39;s code." in answer.text
