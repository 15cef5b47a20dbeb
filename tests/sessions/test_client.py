"""The customer API: the timetable, a member's own things, guests and their links."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from houseful.accounts.models import User
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.sessions.bookings import guests
from houseful.sessions.bookings.guests import PER_EMAIL, UNPAID_MAX
from houseful.sessions.catalogue.schemas import SettingsChanges
from houseful.sessions.catalogue.settings import update_settings
from houseful.sessions.customers.service import customer_of_user
from houseful.sessions.keys import address_proof, key_of
from houseful.sessions.passes.schemas import NewPass
from houseful.sessions.passes.service import create_pass
from tests.api import Api, problem_of
from tests.builders.accounts import House
from tests.builders.sessions import a_booking, a_pass, a_session, a_wallet, an_activity

KEY = "idempotency-key"
SECRET = "tests-" * 8


@pytest.fixture
async def session(database: Database, house: House) -> Any:
    """A session of three days ahead, with a drop-in price."""

    async def make(uow: UnitOfWork) -> Any:
        return await a_session(uow, await an_activity(uow, drop_in_price=1800))

    return await database.run(house.organization_id, make)


async def a_member(api: Api, database: Database, *, cash: int = 5000) -> Any:
    """A client signed in as the house's viewer, with money in their wallet."""

    async def fill(uow: UnitOfWork) -> None:
        user = await uow.first(select(User).where(User.email == api.house.email("viewer")))
        me = await customer_of_user(uow, user.id, name=user.name, email=user.email)
        await a_wallet(uow, me.id, cash)

    await database.run(api.house.organization_id, fill)
    client = await api.as_("viewer")
    client.params = {"organization": api.house.slug}
    return client


def guest_body(**fields: Any) -> dict[str, Any]:
    """What a guest sends."""
    return {"name": "Gina Guest", "email": "gina@example.org"} | fields


def guest_path(house: House, session: Any, *, by: str = "slug") -> str:
    """Where a guest books: by the company's id, or its name."""
    company = house.slug if by == "slug" else house.organization_id
    return f"/api/client/guest/companies/{company}/sessions/{session.id}/bookings"


async def test_the_timetable_of_a_company_is_public(api: Api, house: House, session: Any) -> None:
    answer = await api.guest().get(
        f"/api/client/companies/{house.organization_id}/sessions",
        params={
            "fromAt": session.starts_at.isoformat(),
            "toAt": (session.starts_at + timedelta(days=1)).isoformat(),
        },
    )

    (slot,) = answer.json()["items"]
    assert (slot["name"], slot["placesLeft"], slot["status"]) == ("Morning Yoga", 12, "available")


@pytest.mark.parametrize("by", ["slug", "id"])
async def test_a_guest_books_pays_and_cancels_by_the_link(
    api: Api, house: House, session: Any, by: str
) -> None:
    guest = api.guest(**{KEY: f"guest-{by}"})
    path = guest_path(house, session, by=by)
    made = await guest.post(path, json=guest_body())
    again = await guest.post(path, json=guest_body())

    assert made.status_code == 201, made.text
    assert again.json() == made.json()
    booking, token = made.json()["booking"], made.json()["token"]
    assert (booking["status"], booking["dueMinor"]) == ("pending_payment", 1800)
    mine = f"/api/client/guest/bookings/{booking['id']}"
    link = {"organization": house.slug, "token": token}
    paying = await api.guest(**{KEY: "pay"}).post(f"{mine}/pay", params=link, json={})
    assert paying.json()["redirectUrl"].startswith("/sandbox/")
    terms = (await guest.get(f"{mine}/cancellation", params=link)).json()
    assert (terms["isPossible"], terms["isLate"]) == (True, False)
    gone = await api.guest(**{KEY: "cancel"}).post(
        f"{mine}/cancel", params=link, json={"quoteToken": terms["quoteToken"]}
    )
    assert gone.json()["booking"]["status"] == "cancelled"
    wrong = await guest.get(mine, params={**link, "token": "x" * 43})
    assert wrong.status_code == 404


