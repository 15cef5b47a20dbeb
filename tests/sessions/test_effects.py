"""What acts over HTTP do, from the request to what one reads afterwards."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from houseful.accounts.models import User
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.payments import take_cash
from houseful.sessions import TOP_UP_KIND, begin_top_up
from houseful.sessions.bookings.standing import add_slot_attendee
from houseful.sessions.catalogue.schemas import SettingsChanges
from houseful.sessions.catalogue.settings import update_settings
from houseful.sessions.customers.service import customer_of_user
from houseful.sessions.problems import NotBookable
from tests.api import Api
from tests.builders.accounts import House
from tests.builders.sessions import (
    a_booking,
    a_customer,
    a_pass,
    a_series,
    a_session,
    a_wallet,
    an_activity,
    books_are_right,
)
from tests.sessions.test_billing import a_standing_place, end_of
from tests.sessions.test_bookings import Desk

NOON = datetime(2031, 6, 2, 10, tzinfo=UTC)
Act = Callable[..., Awaitable[Any]]


class People:
    """An admin, and a member who can pay, at a house on a Monday at noon."""

    def __init__(self, api: Api, desk: Desk, staff: Any, member: Any, member_id: UUID) -> None:
        self.api = api
        self.desk = desk
        self.staff = staff
        self.member = member
        self.member_id = member_id

    async def ask(self, who: Any, path: str, body: Any = None, *, expect: int = 200) -> Any:
        """Post, expect a status, see that the books agree, and return the answer."""
        answer = await who.post(path, json=body, headers={"idempotency-key": new_id().hex})
        assert answer.status_code == expect, answer.text
        await self.desk.run(books_are_right)
        return answer.json()

    async def sign_in_again(self) -> None:
        """Be there at another time: nobody stays signed in for hours."""
        self.staff, self.member = await _signed_in(self.api)

    async def read(self, who: Any, path: str) -> Any:
        """Read something that is there."""
        answer = await who.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def people(api: Api, database: Database, house: House, clock: TravelClock) -> People:
    """Everybody at the desk and before it."""
    clock.freeze(NOON)

    async def fill(uow: UnitOfWork) -> UUID:
        user = await uow.first(select(User).where(User.email == house.email("viewer")))
        me = await customer_of_user(uow, user.id, name=user.name, email=user.email)
        await a_wallet(uow, me.id, 5000)
        return me.id

    member_id = await database.run(house.organization_id, fill)
    return People(api, Desk(database, house, clock), *await _signed_in(api), member_id)


async def _signed_in(api: Api) -> tuple[Any, Any]:
    member = await api.as_("viewer")
    member.params = {"organization": api.house.slug}
    return await api.as_("admin"), member


async def test_a_member_waits_sees_where_and_is_let_go_first(people: People) -> None:
    async def fill(uow: UnitOfWork) -> tuple[Any, Any]:
        session = await a_session(uow, capacity=1)
        return session, await a_booking(uow, session.id)

    session, booking = await people.desk.run(fill)
    waiting = f"/api/client/sessions/{session.id}/waiting-list"
    other = await people.api.as_("staff")
    other.params = people.member.params
    first = await people.ask(other, waiting, {}, expect=201)
    mine = await people.ask(people.member, waiting, {"booksItself": True}, expect=201)
    at = f"/api/v1/sessions/{session.id}/waiting-list/{mine['id']}/priority"
    moved = await people.ask(people.staff, at, {"priority": 5})
    bad = await people.staff.post(at, json={"priority": 99})
    await people.ask(
        people.staff,
        f"/api/v1/sessions/{session.id}/bookings/{booking.id}/call-off",
        {"reason": "Ill"},
    )

    assert (first["position"], mine["position"], moved["position"]) == (1, 2, 1)
    assert [one["position"] for one in moved["positions"]] == [2, 1]
    assert bad.status_code == 422
    (entry,) = (await people.read(people.member, "/api/client/my-waiting"))["items"]
    (left,) = (await people.read(other, "/api/client/my-waiting"))["items"]
    assert (entry["status"], left["status"], left["position"]) == ("accepted", "waiting", 1)
    (booked,) = (await people.read(people.member, "/api/client/my-bookings"))["items"]
    assert booked["booking"]["status"] == "confirmed"

    gone = await people.ask(other, f"/api/client/my-waiting/{left['id']}/leave")
    assert gone["status"] == "left"


@pytest.mark.parametrize(("way", "money"), [("approve", "part_refunded"), ("reject", "paid")])
async def test_money_is_asked_for_and_decided(people: People, way: str, money: str) -> None:
    session = await people.desk.run(a_session)
    booked = await people.ask(
        people.member, f"/api/client/sessions/{session.id}/bookings", {}, expect=201
    )
    mine = f"/api/client/my-bookings/{booked['booking']['id']}"
    body = {"reason": "It was cold", "amountMinor": 400}
    request = await people.ask(people.member, f"{mine}/refund-request", body, expect=201)
    waits = (await people.read(people.member, mine))["booking"]["money"]
    (listed,) = (await people.read(people.staff, "/api/v1/refund-requests?status=requested"))[
        "items"
    ]
    answer = {"target": "wallet"} if way == "approve" else {"answer": "It was not"}
    decided = await people.ask(
        people.staff, f"/api/v1/refund-requests/{request['id']}/{way}", answer
    )

    assert (waits, listed["id"]) == ("refund_pending", request["id"])
    assert decided["status"] == ("succeeded" if way == "approve" else "rejected")
    assert (await people.read(people.member, mine))["booking"]["money"] == money
    wallet = await people.read(people.member, "/api/client/my-wallet")
    assert wallet["cashMinor"] == 3500 + (400 if way == "approve" else 0)


async def test_a_request_is_taken_back(people: People) -> None:
    session = await people.desk.run(a_session)
    booked = await people.ask(
        people.member, f"/api/client/sessions/{session.id}/bookings", {}, expect=201
    )
    mine = f"/api/client/my-bookings/{booked['booking']['id']}"
    await people.ask(people.member, f"{mine}/refund-request", {"reason": "Ill"}, expect=201)
    taken_back = await people.ask(people.member, f"{mine}/refund-request/withdraw")

    assert taken_back["status"] == "withdrawn"
    assert (await people.read(people.member, mine))["booking"]["money"] == "paid"


async def test_who_was_there_is_marked_and_corrected(people: People) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[Any, Any]:
        session = await a_session(uow, in_hours=1)
        return session, await a_booking(uow, session.id, people.member_id)

    session, booking = await people.desk.run(prepare)
    at = f"/api/v1/sessions/{session.id}/bookings/{booking.id}/attendance"
    marked = [
        await people.ask(people.staff, at, {"mark": mark})
        for mark in ("check_in", "check_in", "undo", "miss")
    ]
    sheet = await people.read(people.staff, f"/api/v1/sessions/{session.id}")

    assert [one["status"] for one in marked] == ["attended", "attended", "confirmed", "no_show"]
    assert marked[0]["checkedInAt"] == marked[1]["checkedInAt"] is not None
    assert [one["status"] for one in sheet["bookings"]] == ["no_show"]
    early = await people.desk.run(a_session, await people.desk.run(an_activity, name="Dance"))
    later = await people.desk.run(a_booking, early.id, people.member_id)
    refused = await people.staff.post(
        f"/api/v1/sessions/{early.id}/bookings/{later.id}/attendance",
        json={"mark": "check_in"},
        headers={"Idempotency-Key": "early"},
    )
    assert refused.status_code == 409


async def test_a_wallet_is_corrected_with_a_reason_and_never_below_zero(people: People) -> None:
    (wallet,) = (await people.read(people.staff, f"/api/v1/wallets?customerId={people.member_id}"))[
        "items"
    ]
    at = f"/api/v1/wallets/{wallet['id']}"
    for kind, amount, left in (("goodwill", 250, 5250), ("paid_out", 5000, 250)):
        body = {"kind": kind, "amountMinor": amount, "reason": "At the desk"}
        changed = await people.ask(people.staff, f"{at}/corrections", body)
        assert changed["cashMinor"] == left
    too_much = {"kind": "correction", "amountMinor": 251, "reason": "At the desk"}
    refused = await people.ask(people.staff, f"{at}/corrections", too_much, expect=409)
    lines = (await people.read(people.staff, f"{at}/movements"))["items"]

    assert refused["missing"] == 1
    assert [one["cashAfter"] for one in lines] == [5000, 5250, 250]
    no_reason = too_much | {"reason": ""}
    answer = await people.staff.post(f"{at}/corrections", json=no_reason)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("amount", "bonus"), [(1999, 0), (2000, 100), (4999, 100), (5000, 400), (20_000, 400)]
)
async def test_a_top_up_brings_the_bonus_of_the_highest_tier_that_it_reaches(
    people: People, amount: int, bonus: int
) -> None:
    for from_minor, given in ((5000, 400), (2000, 100)):
        tier = {"fromMinor": from_minor, "bonusMinor": given}
        await people.ask(people.staff, "/api/v1/bonus-tiers", tier, expect=201)

    async def top_up(uow: UnitOfWork) -> Any:
        begun = await begin_top_up(uow, people.member_id, amount, "EUR")
        await take_cash(uow, TOP_UP_KIND, begun.id)

    await people.desk.run(top_up)
    wallet = await people.read(people.member, "/api/client/my-wallet")
    assert (wallet["cashMinor"], wallet["bonusMinor"]) == (5000 + amount, bonus)


async def test_a_tier_that_is_removed_gives_no_bonus(people: People) -> None:
    tier = await people.ask(
        people.staff, "/api/v1/bonus-tiers", {"fromMinor": 100, "bonusMinor": 50}, expect=201
    )
    gone = await people.staff.delete(f"/api/v1/bonus-tiers/{tier['id']}")
    assert gone.status_code == 204
    await people.desk.run(a_wallet, (await people.desk.run(a_customer)).id, 500)

    assert (await people.read(people.staff, "/api/v1/bonus-tiers"))["items"] == []
    wallets = (await people.read(people.staff, "/api/v1/wallets"))["items"]
    assert [one["bonusMinor"] for one in wallets] == [0, 0]


async def test_a_pass_is_frozen_and_goes_on(people: People) -> None:
    async def use(uow: UnitOfWork) -> Any:
        held = await a_pass(uow, people.member_id, validity_days=30, freeze_days_max=10)
        yoga = await an_activity(uow)
        await a_booking(uow, (await a_session(uow, yoga, in_hours=1)).id, people.member_id)
        return held, await a_session(uow, yoga, in_hours=100)

    held, later = await people.desk.run(use)
    at = f"/api/v1/customer-passes/{held.id}"
    early = await people.staff.post(f"{at}/freeze")
    people.desk.clock.travel(timedelta(hours=3))
    await people.sign_in_again()
    before = (await people.read(people.staff, at))["expiresAt"]
    frozen = await people.ask(people.staff, f"{at}/freeze")
    quoted = await people.ask(people.member, f"/api/client/sessions/{later.id}/quote", {})
    people.desk.clock.travel(timedelta(days=4))
    await people.sign_in_again()
    resumed = await people.ask(people.staff, f"{at}/resume")

    assert early.status_code == 409
    assert early.json()["type"].endswith("frozen-time-booked")
    assert (frozen["status"], resumed["status"]) == ("paused", "active")
    assert quoted["customerPassId"] is None
    assert any("it is frozen" in one for one in quoted["explanation"])
    since, until = (datetime.fromisoformat(one) for one in (before, resumed["expiresAt"]))
    assert timedelta(days=4) <= until - since < timedelta(days=4, minutes=1)
    again = await people.staff.post(f"{at}/resume")
    assert again.status_code == 409


@pytest.mark.parametrize(("limit", "is_let"), [(1499, False), (1500, True)])
async def test_over_the_limit_of_debts_nobody_gets_standing_places(
    people: People, limit: int, *, is_let: bool
) -> None:
    customer_id, bookings = await people.desk.run(a_standing_place)
    await end_of(people.desk, bookings[0])
    await people.desk.run(update_settings, 0, SettingsChanges(debt_limit_minor=limit))

    async def stand_again(uow: UnitOfWork) -> None:
        dance = await an_activity(uow, name="Dance")
        series = await a_series(
            uow, uow.now + timedelta(days=2), "FREQ=WEEKLY;COUNT=3", activity_id=dance.id
        )
        await add_slot_attendee(uow, series.id, customer_id, customer_id)

    if is_let:
        await people.desk.run(stand_again)
    else:
        with pytest.raises(NotBookable):
            await people.desk.run(stand_again)
    await people.sign_in_again()
    debts = (await people.read(people.staff, "/api/v1/session-debts"))["items"]
    assert [one["dueMinor"] for one in debts] == [1500]
