"""The issuer's key pairs: the private half is sealed, and a new pair is made before one is old."""

from datetime import timedelta

import msgspec
import structlog
from joserfc.jwk import ECKey
from sqlalchemy import or_, select

from houseful import audit
from houseful.accounts.models import SigningKey
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.secrets import SealBroken, derive_key, open_sealed, seal

CURVE = "P-256"
KEY_LIFETIME = timedelta(days=90)
RETIRED_KEYS_VERIFY = timedelta(days=1)

log = structlog.get_logger(__name__)


class SigningKeys:
    """Keeps key pairs in the database, sealed with a key of the application's secret."""

    def __init__(self, secret: str) -> None:
        self._sealing_key = derive_key(secret, "signing keys")

    async def load(self, uow: UnitOfWork) -> dict[str, ECKey]:
        """Return the keys that verify, by id; the first one signs. It is made when it is time."""
        rows = await self._read(uow)
        if not self._has_current(uow, rows):
            await _lock(uow)
            rows = await self._read(uow)
            if not self._has_current(uow, rows):
                await self._make(uow)
                rows = await self._read(uow)
        opened = [(str(row.id), self._open(row)) for row in rows]
        return {key_id: key for key_id, key in opened if key is not None}

    async def rotate(self, uow: UnitOfWork) -> None:
        """Make a new pair; it signs from now on."""
        await _lock(uow)
        await self._make(uow)

    def _has_current(self, uow: UnitOfWork, rows: list[SigningKey]) -> bool:
        if not rows or rows[0].retired_at is not None:
            return False
        is_old = rows[0].created_at <= uow.now - KEY_LIFETIME
        return not is_old and self._open(rows[0]) is not None

    async def _read(self, uow: UnitOfWork) -> list[SigningKey]:
        is_useful = or_(
            SigningKey.retired_at.is_(None),
            SigningKey.retired_at > uow.now - RETIRED_KEYS_VERIFY,
        )
        return list(
            await uow.all(select(SigningKey).where(is_useful).order_by(SigningKey.id.desc()))
        )

    async def _make(self, uow: UnitOfWork) -> None:
        for row in await uow.all(select(SigningKey).where(SigningKey.retired_at.is_(None))):
            row.retired_at = uow.now
        key = ECKey.generate_key(CURVE)
        key_id = new_id()
        private = msgspec.json.encode(key.as_dict(private=True))
        made = SigningKey(
            id=key_id,
            private_sealed=seal(private, key=self._sealing_key, context=key_id.bytes),
            public_jwk=dict(key.as_dict(private=False)),
            created_at=uow.now,
        )
        uow.add(made)
        await uow.flush()
        await audit.record(uow, "accounts.signing_key.created", made)

    def _open(self, row: SigningKey) -> ECKey | None:
        """Return the key pair, or None when the application has another secret since."""
        try:
            private = open_sealed(row.private_sealed, key=self._sealing_key, context=row.id.bytes)
        except SealBroken:
            log.warning("signing_key_not_ours", key=str(row.id))
            return None
        return ECKey.import_key(msgspec.json.decode(private))


async def _lock(uow: UnitOfWork) -> None:
    await uow.execute("SELECT pg_advisory_xact_lock(hashtextextended('signing keys', 0))")
