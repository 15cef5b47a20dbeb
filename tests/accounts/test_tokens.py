"""Access tokens: what is signed, what is believed."""

import base64
import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from sqlalchemy import select

from houseful.accounts.models import SigningKey
from houseful.accounts.signing_keys import KEY_LIFETIME, SigningKeys
from houseful.accounts.tokens import Claims, TokenIssuer
from houseful.kernel.clock import TravelClock
from houseful.kernel.database import Database
from houseful.kernel.identity import SYSTEM
from houseful.kernel.ids import new_id

SECRET = "tests-" * 8
ISSUER = "https://houseful.example"
USER, SIGN_IN = new_id(), new_id()


def an_issuer(database: Database, secret: str = SECRET, issuer: str = ISSUER) -> TokenIssuer:
    return TokenIssuer(database, secret=secret, issuer=issuer, ttl_seconds=900)


def parts_of(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    header, claims = (
        json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]
    )
    return header, claims


def unsigned(header: dict[str, Any], claims: dict[str, Any]) -> str:
    encoded = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")
        for part in (header, claims)
    )
    return ".".join(encoded) + "."


async def the_key(database: Database) -> tuple[str, ECKey]:
    keys = await database.run(None, SigningKeys(SECRET).load)
    return next(iter(keys.items()))


async def test_what_is_signed_is_read(database: Database) -> None:
    token = await an_issuer(database).sign(USER, SIGN_IN)

    assert await an_issuer(database).read(token) == Claims(USER, SIGN_IN)


async def test_a_token_expires(database: Database, clock: TravelClock) -> None:
    issuer = an_issuer(database)
    token = await issuer.sign(USER, SIGN_IN)

    clock.travel(timedelta(seconds=901))

    assert await issuer.read(token) is None


@pytest.mark.parametrize(
    ("part", "name", "value"),
    [
        ("header", "typ", "JWT"),
        ("claims", "iss", "https://elsewhere.example"),
        ("claims", "aud", "another"),
        ("claims", "exp", 0),
        ("claims", "exp", "soon"),
        ("claims", "sub", "nobody"),
        ("claims", "sid", None),
    ],
)
async def test_a_token_of_ours_for_something_else_is_refused(
    database: Database, part: str, name: str, value: Any
) -> None:
    issuer = an_issuer(database)
    header, claims = parts_of(await issuer.sign(USER, SIGN_IN))
    _, key = await the_key(database)

    (header if part == "header" else claims)[name] = value

    assert await issuer.read(jwt.encode(header, claims, key, algorithms=["ES256"])) is None


async def test_no_other_algorithm_is_believed(database: Database) -> None:
    issuer = an_issuer(database)
    header, claims = parts_of(await issuer.sign(USER, SIGN_IN))
    _, key = await the_key(database)
    public = OctKey.import_key(json.dumps(key.as_dict(private=False)))

    without = unsigned({**header, "alg": "none"}, claims)
    confused = jwt.encode({**header, "alg": "HS256"}, claims, public, algorithms=["HS256"])

    assert await issuer.read(without) is None
    assert await issuer.read(confused) is None


async def test_a_key_that_the_token_brings_along_is_ignored(database: Database) -> None:
    issuer = an_issuer(database)
    header, claims = parts_of(await issuer.sign(USER, SIGN_IN))
    theirs = ECKey.generate_key("P-256")

    forged = {**header, "jwk": theirs.as_dict(private=False)}
    unknown = {**header, "kid": str(new_id())}

    for head in (forged, unknown):
        token = jwt.encode(head, claims, theirs, algorithms=["ES256"])
        assert await issuer.read(token) is None


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "..", "ä.ö.ü", "e30.e30.e30", "\0"])
async def test_rubbish_is_refused(database: Database, token: str) -> None:
    assert await an_issuer(database).read(token) is None


async def test_after_rotation_old_tokens_hold_and_new_ones_have_a_new_key(
    database: Database,
) -> None:
    issuer = an_issuer(database)
    old = await issuer.sign(USER, SIGN_IN)

    await issuer.rotate(SYSTEM)
    new = await issuer.sign(USER, SIGN_IN)

    assert parts_of(old)[0]["kid"] != parts_of(new)[0]["kid"]
    assert await issuer.read(old) == await issuer.read(new) == Claims(USER, SIGN_IN)
    assert len((await issuer.jwks())["keys"]) == 2


async def test_another_process_knows_a_new_key_soon(database: Database, clock: TravelClock) -> None:
    one, other = an_issuer(database), an_issuer(database)
    await other.jwks()
    await one.rotate(SYSTEM)
    token = await one.sign(USER, SIGN_IN)

    clock.travel(timedelta(seconds=11))

    assert await other.read(token) == Claims(USER, SIGN_IN)


async def test_a_retired_key_is_forgotten_after_a_day(
    database: Database, clock: TravelClock
) -> None:
    issuer = an_issuer(database)
    await issuer.jwks()
    await issuer.rotate(SYSTEM)

    clock.travel(timedelta(days=1, minutes=1))

    assert len((await issuer.jwks())["keys"]) == 1


async def test_a_key_does_not_grow_old(database: Database, clock: TravelClock) -> None:
    issuer = an_issuer(database)
    before = (await issuer.jwks())["keys"][0]["kid"]

    clock.travel(KEY_LIFETIME + timedelta(minutes=1))

    keys = (await issuer.jwks())["keys"]
    assert keys[0]["kid"] != before
    assert [key["kid"] for key in keys[1:]] == [before]


async def test_keys_of_another_secret_are_left_alone(database: Database) -> None:
    token = await an_issuer(database).sign(USER, SIGN_IN)

    other = an_issuer(database, secret="another secret")

    assert await other.read(token) is None
    assert await other.read(await other.sign(USER, SIGN_IN)) == Claims(USER, SIGN_IN)


async def test_private_keys_are_sealed(database: Database) -> None:
    _, key = await the_key(database)

    row = (await database.run(None, lambda uow: uow.all(select(SigningKey))))[0]

    assert "d" not in row.public_jwk
    assert str(key.as_dict(private=True)["d"]).encode() not in row.private_sealed
    assert isinstance(row.id, UUID)
