"""A retry is harmless: one key has one effect, however often and however many at once."""

import asyncio
import json
from random import Random
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from houseful.accounts.models import Role
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.forgetting import KEPT, forget_what_was_delivered
from houseful.kernel.idempotency import canonical
from tests.api import Api, problem_of
from tests.builders.accounts import House

USHER = {"name": "usher", "permissions": []}
CROWD = 50


async def _make_usher(client: httpx.AsyncClient, key: str, **changes: object) -> httpx.Response:
    return await client.post(
        "/api/v1/roles", json={**USHER, **changes}, headers={"idempotency-key": key}
    )


async def _ushers(database: Database, house: House) -> int:
    async def count(uow: UnitOfWork) -> int:
        return int(await uow.first(select(func.count()).where(Role.name == "usher")))

    return await database.run(house.organization_id, count)


async def test_of_fifty_identical_requests_at_once_one_acts(
    api: Api, database: Database, house: House
) -> None:
    owner = await api.as_("owner")

    answers = await asyncio.gather(*(_make_usher(owner, "once") for _ in range(CROWD)))

    made = [answer for answer in answers if answer.status_code == 201]
    rest = [answer for answer in answers if answer.status_code != 201]
    assert made
    assert len({answer.text for answer in made}) == 1
    assert {problem_of(one)["type"].rpartition(":")[2] for one in rest} <= {
        "request-in-progress",
        "unavailable",
    }
    assert all("retry-after" in one.headers for one in rest)
    assert await _ushers(database, house) == 1
    assert (await _make_usher(owner, "once")).text == made[0].text


async def test_a_key_that_comes_with_another_body_is_refused(
    api: Api, database: Database, house: House
) -> None:
    owner = await api.as_("owner")
    await _make_usher(owner, "once")

    other = await _make_usher(owner, "once", permissions=["events.events.read"])

    assert other.status_code == 422
    assert problem_of(other)["type"] == "urn:houseful:problem:idempotency-key-reused"
    assert await _ushers(database, house) == 1


async def test_the_same_request_in_other_words_is_the_same(
    api: Api, database: Database, house: House
) -> None:
    owner = await api.as_("owner")
    headers = {"idempotency-key": "once", "content-type": "application/json"}
    texts = [
        '{"name":"usher","permissions":[]}',
        '{ "permissions": [],\n  "name": "usher" }',
        '{"name": "ush\\u0065r", "permissions": []}',
    ]

    answers = [await owner.post("/api/v1/roles", content=text, headers=headers) for text in texts]

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert await _ushers(database, house) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.text(),
    lambda parts: st.lists(parts, max_size=4) | st.dictionaries(st.text(), parts, max_size=4),
    max_leaves=12,
)


@given(JSON, JSON, st.randoms(use_true_random=False))
def test_only_what_says_the_same_has_the_same_fingerprint(
    one: Any, other: Any, random: Random
) -> None:
    first = canonical(json.dumps(one).encode())

    assert canonical(json.dumps(_shuffled(one, random), indent=2).encode()) == first
    assert (canonical(json.dumps(other).encode()) == first) == (
        repr(_sorted(one)) == repr(_sorted(other))
    )


@pytest.mark.parametrize("body", [b"", b"name=usher", b"{", b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_taken_as_it_is(body: bytes) -> None:
    assert canonical(body) == body


def _shuffled(value: Any, random: Random) -> Any:
    if isinstance(value, list):
        return [_shuffled(part, random) for part in value]
    if isinstance(value, dict):
        names = list(value)
        random.shuffle(names)
        return {name: _shuffled(value[name], random) for name in names}
    return value


def _sorted(value: Any) -> Any:
    if isinstance(value, list):
        return [_sorted(part) for part in value]
    if isinstance(value, dict):
        return [(name, _sorted(value[name])) for name in sorted(value)], "object"
    return value


async def test_a_request_that_failed_may_be_repeated_with_its_key(
    api: Api, database: Database, house: House
) -> None:
    owner = await api.as_("owner")
    refused = await _make_usher(owner, "again", permissions=["no.such.thing"])
    assert refused.status_code == 422

    assert (await _make_usher(owner, "again")).status_code == 201
    assert await _ushers(database, house) == 1


async def test_two_people_may_use_the_same_key(api: Api) -> None:
    owner, admin = await api.as_("owner"), await api.as_("admin")

    first = await _make_usher(owner, "mine")
    second = await _make_usher(admin, "mine", name="steward")

    assert (first.status_code, second.status_code) == (201, 201)


@pytest.mark.parametrize("key", ["", "k" * 256])
async def test_a_key_of_no_sensible_length_is_refused(api: Api, key: str) -> None:
    answer = await _make_usher(await api.as_("owner"), key)

    assert answer.status_code == 400


async def test_an_answer_is_remembered_for_a_week(
    api: Api, database: Database, clock: TravelClock
) -> None:
    owner = await api.as_("owner")
    first = await _make_usher(owner, "once")

    clock.travel(KEPT["idempotency_keys"] * 0.9)
    await forget_what_was_delivered(database)
    again = await _make_usher(await api.as_("owner"), "once")
    clock.travel(KEPT["idempotency_keys"] * 0.2)
    await forget_what_was_delivered(database)
    much_later = await _make_usher(await api.as_("owner"), "once")

    assert again.text == first.text
    assert much_later.status_code == 409, "it is forgotten; the name itself is taken"
