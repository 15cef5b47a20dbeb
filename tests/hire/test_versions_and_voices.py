"""Acts on papers are done to what was seen, by who may, and for the side that one is on."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import pytest

from houseful.hire.bookings.models import Booking
from houseful.hire.settlements.problems import PromoterSpeaks
from houseful.hire.settlements.schemas import Agreement, NewComment, NewSettlement
from houseful.hire.settlements.service import agree, comment, create_settlement
from houseful.kernel.database import Database, UnitOfWork
from tests.api import Api, problem_of
from tests.builders.accounts import House, a_member
from tests.builders.events import an_event
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_contract, a_deal, a_deposit, terms
from tests.builders.venues import a_space

Make = Callable[[UnitOfWork], Awaitable[UUID]]


async def _a_settlement(uow: UnitOfWork, **fields: Any) -> UUID:
    booking = await a_booking(uow, in_state="completed", **fields)
    rent = terms(shape="flat", payee="venue", amountMinor=50_000, share=0)
    await a_deal(uow, in_state="accepted", booking_id=booking.id, terms=rent)
    return (await create_settlement(uow, NewSettlement(booking_id=booking.id))).id


async def _a_draft(uow: UnitOfWork) -> UUID:
    return (await a_contract(uow)).id


async def _a_deposit(uow: UnitOfWork) -> UUID:
    return (await a_deposit(uow)).id


async def _second_in_the_queue(uow: UnitOfWork) -> UUID:
    space = await a_space(uow)
    await a_booking(uow, [(space.id, 18, 22)])
    return (await a_booking(uow, [(space.id, 18, 22)])).id


@pytest.mark.parametrize(
    ("make", "family", "act", "body"),
    [
        (_a_draft, "contracts", "submit", None),
        (_a_draft, "contracts", "void", {"reason": "Wrong"}),
        (_a_deposit, "deposits", "invoice", None),
        (_a_deposit, "deposits", "waive", {"reason": "Friends"}),
        (_a_settlement, "settlements", "refresh", None),
        (_a_settlement, "settlements", "agree", {"name": "Olive", "dueMinor": -50_000}),
        (_second_in_the_queue, "bookings", "challenge", {}),
    ],
)
async def test_an_act_on_what_somebody_has_changed_meanwhile_is_refused(
    api: Api, database: Database, house: House, make: Make, family: str, act: str, body: Any
) -> None:
    admin = await api.as_("admin")
    path = f"/api/v1/{family}/{await database.run(house.organization_id, make)}"
    seen = (await admin.get(path)).headers["etag"]

    stale = await admin.post(f"{path}/{act}", json=body, headers={"if-match": '"77"'})
    after = (await admin.get(path)).headers["etag"]
    done = await admin.post(f"{path}/{act}", json=body, headers={"if-match": seen})

    assert problem_of(stale)["type"] == "urn:houseful:problem:version-mismatch"
    assert after == seen
    assert done.status_code in {200, 201}, done.text


@pytest.mark.parametrize(
    ("make", "family", "act", "body"),
    [
        (_a_deposit, "deposits", "waive", {"reason": "Friends"}),
        (_a_settlement, "settlements", "agree", {"name": "Max", "dueMinor": -50_000}),
    ],
)
async def test_staff_neither_waive_nor_agree(
    api: Api, database: Database, house: House, make: Make, family: str, act: str, body: Any
) -> None:
    path = f"/api/v1/{family}/{await database.run(house.organization_id, make)}"
    staff, admin = await api.as_("staff"), await api.as_("admin")
    seen = (await admin.get(path)).json()

    refused = await staff.post(f"{path}/{act}", json=body)

    assert seen["status"] in {"expected", "draft"}
    assert refused.status_code == 403
    assert (await admin.get(path)).json() == seen


async def test_for_a_promoter_with_an_organisation_here_nobody_else_speaks(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    show = await database.run(other_house.organization_id, an_event)
    admin = await api.as_("admin")
    promoter = await api.as_("admin", other_house)
    settlement_id = await database.run(
        house.organization_id, _a_settlement, promoter_event_id=str(show.id)
    )
    path = f"/api/v1/settlements/{settlement_id}"
    theirs = f"/api/v1/promoter/settlements/{settlement_id}"
    due = (await admin.get(path)).json()["dueMinor"]
    words = {"name": "Paul", "party": "promoter"}

    spoken = await admin.post(f"{path}/comments", json={"text": "We agree", **words})
    agreed = await admin.post(f"{path}/agree", json={"dueMinor": due, **words})
    own = await promoter.post(f"{theirs}/agree", json={"name": "Paul", "dueMinor": due})
    said = await promoter.post(f"{theirs}/comments", json={"text": "Thanks", "name": "Paul"})

    for refused in (spoken, agreed):
        assert problem_of(refused)["type"] == "urn:houseful:problem:settlement-promoter-speaks"
    assert own.status_code == said.status_code == 200
    shown = (await admin.get(path)).json()
    assert shown["promoterAgreedBy"] == "Paul"
    assert [one["text"] for one in shown["comments"]] == ["Thanks"]


async def test_a_promoter_who_is_elsewhere_is_noted_by_the_venue(
    database: Database, house: House
) -> None:
    async with database.unit_of_work(house.organization_id) as uow:
        settlement_id = await _a_settlement(uow)
        words = NewComment(text="By telephone: fine", party="promoter", name="Paul")
        await comment(uow, settlement_id, words)
        noted = await agree(
            uow, settlement_id, Agreement(party="promoter", name="Paul", due_minor=-50_000)
        )

    assert noted.promoter_agreed_by == "Paul"


async def test_a_promoter_who_joins_while_it_is_a_draft_sees_it_and_speaks_for_itself(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    show = await database.run(other_house.organization_id, an_event)
    settlement_id = await database.run(house.organization_id, _a_settlement)
    promoter = await api.as_("admin", other_house)
    theirs = f"/api/v1/promoter/settlements/{settlement_id}"
    before = await promoter.get(theirs)
    admin = await api.as_("admin")
    path = f"/api/v1/settlements/{settlement_id}"
    booking = f"/api/v1/bookings/{(await admin.get(path)).json()['bookingId']}"

    async def link(uow: UnitOfWork) -> None:
        row = await uow.get(Booking, UUID(booking.rpartition("/")[2]))
        row.promoter_event_id = str(show.id)

    await database.run(house.organization_id, link)

    async def speak(uow: UnitOfWork) -> None:
        words = Agreement(party="promoter", name="Paul", due_minor=-50_000)
        await agree(uow, settlement_id, words)

    with pytest.raises(PromoterSpeaks):
        await database.run(house.organization_id, speak)
    await admin.post(f"{path}/refresh")

    assert (before.status_code, (await promoter.get(theirs)).status_code) == (404, 200)


async def test_who_may_confirm_but_not_waive_does_not_go_without_the_deposits(
    api: Api, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> UUID:
        booking = await a_booking(uow, in_state="contracted")
        await a_deposit(uow, booking.id)
        return booking.id

    path = f"/api/v1/bookings/{await database.run(house.organization_id, make)}"
    owner = await api.as_("owner")
    permissions = ["venue.bookings.read", "venue.bookings.confirm"]
    await owner.post("/api/v1/roles", json={"name": "booker", "permissions": permissions})
    await a_member(database, house, "booker@example.org", role="booker")
    booker = await api.as_person("booker@example.org")
    body = {"reason": "The city pays", "withoutDeposits": True}

    held_back = await booker.post(f"{path}/confirm", json={})
    refused = await booker.post(f"{path}/confirm", json=body)
    done = await owner.post(f"{path}/confirm", json=body)

    assert problem_of(held_back)["type"] == "urn:houseful:problem:deposits-open"
    assert refused.status_code == 403
    assert done.json()["status"] == "confirmed"
