"""Keys: what an old one signed still lets in, until it is revoked."""

from uuid import UUID

import pytest
from sqlalchemy import select, text

from houseful import ticketing
from houseful.audit.models import UserActionLog
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.short_codes import short_code
from houseful.scanning.manifest import make_manifest
from houseful.ticketing.models import EventKey
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.scanning import Doorstep, a_code, a_doorstep, to_the_doors
from tests.builders.ticketing import SECRET, VAULT, Show, a_paid_order, a_show
from tests.hire.test_paper_pages import OFFICE, Visitor


async def _rotate(door: Doorstep, **fields: bool) -> EventKey:
    return await door.run(ticketing.rotate_key, VAULT, door.show.event_id, **fields)


async def _keys(door: Doorstep) -> list[EventKey]:
    return await door.run(ticketing.keys_of, door.show.event_id)


async def test_a_ticket_signed_by_the_old_key_still_lets_in(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    before = await _keys(door)
    new = await _rotate(door)
    later = await a_code(database, door.show, seat=5)
    to_the_doors(clock)

    assert ticketing.read_code(door.code).key_id == before[0].key_id
    assert ticketing.read_code(later).key_id == new.key_id
    assert (await door.scan()).result == "ok"
    assert (await door.scan(code=later)).result == "ok"


async def test_what_a_revoked_key_signed_lets_nobody_in_and_is_called_revoked(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    (old,) = await _keys(door)
    new = await _rotate(door)
    later = await a_code(database, door.show, seat=5)
    await door.run(ticketing.revoke_key, door.show.event_id, old.key_id)
    to_the_doors(clock)

    assert (await door.scan()).result == "revoked"
    assert await door.inside() == 0
    assert (await door.scan(code=later)).result == "ok"
    manifest = await door.run(make_manifest, SECRET, door.show.event_id)
    assert f'"keys":{{"{new.key_id}"' in manifest.payload
    assert f'"revokedKeys":{{"{old.key_id}"' in manifest.payload


async def test_a_forgery_that_names_a_revoked_key_is_not_genuine(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    await _rotate(door, revoke_old=True)
    to_the_doors(clock)
    flipped = "0" if door.code[-4] != "0" else "1"

    verdict = await door.scan(code=door.code[:-4] + flipped + door.code[-3:])

    assert verdict.result in {"bad_signature", "unknown"}


async def test_who_opens_their_ticket_again_has_a_code_that_lets_in(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    await _rotate(door, revoke_old=True)

    async def fresh_code(uow: UnitOfWork) -> str | None:
        ticket_id = await uow.first(select(ticketing.Ticket.id))
        return (await ticketing.show_ticket(uow, VAULT, ticket_id)).code

    code = await door.run(fresh_code)
    to_the_doors(clock)

    assert (await door.scan()).result == "revoked"
    assert (await door.scan(code=code)).result == "ok"


async def test_without_a_key_that_signs_the_next_ticket_makes_one(
    database: Database, clock: TravelClock
) -> None:
    door = await a_doorstep(database)
    (old,) = await _keys(door)
    for _ in range(2):
        await door.run(ticketing.revoke_key, door.show.event_id, old.key_id)

    later = await a_code(database, door.show, seat=5)
    to_the_doors(clock)

    assert (await door.scan(code=later)).result == "ok"
    assert len(await _keys(door)) == 2


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("reserved", "unpaid"),
        ("voided", "revoked"),
        ("transferred", "revoked"),
        ("refunded", "refunded"),
        ("canceled", "canceled"),
        ("expired", "expired"),
    ],
)
async def test_a_ticket_that_does_not_hold_says_why(
    database: Database, clock: TravelClock, status: str, result: str
) -> None:
    door = await a_doorstep(database)

    async def become(uow: UnitOfWork) -> UUID:
        await uow.execute(text("UPDATE tickets SET status = :status"), {"status": status})
        return await uow.first(select(ticketing.Ticket.credential_id))

    credential_id = await door.run(become)
    to_the_doors(clock)

    assert (await door.scan()).result == result
    assert (await door.scan(code=short_code(credential_id))).result == result
    assert await door.inside() == 0


async def test_keys_are_rotated_and_revoked_over_http_by_who_may(
    api: Api, database: Database, house: House
) -> None:
    show: Show = await database.run(house.organization_id, a_show)
    at = f"/api/v1/promoter/events/{show.event_id}/keys"
    admin, staff = await api.as_("admin"), await api.as_("staff")

    first = (await admin.get(at)).json()
    made = await admin.post(at, json={})
    revoked = await admin.post(f"{at}/{first[0]['keyId']}/revoke")
    listed = (await admin.get(at)).json()
    unknown = await admin.post(f"{at}/00000000/revoke")

    async def said(uow: UnitOfWork) -> list[str]:
        return list(await uow.all(select(UserActionLog.sentence)))

    sentences = await database.run(house.organization_id, said)
    assert made.status_code == 200, made.text
    assert [key["revokedAt"] is None for key in listed] == [True, False]
    assert listed[0]["keyId"] == made.json()["keyId"]
    assert revoked.json()["revokedAt"]
    assert unknown.status_code == 404
    assert "sealedPrivate" not in made.text
    assert {"replaced the key that signs tickets", "revoked a key that signed tickets"} <= set(
        sentences
    )
    assert [(await staff.get(at)).status_code, (await staff.post(at, json={})).status_code] == [
        403,
        403,
    ]


async def test_the_office_shows_rotates_and_revokes(
    api: Api, database: Database, house: House
) -> None:
    show: Show = await database.run(house.organization_id, a_show)
    admin = Visitor(api.guest())
    await admin.send("/sign-in", "/sign-in", email=house.email("admin"), password=PASSWORD)
    page = f"{OFFICE}/events/{show.event_id}/keys"
    (old,) = await database.run(house.organization_id, ticketing.keys_of, show.event_id)

    await a_paid_order(database, show, 3)
    await admin.send(page, page)
    asked = await admin.read(f"{page}/{old.key_id}/revoke")
    await admin.send(f"{page}/{old.key_id}/revoke", f"{page}/{old.key_id}/revoke")
    shown = await admin.read(page)

    assert "get their new tickets by mail: 1." in asked
    assert page in await admin.read(f"{OFFICE}/events/{show.event_id}/sale")
    assert 'data-status="signs"' in shown
    assert 'data-status="revoked"' in shown
