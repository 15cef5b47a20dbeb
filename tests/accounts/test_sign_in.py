"""Who is let in, and for how long."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from houseful.accounts.models import SignIn, User
from houseful.accounts.passwords import check_password, is_password
from houseful.accounts.problems import PoorPassword, SignInExpired, WrongCredentials
from houseful.accounts.rates import TRIES_PER_EMAIL, TRIES_PER_PAIR, count_sign_in
from houseful.accounts.refresh_tokens import RefreshTokens
from houseful.accounts.sign_in import (
    Refreshed,
    admit,
    prove_password,
    refresh_sign_in,
    start_sign_in,
)
from houseful.audit.models import PlatformAudit
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.origin import Origin, current_origin
from houseful.kernel.problems import TooManyRequests
from tests.builders.accounts import PASSWORD, House

TOKENS = RefreshTokens("tests-" * 8)
TTL_SECONDS = 3600


async def sign_in(database: Database, house: House) -> Refreshed:
    proven = await prove_password(database, house.email("owner"), PASSWORD)

    async def start(uow: UnitOfWork) -> Refreshed:
        user_id = await admit(uow, proven)
        return await start_sign_in(uow, user_id, tokens=TOKENS, ttl_seconds=TTL_SECONDS)

    return await database.run(None, start)


async def refresh(database: Database, token: str) -> Refreshed:
    return await database.run(None, refresh_sign_in, token, tokens=TOKENS, ttl_seconds=TTL_SECONDS)


@contextmanager
def request_from(address: str) -> Iterator[None]:
    token = current_origin.set(Origin("a request", address))
    yield
    current_origin.reset(token)


async def test_one_person_signs_in_at_many_places_at_once(database: Database, house: House) -> None:
    signed_in = await asyncio.gather(*(sign_in(database, house) for _ in range(8)))

    assert len({each.refresh_token for each in signed_in}) == 8


async def test_a_token_that_was_used_up_long_ago_ends_the_sign_in(
    database: Database, house: House
) -> None:
    first = await sign_in(database, house)
    second = await refresh(database, first.refresh_token)
    third = await refresh(database, second.refresh_token)

    reused = await refresh(database, first.refresh_token)

    assert reused.is_revoked
    with pytest.raises(SignInExpired):
        await refresh(database, third.refresh_token)
    noted = await database.run(None, lambda uow: uow.all(select(PlatformAudit.action)))
    assert "accounts.sign_in.reused" in noted


async def test_requests_that_race_with_one_token_get_one_successor(
    database: Database, house: House
) -> None:
    first = await sign_in(database, house)

    answers = await asyncio.gather(*(refresh(database, first.refresh_token) for _ in range(8)))

    assert len({answer.refresh_token for answer in answers}) == 1
    assert not any(answer.is_revoked for answer in answers)


@pytest.mark.parametrize("token", ["x" * 107, "", "short", "é" * 107])
async def test_a_token_that_we_never_issued_ends_nothing(
    database: Database, house: House, token: str
) -> None:
    with pytest.raises(SignInExpired):
        await refresh(database, token)


async def test_a_forged_token_of_a_known_sign_in_ends_nothing(
    database: Database, house: House
) -> None:
    mine = await sign_in(database, house)
    forged = RefreshTokens("somebody else's secret").issue(mine.sign_in_id)

    with pytest.raises(SignInExpired):
        await refresh(database, forged)

    assert not (await refresh(database, mine.refresh_token)).is_revoked


async def test_a_sign_in_that_is_not_used_expires(
    database: Database, house: House, clock: TravelClock
) -> None:
    mine = await sign_in(database, house)

    clock.travel(timedelta(seconds=TTL_SECONDS - 60))
    kept = await refresh(database, mine.refresh_token)
    clock.travel(timedelta(seconds=TTL_SECONDS + 60))

    with pytest.raises(SignInExpired):
        await refresh(database, kept.refresh_token)


async def test_tokens_are_stored_by_their_hash(database: Database, house: House) -> None:
    mine = await sign_in(database, house)
    await refresh(database, mine.refresh_token)

    stored = (await database.run(None, lambda uow: uow.all(select(SignIn))))[0]

    everything = stored.token_hash + stored.previous_hash + stored.successor_sealed
    assert mine.refresh_token.encode() not in everything


async def test_a_password_that_changes_meanwhile_lets_nobody_in(
    database: Database, house: House
) -> None:
    proven = await prove_password(database, house.email("owner"), PASSWORD)
    await database.run(
        None, lambda uow: uow.execute(update(User).values(hashed_password="another"))
    )

    with pytest.raises(WrongCredentials):
        await database.run(None, admit, proven)


@pytest.mark.parametrize("status", ["invited", "disabled"])
async def test_only_active_people_sign_in(database: Database, house: House, status: str) -> None:
    await database.run(None, lambda uow: uow.execute(update(User).values(status=status)))

    with pytest.raises(WrongCredentials):
        await sign_in(database, house)


async def test_guessing_from_one_place_does_not_lock_out_others(database: Database) -> None:
    with request_from("203.0.113.7"):
        for _ in range(TRIES_PER_PAIR):
            await count_sign_in(database, "olive@playhouse.example")
        with pytest.raises(TooManyRequests) as refused:
            await count_sign_in(database, "OLIVE@playhouse.example ")

    with request_from("198.51.100.1"):
        await count_sign_in(database, "olive@playhouse.example")

    assert int(refused.value.headers["retry-after"]) > 0
    assert refused.value.headers["ratelimit"].startswith('"attempts";r=0;t=')


async def test_guessing_from_many_places_ends_too(database: Database) -> None:
    for number in range(TRIES_PER_EMAIL):
        with request_from(f"198.51.100.{number}"):
            await count_sign_in(database, "olive@playhouse.example")

    with request_from("203.0.113.7"), pytest.raises(TooManyRequests):
        await count_sign_in(database, "olive@playhouse.example")


async def test_after_the_window_one_may_try_again(database: Database, clock: TravelClock) -> None:
    with request_from("203.0.113.7"):
        for _ in range(TRIES_PER_PAIR):
            await count_sign_in(database, "olive@playhouse.example")
        clock.travel(timedelta(minutes=5))
        await count_sign_in(database, "olive@playhouse.example")


@pytest.mark.parametrize("password", ["seven77", "x" * 1001, "PassWord123"])
def test_poor_passwords_are_refused(password: str) -> None:
    with pytest.raises(PoorPassword):
        check_password(password)


@pytest.mark.parametrize("password", ["eight888", "x" * 1000, "ein längerer Satz 🎭"])
def test_long_and_unusual_passwords_are_taken(password: str) -> None:
    check_password(password)


async def test_no_password_fits_where_there_is_none() -> None:
    assert not await is_password("nobody's password", None)
