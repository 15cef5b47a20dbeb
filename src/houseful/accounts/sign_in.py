"""Signing in with a password, and staying signed in with rotating refresh tokens.

Every refresh gives a new token and retires the old one. Who comes with a retired token is either a
client whose answer was lost (within seconds: it gets the same successor) or a thief: the sign-in
is over for both.
"""

from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, select, update

from houseful import audit
from houseful.accounts.models import SignIn, User
from houseful.accounts.passwords import is_password
from houseful.accounts.problems import SignInExpired, WrongCredentials
from houseful.accounts.refresh_tokens import RefreshTokens
from houseful.accounts.users import find_user
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.secrets import is_same, token_hash

GRACE = timedelta(seconds=10)


class Proven(msgspec.Struct, frozen=True):
    """A person whose password was right a moment ago."""

    user_id: UUID
    hashed_password: str


class Refreshed(msgspec.Struct, frozen=True):
    """A sign-in and its present refresh token; `is_revoked` when reuse was found."""

    user_id: UUID
    sign_in_id: UUID
    refresh_token: str
    is_revoked: bool = False


async def prove_password(database: Database, email: str, password: str) -> Proven:
    """Return the person; raises `WrongCredentials`, after the same time for unknown addresses.

    No transaction is open while the password is hashed: that takes long, on purpose.
    """
    user: User | None = await database.run(None, find_user, email)
    hashed = user.hashed_password if user is not None else None
    is_right = await is_password(password, hashed)
    if user is None or hashed is None or not is_right:
        raise WrongCredentials
    return Proven(user.id, hashed)


async def admit(uow: UnitOfWork, proven: Proven) -> UUID:
    """Note the sign-in and return the person's id.

    Raises `WrongCredentials` when the account was closed, or has another password meanwhile.
    """
    admitted = await uow.first(
        update(User)
        .where(
            User.id == proven.user_id,
            User.hashed_password == proven.hashed_password,
            User.status == "active",
        )
        .values(last_login_at=uow.now)
        .returning(User.id)
    )
    if admitted is None:
        raise WrongCredentials
    return admitted


async def start_sign_in(
    uow: UnitOfWork, user_id: UUID, *, tokens: RefreshTokens, ttl_seconds: int
) -> Refreshed:
    """Open a family of refresh tokens."""
    sign_in_id = new_id()
    token = tokens.issue(sign_in_id)
    uow.add(
        SignIn(
            id=sign_in_id,
            user_id=user_id,
            kind="refresh",
            token_hash=token_hash(token),
            created_at=uow.now,
            expires_at=uow.now + timedelta(seconds=ttl_seconds),
        )
    )
    await uow.flush()
    return Refreshed(user_id, sign_in_id, token)


async def refresh_sign_in(
    uow: UnitOfWork, token: str, *, tokens: RefreshTokens, ttl_seconds: int
) -> Refreshed:
    """Rotate a refresh token. Raises `SignInExpired`; tells reuse, which ends the sign-in."""
    sign_in = await _lock_sign_in(uow, token, tokens)
    if sign_in is None or sign_in.revoked_at is not None or sign_in.expires_at <= uow.now:
        raise SignInExpired
    given = token_hash(token)
    if not is_same(sign_in.token_hash, given):
        return await _answer_reuse(uow, sign_in, given, tokens)
    successor = tokens.issue(sign_in.id)
    sign_in.previous_hash = given
    sign_in.token_hash = token_hash(successor)
    sign_in.successor_sealed = tokens.seal(successor, sign_in.id)
    sign_in.rotated_at = uow.now
    sign_in.expires_at = uow.now + timedelta(seconds=ttl_seconds)
    await uow.flush()
    return Refreshed(sign_in.user_id, sign_in.id, successor)


async def end_sign_in(uow: UnitOfWork, token: str, *, tokens: RefreshTokens) -> None:
    """End the sign-in of a refresh token; an unknown one is as good as ended."""
    sign_in = await _lock_sign_in(uow, token, tokens)
    if sign_in is not None and sign_in.revoked_at is None:
        sign_in.revoked_at = uow.now


async def user_of_sign_in(uow: UnitOfWork, sign_in_id: UUID, user_id: UUID) -> User | None:
    """Return the person of a sign-in that still stands, or None."""
    return await uow.first(
        select(User).join(SignIn, SignIn.user_id == User.id).where(*stands(sign_in_id, user_id))
    )


def stands(sign_in_id: UUID, user_id: UUID) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions, on `SignIn` and `User`, under which an access token still holds."""
    return (
        SignIn.id == sign_in_id,
        SignIn.revoked_at.is_(None),
        User.id == user_id,
        User.status == "active",
    )


async def _lock_sign_in(uow: UnitOfWork, token: str, tokens: RefreshTokens) -> SignIn | None:
    sign_in_id = tokens.sign_in_of(token)
    if sign_in_id is None:
        return None
    return await uow.session.get(SignIn, sign_in_id, with_for_update=True)


async def _answer_reuse(
    uow: UnitOfWork, sign_in: SignIn, given: bytes, tokens: RefreshTokens
) -> Refreshed:
    is_lost_answer = (
        sign_in.rotated_at is not None
        and uow.now - sign_in.rotated_at <= GRACE
        and is_same(sign_in.previous_hash or b"", given)
    )
    if is_lost_answer and sign_in.successor_sealed is not None:
        successor = tokens.open(sign_in.successor_sealed, sign_in.id)
        return Refreshed(sign_in.user_id, sign_in.id, successor)
    sign_in.revoked_at = uow.now
    await audit.record(uow, "accounts.sign_in.reused", sign_in)
    return Refreshed(sign_in.user_id, sign_in.id, "", is_revoked=True)
