"""One person is one customer: a guest's record goes into the account that claims it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from houseful.accounts.models import User
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import Actor, Identity
from houseful.kernel.problems import NotFound
from houseful.sessions.bookings.claiming import claim_bookings
from houseful.sessions.bookings.models import SessionBooking, WaitingEntry
from houseful.sessions.bookings.queries import me_of
from houseful.sessions.bookings.waiting import join_waiting_list
from houseful.sessions.customers.models import CompanyCustomer
from houseful.sessions.customers.service import add_family_member, add_guest
from houseful.sessions.keys import address_proof
from houseful.sessions.passes.models import CustomerPass
from houseful.sessions.wallets.models import Wallet
from houseful.sessions.wallets.service import wallet_of
from tests.builders.accounts import House
from tests.builders.sessions import (
    a_booking,
    a_pass,
    a_session,
    a_wallet,
    an_activity,
    books_are_right,
)

KEY = b"k" * 32
EMAIL = "gus@example.org"


class Guests(dict[str, Any]):
    """A guest, and what they have."""


async def _a_guest_with_things(uow: UnitOfWork) -> Guests:
    """Gus has a pass, money, a child, a place, and waits for another."""
    gus = await add_guest(uow, name="Gus Guest", email=EMAIL, phone="0151")
    wallet = await a_wallet(uow, gus.id, 3000)
    held = await a_pass(uow, gus.id)
    child = await add_family_member(uow, gus.id, "Gabi Guest")
    yoga = await an_activity(uow)
    place = await a_booking(uow, (await a_session(uow, yoga)).id, gus.id)
    full = await a_session(uow, yoga, capacity=1, in_hours=96)
    await a_booking(uow, full.id)
    waits = await join_waiting_list(uow, full.id, gus.id)
    return Guests(gus=gus, wallet=wallet, held=held, child=child, place=place, waits=waits)


async def _identity(uow: UnitOfWork, house: House) -> Identity:
    user = await uow.first(select(User).where(User.email == house.email("viewer")))
    actor = Actor(kind="user", id=user.id)
    return Identity(actor=actor, name="Gus Guest", email=EMAIL)


async def _records(uow: UnitOfWork) -> list[CompanyCustomer]:
    return list(
        await uow.all(
            select(CompanyCustomer)
            .where(CompanyCustomer.organization_id == uow.tenant, CompanyCustomer.email == EMAIL)
            .order_by(CompanyCustomer.id)
            .execution_options(populate_existing=True)
        )
    )


async def test_a_guest_who_makes_an_account_is_one_customer_with_all_they_have(
    database: Database, house: House
) -> None:
    tenant = house.organization_id
    identity = await database.run(tenant, _identity, house)
    had = await database.run(tenant, _a_guest_with_things)
    proof = address_proof(KEY, EMAIL, datetime.now(UTC))
    claimed = [await database.run(tenant, claim_bookings, KEY, proof, identity) for _ in range(2)]

    async def look(uow: UnitOfWork) -> None:
        (me,) = await _records(uow)
        assert (me.user_id, me.phone) == (identity.actor.id, "0151")
        place = await uow.get(SessionBooking, had["place"].id)
        waits = await uow.get(WaitingEntry, had["waits"].id)
        assert (place.customer_id, place.attendee_id) == (me.id, me.id)
        assert (waits.customer_id, waits.attendee_id) == (me.id, me.id)
        assert (await uow.get(CustomerPass, had["held"].id)).customer_id == me.id
        assert (await uow.get(CompanyCustomer, had["child"].id)).guardian_id == me.id
        wallet = await uow.get(Wallet, had["wallet"].id)
        assert (wallet.customer_id, wallet.cash_minor) == (me.id, 3000)
        with pytest.raises(NotFound):
            await uow.get(CompanyCustomer, had["gus"].id)
        await books_are_right(uow)

    assert claimed == [1, 0]
    await database.run(tenant, look)


async def test_what_cannot_be_in_one_record_twice_stays_with_one_of_the_family(
    database: Database, house: House
) -> None:
    tenant = house.organization_id
    identity = await database.run(tenant, _identity, house)

    async def two_of_everything(uow: UnitOfWork) -> Guests:
        me = await me_of(uow, identity)
        await a_wallet(uow, me.id, 5000)
        had = await _a_guest_with_things(uow)
        await a_booking(uow, had["place"].session_id, me.id)
        await join_waiting_list(uow, had["waits"].session_id, me.id)
        return Guests(had, me=me)

    had = await database.run(tenant, two_of_everything)
    proof = address_proof(KEY, EMAIL, datetime.now(UTC))
    await database.run(tenant, claim_bookings, KEY, proof, identity)

    async def look(uow: UnitOfWork) -> None:
        me, gus = had["me"], await uow.get(CompanyCustomer, had["gus"].id)
        assert gus.guardian_id == me.id
        place = await uow.get(SessionBooking, had["place"].id)
        waits = await uow.get(WaitingEntry, had["waits"].id)
        assert (place.customer_id, place.attendee_id) == (me.id, gus.id)
        assert (waits.customer_id, waits.attendee_id) == (me.id, gus.id)
        assert (await uow.get(CustomerPass, had["held"].id)).customer_id == me.id
        assert (await uow.get(Wallet, had["wallet"].id)).customer_id == gus.id
        await books_are_right(uow)

    await database.run(tenant, look)


async def test_an_empty_wallet_that_the_desk_looked_at_keeps_no_record_alive(
    database: Database, house: House
) -> None:
    tenant = house.organization_id
    identity = await database.run(tenant, _identity, house)

    async def look_at_wallets(uow: UnitOfWork) -> None:
        me = await me_of(uow, identity)
        guest = await add_guest(uow, name="Gus Guest", email=EMAIL.upper())
        for one in (me, guest):
            await wallet_of(uow, one.id, "EUR")

    await database.run(tenant, look_at_wallets)
    proof = address_proof(KEY, EMAIL, datetime.now(UTC))
    await database.run(tenant, claim_bookings, KEY, proof, identity)

    left = await database.run(tenant, _count_of_everybody)
    assert left == 1


async def _count_of_everybody(uow: UnitOfWork) -> int:
    found = await uow.first(
        select(func.count())
        .select_from(CompanyCustomer)
        .where(CompanyCustomer.organization_id == uow.tenant)
    )
    return found or 0