async def test_a_guest_can_hold_a_few_unpaid_places_only(
    api: Api, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> list[Any]:
        activity = await an_activity(uow)
        return [await a_session(uow, activity, in_hours=30 + n) for n in range(UNPAID_MAX + 1)]

    sessions = await database.run(house.organization_id, make)
    answers = [
        await api.guest(**{KEY: f"g{number}"}).post(guest_path(house, one), json=guest_body())
        for number, one in enumerate(sessions)
    ]

    assert [one.status_code for one in answers] == [201] * UNPAID_MAX + [429]


async def test_a_guest_learns_nothing_of_who_has_an_account(
    api: Api, database: Database, house: House
) -> None:
    async def hold(uow: UnitOfWork) -> Any:
        activity = await an_activity(uow)
        user = await uow.first(select(User).where(User.email == house.email("viewer")))
        member = await customer_of_user(uow, user.id, name="Mia", email="gina@example.org")
        for number in range(UNPAID_MAX):
            taken = await a_session(uow, activity, in_hours=30 + number)
            await a_booking(uow, taken.id, member.id)
        return await a_session(uow, activity, in_hours=40)

    session = await database.run(house.organization_id, hold)
    made = await api.guest(**{KEY: "one"}).post(guest_path(house, session), json=guest_body())

    assert made.status_code == 201


async def test_too_much_held_and_too_much_tried_are_one_answer(
    api: Api, database: Database, house: House
) -> None:
    async def make(uow: UnitOfWork) -> list[Any]:
        activity = await an_activity(uow)
        return [await a_session(uow, activity, in_hours=30 + n) for n in range(UNPAID_MAX + 1)]

    sessions = await database.run(house.organization_id, make)
    for number, one in enumerate(sessions):
        held = await api.guest(**{KEY: f"h{number}"}).post(
            guest_path(house, one), json=guest_body()
        )
    nowhere = f"/api/client/guest/companies/{house.slug}/sessions/{new_id()}/bookings"
    for number in range(PER_EMAIL + 1):
        tried = await api.guest(**{KEY: f"t{number}"}).post(
            nowhere, json=guest_body(email="otto@example.org")
        )

    answers = [one.json() | {"instance": "", "requestId": ""} for one in (held, tried)]
    assert (held.status_code, tried.status_code) == (429, 429)
    assert answers[0] == answers[1]
    assert held.headers["ratelimit-policy"] == tried.headers["ratelimit-policy"]


async def test_guests_are_slowed_down_by_their_address_of_mail_whatever_they_try(
    api: Api, house: House
) -> None:
    nowhere = f"/api/client/guest/companies/{house.slug}/sessions/{new_id()}/bookings"
    tries = [
        await api.guest(**{KEY: f"g{number}"}).post(nowhere, json=guest_body())
        for number in range(PER_EMAIL + 1)
    ]
    other = await api.guest(**{KEY: "other"}).post(
        nowhere, json=guest_body(email="otto@example.org")
    )

    assert [one.status_code for one in tries] == [404] * PER_EMAIL + [429]
    assert other.status_code == 404


@pytest.mark.parametrize(
    ("limit", "is_one_session"), [("PER_ADDRESS", False), ("PER_SESSION", True)]
)
async def test_guests_are_slowed_down_by_where_they_are_and_by_what_they_want(
    api: Api, house: House, monkeypatch: pytest.MonkeyPatch, limit: str, *, is_one_session: bool
) -> None:
    monkeypatch.setattr(guests, limit, 3)
    wanted = new_id()
    answers = [
        await api.guest(**{KEY: f"g{number}"}).post(
            f"/api/client/guest/companies/{house.slug}/sessions/"
            f"{wanted if is_one_session else new_id()}/bookings",
            json=guest_body(email=f"guest-{number}@example.org"),
        )
        for number in range(4)
    ]

    assert [one.status_code for one in answers] == [404, 404, 404, 429]
    assert int(answers[-1].headers["retry-after"]) > 0


async def test_the_switch_for_guests_is_off_at_once(
    api: Api, database: Database, house: House, session: Any
) -> None:
    await database.run(
        house.organization_id, update_settings, 0, SettingsChanges(takes_guests=False)
    )
    answer = await api.guest(**{KEY: "g"}).post(guest_path(house, session), json=guest_body())

    assert problem_of(answer)["type"].endswith("not-bookable")


async def test_a_guest_is_never_joined_to_a_customer_by_address_and_claims_by_mailed_link(
    api: Api, database: Database, house: House, session: Any
) -> None:
    member = await a_member(api, database)
    email = house.email("viewer")
    made = [
        await api.guest(**{KEY: key}).post(
            guest_path(house, session), json=guest_body(email=email, name=key)
        )
        for key in ("Vera", "Vera's friend")
    ]
    bookings = [one.json()["booking"]["id"] for one in made]
    before = (await member.get("/api/client/my-bookings")).json()["items"]
    claim = "/api/client/guest/claims"
    refused = await member.post(claim, json={"proof": made[0].json()["token"]})
    proof = address_proof(key_of(SECRET), email.upper(), datetime.now(UTC))
    claimed = [await member.post(claim, json={"proof": proof}) for _ in range(2)]
    after = (await member.get("/api/client/my-bookings")).json()["items"]
    unsigned = await api.guest(**{KEY: "x"}).post(
        claim, json={"proof": proof}, params={"organization": house.slug}
    )

    assert before == []
    assert problem_of(refused)["type"].endswith("link-invalid")
    assert [one.json() for one in claimed] == [{"claimed": 2}, {"claimed": 0}]
    assert sorted(one["booking"]["id"] for one in after) == sorted(bookings)
    assert {one["booking"]["attendeeName"] for one in after} >= {"Vera's friend"}
    assert unsigned.status_code == 401


async def test_a_member_asks_books_and_cancels(api: Api, database: Database, session: Any) -> None:
    member = await a_member(api, database)
    quote = (await member.post(f"/api/client/sessions/{session.id}/quote", json={})).json()
    made = await member.post(
        f"/api/client/sessions/{session.id}/bookings", json={}, headers={KEY: "book"}
    )
    booking = made.json()["booking"]
    by_session = await member.get("/api/client/my-bookings", params={"sessionId": str(session.id)})
    mine = f"/api/client/my-bookings/{booking['id']}"
    terms = (await member.get(f"{mine}/cancellation")).json()
    gone = await member.post(f"{mine}/cancel", json={}, headers={KEY: "cancel"})

    assert quote["explanation"] == ["€15.00 from the wallet; €35.00 is left."]
    assert (booking["status"], booking["walletDebited"], booking["price"]) == (
        "confirmed",
        True,
        1500,
    )
    part = {
        "line": "place",
        "bookingExtraId": None,
        "kind": "wallet",
        "customerEntitlementId": None,
        "amountMinor": 1500,
        "returnedMinor": 0,
    }
    assert booking["paidWith"] == [part]
    assert gone.json()["booking"]["paidWith"] == [part | {"returnedMinor": 1500}]
    assert len(by_session.json()["items"]) == 1
    assert (terms["isLate"], terms["feeMinor"], terms["backMinor"]) == (False, 0, 1500)
    assert gone.json()["booking"]["status"] == "cancelled"


async def test_a_member_sees_only_their_own(
    api: Api, database: Database, house: House, session: Any
) -> None:
    other = await database.run(house.organization_id, a_booking, session.id)
    member = await a_member(api, database)

    for method, path in (
        ("GET", ""),
        ("GET", "/cancellation"),
        ("POST", "/cancel"),
        ("POST", "/pay"),
    ):
        answer = await member.request(
            method,
            f"/api/client/my-bookings/{other.id}{path}",
            json={} if method == "POST" else None,
            headers={KEY: path or "read"},
        )
        assert answer.status_code == 404, path
    signed_out = await api.guest().get(
        "/api/client/my-bookings", params={"organization": house.slug}
    )
    assert signed_out.status_code == 401


async def test_a_member_buys_a_pass_tops_up_and_has_a_family(
    api: Api, database: Database, house: House
) -> None:
    member = await a_member(api, database)

    async def offer(uow: UnitOfWork) -> Any:
        return await create_pass(uow, NewPass(name="Ten", price=9000, sessions_limit=10))

    offered = await database.run(house.organization_id, offer)
    bought = await member.post(
        "/api/client/my-passes", json={"passId": str(offered.id)}, headers={KEY: "pass"}
    )
    topped = await member.post(
        "/api/client/my-wallet/top-ups", json={"amountMinor": 2000}, headers={KEY: "top"}
    )
    await member.post("/api/client/my-family", json={"name": "Kim"})

    assert bought.json()["redirectUrl"].startswith("/sandbox/")
    assert topped.json()["redirectUrl"].startswith("/sandbox/")
    assert (await member.get("/api/client/my-wallet")).json()["cashMinor"] == 5000
    assert len((await member.get("/api/client/my-wallet/movements")).json()["items"]) == 1
    family = (await member.get("/api/client/my-family")).json()
    assert [one["name"] for one in family][1:] == ["Kim"]


async def test_staff_see_bookings_inside_their_session_only(
    api: Api, database: Database, house: House, session: Any
) -> None:
    booking = await database.run(house.organization_id, a_booking, session.id)
    owner = await api.as_("owner")
    sheet = (await owner.get(f"/api/v1/sessions/{session.id}")).json()
    scanner = await api.as_("scanner_only")

    assert sheet["activeBookingsCount"] == 1
    assert [one["id"] for one in sheet["bookings"]] == [str(booking.id)]
    assert (await scanner.get(f"/api/v1/sessions/{session.id}")).status_code == 403


async def test_the_desk_books_with_a_pass_and_takes_cash_for_the_rest(
    api: Api, database: Database, house: House, session: Any
) -> None:
    staff = await api.as_("staff")
    customer = (await staff.post("/api/v1/company-customers", json={"name": "Walk In"})).json()
    path = f"/api/v1/sessions/{session.id}/bookings"
    refused = await staff.post(path, json={"customerId": customer["id"]}, headers={KEY: "without"})
    made = await staff.post(
        path, json={"customerId": customer["id"], "takesCash": True}, headers={KEY: "with"}
    )

    assert problem_of(refused)["missing"] == 1800
    assert (made.json()["status"], made.json()["paidMinor"]) == ("confirmed", 1800)
    await database.run(house.organization_id, a_pass, customer["id"])
    held = await staff.get("/api/v1/customer-passes", params={"customerId": customer["id"]})
    assert [one["status"] for one in held.json()["items"]] == ["pending"]


async def test_a_house_without_the_module_has_no_sessions(
    api: Api, database: Database, house: House, session: Any
) -> None:
    await database.run(house.organization_id, _switch_sessions_off)
    owner = await api.as_("owner")

    assert problem_of(await owner.get("/api/v1/activities"))["module"] == "sessions"
    guest = await api.guest(**{KEY: "g"}).post(guest_path(house, session), json=guest_body())
    assert guest.status_code == 403


async def _switch_sessions_off(uow: UnitOfWork) -> None:
    await uow.execute(
        "UPDATE organizations SET module_overrides = '{\"sessions\": false}' WHERE id = :id",
        {"id": uow.tenant},
    )
