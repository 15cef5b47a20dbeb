"""Signing in with a password, and staying signed in with rotating refresh tokens.

Every refresh gives a new token and retires the old one. Who comes with a retired token is either a
client whose answer was lost (within seconds: it gets the same successor) or a thief: the whole
family is revoked.
"""

from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import or_, select

from houseful.accounts.models import SignIn, User
from houseful.accounts.passwords import is_password
from houseful.accounts.problems import SignInExpired, WrongCredentials
from houseful.accounts.users import find_user
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.secrets import is_same, new_token, open_sealed, seal, token_hash

GRACE = timedelta(seconds=10)


class Refreshed(msgspec.Struct, frozen=True):
    """A sign-in and its present refresh token; `is_revoked` when reuse was found."""

    user_id: UUID
    sign_in_id: UUID
    refresh_token: str
    is_revoked: bool = False


async def prove_password(uow: UnitOfWork, email: str, password: str) -> User:
    """Return the person; raises `WrongCredentials`, after the same time for unknown addresses."""
    user = await find_user(uow, email)
    is_right = await is_password(password, user.hashed_password if user else None)
    if user is None or not is_right or user.status != "active":
        raise WrongCredentials
    user.last_login_at = uow.now
    await uow.flush()
    return user


async def start_sign_in(uow: UnitOfWork, user_id: UUID, *, ttl_seconds: int) -> Refreshed:
    """Open a family of refresh tokens."""
    token = new_token()
    sign_in = SignIn(
        id=new_id(),
        user_id=user_id,
        kind="refresh",
        token_hash=token_hash(token),
        created_at=uow.now,
        expires_at=uow.now + timedelta(seconds=ttl_seconds),
    )
    uow.add(sign_in)
    await uow.flush()
    return Refreshed(user_id, sign_in.id, token)


async def refresh_sign_in(
    uow: UnitOfWork, token: str, *, sealing_key: bytes, ttl_seconds: int
) -> Refreshed:
    """Rotate a refresh token. Raises `SignInExpired`; tells reuse, which revokes the family."""
    given = token_hash(token)
    sign_in = await uow.first(
        select(SignIn)
        .where(
            SignIn.kind == "refresh",
            or_(SignIn.token_hash == given, SignIn.previous_hash == given),
        )
        .with_for_update()
    )
    if sign_in is None or sign_in.revoked_at is not None or sign_in.expires_at <= uow.now:
        raise SignInExpired
    if not is_same(sign_in.token_hash, given):
        return _answer_reuse(uow, sign_in, sealing_key)
    successor = new_token()
    sign_in.previous_hash = given
    sign_in.token_hash = token_hash(successor)
    sign_in.successor_sealed = seal(successor.encode(), key=sealing_key, context=sign_in.id.bytes)
    sign_in.rotated_at = uow.now
    sign_in.expires_at = uow.now + timedelta(seconds=ttl_seconds)
    await uow.flush()
    return Refreshed(sign_in.user_id, sign_in.id, successor)


async def end_sign_in(uow: UnitOfWork, token: str) -> None:
    """Revoke the family of a refresh token; an unknown one is as good as ended."""
    given = token_hash(token)
    sign_in = await uow.first(
        select(SignIn)
        .where(or_(SignIn.token_hash == given, SignIn.previous_hash == given))
        .with_for_update()
    )
    if sign_in is not None and sign_in.revoked_at is None:
        sign_in.revoked_at = uow.now


async def is_signed_in(uow: UnitOfWork, sign_in_id: UUID) -> User | None:
    """Return the person of a sign-in that still stands, or None."""
    return await uow.first(
        select(User)
        .join(SignIn, SignIn.user_id == User.id)
        .where(SignIn.id == sign_in_id, SignIn.revoked_at.is_(None), User.status == "active")
    )


def _answer_reuse(uow: UnitOfWork, sign_in: SignIn, sealing_key: bytes) -> Refreshed:
    is_lost_answer = sign_in.rotated_at is not None and uow.now - sign_in.rotated_at <= GRACE
    if is_lost_answer and sign_in.successor_sealed is not None:
        successor = open_sealed(sign_in.successor_sealed, key=sealing_key, context=sign_in.id.bytes)
        return Refreshed(sign_in.user_id, sign_in.id, successor.decode())
    sign_in.revoked_at = uow.now
    return Refreshed(sign_in.user_id, sign_in.id, "", is_revoked=True)
