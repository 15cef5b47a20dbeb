"""Cookies of the pages, and the chore that forgets what is over."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from houseful.accounts import (
    count_attempt,
    end_page_sign_in,
    find_page_sign_in,
    start_page_sign_in,
)
from houseful.accounts.models import PasswordReset, RateCounter, SignIn, User
from houseful.accounts.page_sign_ins import TTL
from houseful.accounts.resets import request_reset
from houseful.accounts.subscribers import ENDED_ARE_KEPT, forget_what_is_over
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.secrets import token_hash
from tests.builders.accounts import House


@pytest.fixture
async def cookie(database: Database, house: House) -> str:
    """The cookie of the owner, who has just signed in."""

    async def start(uow: UnitOfWork) -> str:
        owner = await uow.first(select(User).where(User.email == house.email("owner")))
        return await start_page_sign_in(uow, owner.id)

    return await database.run(None, start)


async def test_a_cookie_says_who_it_is(database: Database, house: House, cookie: str) -> None:
    identity = await database.run(None, find_page_sign_in, cookie)

    assert identity is not None
    assert identity.email == house.email("owner")
    assert await database.run(None, find_page_sign_in, cookie + "x") is None


async def test_a_cookie_lives_while_it_is_used(
    database: Database, clock: TravelClock, cookie: str
) -> None:
    for _ in range(3):
        clock.travel(TTL - timedelta(hours=1))
        assert await database.run(None, find_page_sign_in, cookie) is not None

    clock.travel(TTL + timedelta(minutes=1))
    assert await database.run(None, find_page_sign_in, cookie) is None


async def test_signing_out_ends_it(database: Database, cookie: str) -> None:
    await database.run(None, end_page_sign_in, cookie)

    assert await database.run(None, find_page_sign_in, cookie) is None


async def test_a_disabled_account_has_no_cookie(database: Database, cookie: str) -> None:
    await database.run(None, lambda uow: uow.execute(update(User).values(status="disabled")))

    assert await database.run(None, find_page_sign_in, cookie) is None


async def test_the_token_itself_is_not_stored(database: Database, cookie: str) -> None:
    stored = await database.run(None, lambda uow: uow.all(select(SignIn.token_hash)))

    assert stored == [token_hash(cookie)]


async def test_what_is_over_is_forgotten_and_the_rest_kept(
    database: Database, clock: TravelClock, house: House, cookie: str
) -> None:
    async def left(uow: UnitOfWork) -> list[int]:
        tables = (SignIn, PasswordReset, RateCounter)
        return [len(await uow.all(select(table))) for table in tables]

    await database.run(house.organization_id, request_reset, house.email("owner"))
    await database.run(None, count_attempt, "something", limit=5)

    await forget_what_is_over(database)
    assert await database.run(None, left) == [1, 1, 1]

    clock.travel(timedelta(minutes=6))
    await forget_what_is_over(database)
    assert await database.run(None, left) == [1, 1, 0]

    clock.travel(TTL + ENDED_ARE_KEPT)
    await forget_what_is_over(database)
    assert await database.run(None, left) == [0, 0, 0]
