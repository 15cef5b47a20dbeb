"""Access tokens: short-lived JWTs that we sign, and publish the keys of (RFC 8725).

One algorithm. `kid` only looks a key up; `typ`, `iss`, `aud` and `exp` are checked.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from sqlalchemy import select

from houseful.accounts.models import SigningKey
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.secrets import derive_key, open_sealed, seal

ALGORITHM = "ES256"
TYPE = "at+jwt"
AUDIENCE = "houseful"
RETIRED_KEYS_LIVE = timedelta(days=1)
KEYS_FRESH = timedelta(minutes=5)


class Claims(msgspec.Struct, frozen=True):
    """What a valid access token says."""

    user_id: UUID
    sign_in_id: UUID


class TokenIssuer:
    """Signs and reads access tokens; keeps the keys at hand for some minutes."""

    def __init__(self, database: Database, *, secret: str, issuer: str, ttl_seconds: int) -> None:
        self._database = database
        self._sealing_key = derive_key(secret, "signing keys")
        self._issuer = issuer
        self.ttl_seconds = ttl_seconds
        self._keys: dict[str, ECKey] = {}
        self._current: str = ""
        self._loaded_at: datetime | None = None

    async def sign(self, user_id: UUID, sign_in_id: UUID, now: datetime) -> str:
        """Return an access token for the person, valid for `ttl_seconds`."""
        await self._refresh(now)
        claims = {
            "iss": self._issuer,
            "aud": AUDIENCE,
            "sub": str(user_id),
            "sid": str(sign_in_id),
            "iat": int(now.timestamp()),
            "exp": int(now.timestamp()) + self.ttl_seconds,
            "jti": str(new_id()),
        }
        header = {"alg": ALGORITHM, "typ": TYPE, "kid": self._current}
        return jwt.encode(header, claims, self._keys[self._current], algorithms=[ALGORITHM])

    async def read(self, token: str) -> Claims | None:
        """Return the claims of a valid token, or None."""
        now = self._database.clock.now()
        await self._refresh(now)
        try:
            decoded = jwt.decode(token, self._key_for, algorithms=[ALGORITHM])
            if decoded.header.get("typ") != TYPE:
                return None
            claims: dict[str, Any] = decoded.claims
            if claims["iss"] != self._issuer or claims["aud"] != AUDIENCE:
                return None
            if int(claims["exp"]) <= now.timestamp():
                return None
            return Claims(UUID(claims["sub"]), UUID(claims["sid"]))
        except (JoseError, KeyError, ValueError, TypeError):
            return None

    async def jwks(self) -> dict[str, Any]:
        """Return the public keys, as `/.well-known/jwks.json` gives them."""
        await self._refresh(self._database.clock.now())
        return {
            "keys": [
                {**key.as_dict(private=False), "kid": kid, "alg": ALGORITHM, "use": "sig"}
                for kid, key in self._keys.items()
            ]
        }

    async def rotate(self) -> None:
        """Sign with a new key from now on; the old ones verify for another day."""
        await self._database.run(None, self._new_key)
        self._loaded_at = None

    def _key_for(self, token: Any) -> ECKey:
        return self._keys[str(token.headers().get("kid", ""))]

    async def _refresh(self, now: datetime) -> None:
        if self._loaded_at is None or abs(now - self._loaded_at) > KEYS_FRESH:
            self._keys = await self._database.run(None, self._load)
            self._current = next(iter(self._keys))
            self._loaded_at = now

    async def _load(self, uow: UnitOfWork) -> dict[str, ECKey]:
        """Return the keys that verify, newest first; makes the first one."""
        newest_first = (
            select(SigningKey)
            .where(
                SigningKey.retired_at.is_(None)
                | (SigningKey.retired_at > uow.now - RETIRED_KEYS_LIVE)
            )
            .order_by(SigningKey.id.desc())
        )
        rows = await uow.all(newest_first)
        if not rows:
            await self._new_key(uow)
            rows = await uow.all(newest_first)
        return {str(row.id): self._open(row) for row in rows}

    async def _new_key(self, uow: UnitOfWork) -> None:
        await uow.execute("SELECT pg_advisory_xact_lock(hashtext('signing_keys'))")
        for row in await uow.all(select(SigningKey).where(SigningKey.retired_at.is_(None))):
            row.retired_at = uow.now
        key = ECKey.generate_key("P-256")
        key_id = new_id()
        private = msgspec.json.encode(key.as_dict(private=True))
        uow.add(
            SigningKey(
                id=key_id,
                private_sealed=seal(private, key=self._sealing_key, context=key_id.bytes),
                public_jwk=dict(key.as_dict(private=False)),
                created_at=uow.now,
            )
        )
        await uow.flush()

    def _open(self, row: SigningKey) -> ECKey:
        private = open_sealed(row.private_sealed, key=self._sealing_key, context=row.id.bytes)
        return ECKey.import_key(msgspec.json.decode(private))
