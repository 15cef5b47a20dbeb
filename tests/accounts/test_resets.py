"""Links to a new password, and to the first one."""

import asyncio
from datetime import timedelta
from uuid import UUID

import httpx
from sqlalchemy import select

from houseful.accounts import ResetMail, create_user, reset_mail
from houseful.accounts.facts import PasswordResetRequested
from houseful.accounts.resets import INVITATION_TTL, TTL
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.outbox import OutboxRow
from houseful.kernel.tenancy import PLATFORM
from tests.api import Api, problem_of
from tests.builders.accounts import PASSWORD, House

RESET, CONFIRM = "/api/v1/auth/password-reset", "/api/v1/auth/password-reset/confirm"
SIGN_IN = "/api/v1/auth/sign-in"
NEW_PASSWORD = "an altogether different one"


async def announced(database: Database, tenant: UUID = PLATFORM) -> list[OutboxRow]:
    return await database.run(
        tenant,
        lambda uow: uow.all(
            select(OutboxRow)
            .where(OutboxRow.kind == PasswordResetRequested.kind())
            .order_by(OutboxRow.id)
        ),
    )


async def mailed(database: Database, tenant: UUID = PLATFORM) -> ResetMail:
    """Return the newest link, as the mail would hold it."""
    facts = await announced(database, tenant)
    mail = await database.run(tenant, reset_mail, facts[-1].subject_id)
    assert mail is not None
    return mail


async def confirm(client: httpx.AsyncClient, token: str) -> httpx.Response:
    return await client.post(CONFIRM, json={"token": token, "password": NEW_PASSWORD})


async def sign_in(client: httpx.AsyncClient, email: str, password: str) -> int:
    return (await client.post(SIGN_IN, json={"email": email, "password": password})).status_code


async def test_a_forgotten_password_is_replaced(api: Api, database: Database, house: House) -> None:
    owner, guest = await api.as_("owner"), api.guest()
    email = house.email("owner")

    asked = await guest.post(RESET, json={"email": email.upper()})
    mail = await mailed(database)
    done = await confirm(guest, mail.token)

    assert (asked.status_code, done.status_code, mail.email) == (202, 204, email)
    assert await sign_in(guest, email, PASSWORD) == 401
    assert await sign_in(guest, email, NEW_PASSWORD) == 200
    assert (await owner.get("/api/v1/me")).status_code == 401


async def test_a_link_works_once(api: Api, database: Database, house: House) -> None:
    guest = api.guest()
    await guest.post(RESET, json={"email": house.email("owner")})
    token = (await mailed(database)).token
    await confirm(guest, token)

    again = await confirm(guest, token)
    facts = await announced(database)
    mail = await database.run(PLATFORM, reset_mail, facts[-1].subject_id)

    assert problem_of(again)["type"] == "urn:houseful:problem:reset-link-invalid"
    assert mail is None


async def test_a_link_grows_old(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    guest = api.guest()
    await guest.post(RESET, json={"email": house.email("owner")})
    token = (await mailed(database)).token

    clock.travel(TTL + timedelta(minutes=1))

    assert (await confirm(guest, token)).status_code == 422


async def test_an_unknown_address_gets_the_same_answer_and_no_mail(
    api: Api, database: Database, house: House
) -> None:
    known = await api.guest().post(RESET, json={"email": house.email("owner")})
    unknown = await api.guest().post(RESET, json={"email": "nobody@nowhere.example"})

    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert len(await announced(database)) == 1


async def test_nobody_is_flooded_with_links(api: Api, house: House) -> None:
    answers = [
        await api.guest().post(RESET, json={"email": house.email("owner")}) for _ in range(4)
    ]

    assert [answer.status_code for answer in answers] == [202, 202, 202, 429]


async def test_a_fact_holds_neither_address_nor_token(
    api: Api, database: Database, house: House
) -> None:
    await api.guest().post(RESET, json={"email": house.email("owner")})

    facts = await announced(database)

    assert [list(fact.payload) for fact in facts] == [["subject_id"]]


async def test_somebody_invited_sets_a_password_and_comes_in(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    owner, guest = await api.as_("owner"), api.guest()
    await owner.post(
        "/api/v1/memberships",
        json={"email": "new@playhouse.example", "name": "New", "role": "staff"},
    )
    mail = await mailed(database, house.organization_id)
    assert await sign_in(guest, mail.email, NEW_PASSWORD) == 401

    clock.travel(INVITATION_TTL - timedelta(hours=1))
    await confirm(guest, mail.token)

    assert await sign_in(guest, mail.email, NEW_PASSWORD) == 200


async def test_somebody_with_an_account_joins_without_a_link(
    api: Api, database: Database, house: House, other_house: House
) -> None:
    owner = await api.as_("owner")

    made = await owner.post(
        "/api/v1/memberships",
        json={"email": other_house.email("owner"), "name": "Known", "role": "viewer"},
    )

    assert made.json()["status"] == "active"
    assert await announced(database, house.organization_id) == []


async def test_a_new_password_is_in_the_platforms_log(
    api: Api, database: Database, house: House
) -> None:
    await api.guest().post(RESET, json={"email": house.email("owner")})
    token = (await mailed(database)).token
    await confirm(api.guest(), token)

    async def actions(uow: UnitOfWork) -> list[str]:
        return [row.action for row in await uow.execute("SELECT action FROM platform_audit")]

    assert "accounts.user.password_set" in await database.run(None, actions)


async def test_somebody_without_an_organisation_gets_a_link_too(
    api: Api, database: Database
) -> None:
    await database.run(
        None, create_user, email="alone@example.org", name="Al Alone", password=PASSWORD
    )

    await api.guest().post(RESET, json={"email": "alone@example.org"})

    mail = await mailed(database)
    assert (mail.email, mail.is_invitation) == ("alone@example.org", False)
    assert (await confirm(api.guest(), mail.token)).status_code == 204


async def test_one_new_password_ends_every_other_link(
    api: Api, database: Database, house: House
) -> None:
    guest = api.guest()
    await guest.post(RESET, json={"email": house.email("owner")})
    first = await mailed(database)
    await guest.post(RESET, json={"email": house.email("owner")})
    second = await mailed(database)

    assert (await confirm(guest, second.token)).status_code == 204
    assert (await confirm(guest, first.token)).status_code == 422


async def test_two_at_once_with_one_link_set_one_password(
    api: Api, database: Database, house: House
) -> None:
    await api.guest().post(RESET, json={"email": house.email("owner")})
    token = (await mailed(database)).token

    answers = await asyncio.gather(*(confirm(api.guest(), token) for _ in range(5)))

    assert sorted(answer.status_code for answer in answers) == [204, 422, 422, 422, 422]


async def test_a_link_that_is_over_is_not_mailed_any_more(
    api: Api, database: Database, house: House, clock: TravelClock
) -> None:
    await api.guest().post(RESET, json={"email": house.email("owner")})
    fact = (await announced(database))[-1]

    clock.travel(TTL + timedelta(minutes=1))

    assert await database.run(PLATFORM, reset_mail, fact.subject_id) is None
