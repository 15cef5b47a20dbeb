"""Access tokens: short-lived JWTs that we sign, and publish the keys of (RFC 8725).

One algorithm. `kid` only looks a key up; `typ`, `iss`, `aud` and `exp` are checked.
"""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from houseful.accounts.signing_keys import SigningKeys
from houseful.kernel.database import Database
from houseful.kernel.identity import Actor
from houseful.kernel.ids import new_id

ALGORITHM = "ES256"
TYPE = "at+jwt"
AUDIENCE = "houseful"
KEYS_FRESH = timedelta(minutes=5)
UNKNOWN_KEY_PAUSE = timedelta(seconds=10)
"""Another process may have made a new key; who invents key ids makes us look this often."""


class Claims(msgspec.Struct, frozen=True):
    """What a valid access token says."""

    user_id: UUID
    sign_in_id: UUID


class UnknownKey(Exception):
    """The token names a key that we do not have at hand."""


class TokenIssuer:
    """Signs and reads access tokens; keeps the keys at hand for some minutes."""

    def __init__(self, database: Database, *, secret: str, issuer: str, ttl_seconds: int) -> None:
        self._database = database
        self._stored = SigningKeys(secret)
        self._issuer = issuer
        self.ttl_seconds = ttl_seconds
        self._keys: dict[str, ECKey] = {}
        self._loaded_at: datetime | None = None
        self._loading = asyncio.Lock()

    async def sign(self, user_id: UUID, sign_in_id: UUID) -> str:
        """Return an access token for the person, valid for `ttl_seconds`."""
        now = self._database.clock.now()
        await self._load(now, KEYS_FRESH)
        key_id, key = next(iter(self._keys.items()))
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "sid": str(sign_in_id),
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + self.ttl_seconds,
            "jti": str(new_id()),
        }
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": key_id}
        return jwt.encode(header, claims, key, algorithms=[ALGORITHM])

    async def read(self, token: str) -> Claims | None:
        """Return the claims of a valid token, or None."""
        now = self._database.clock.now()
        for max_age in (KEYS_FRESH, UNKNOWN_KEY_PAUSE):
            await self._load(now, max_age)
            try:
                return self._decode(token, now)
            except UnknownKey:
                continue
        return None

    async def jwks(self) -> dict[str, Any]:
        """Return the public keys, as `/.well-known/jwks.json` gives them."""
        await self._load(self._database.clock.now(), KEYS_FRESH)
        return {
            "keys": [
                {**key.as_dict(private=False), "kid": key_id, "alg": ALGORITHM, "use": "sig"}
                for key_id, key in self._keys.items()
            ]
        }

    async def rotate(self, actor: Actor) -> None:
        """Sign with a new key from now on; the old ones verify for another day."""
        await self._database.run_as(actor, None, self._stored.rotate)
        self._loaded_at = None

    def _decode(self, token: str, now: datetime) -> Claims | None:
        try:
            decoded = jwt.decode(token, self._key_for, algorithms=[ALGORITHM])
            claims: dict[str, Any] = decoded.claims
            is_ours = (
                decoded.header.get("typ") == TYPE
                and claims["iss"] == self._issuer
                and claims["aud"] == AUDIENCE
                and int(claims["exp"]) > now.timestamp()
            )
            return Claims(UUID(claims["sub"]), UUID(claims["sid"])) if is_ours else None
        except (JoseError, KeyError, ValueError, TypeError, AttributeError):
            return None

    def _key_for(self, token: Any) -> ECKey:
        key = self._keys.get(str(token.headers().get("kid", "")))
        if key is None:
            raise UnknownKey
        return key

    async def _load(self, now: datetime, max_age: timedelta) -> None:
        """Read the keys, unless that was done less than `max_age` ago."""
        if self._is_younger(now, max_age):
            return
        async with self._loading:
            if not self._is_younger(now, max_age):
                self._keys = await self._database.run(None, self._stored.load)
                self._loaded_at = now

    def _is_younger(self, now: datetime, max_age: timedelta) -> bool:
        return self._loaded_at is not None and abs(now - self._loaded_at) < max_age
