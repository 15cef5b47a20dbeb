"""One-time links: to a new password, and to the first one of somebody invited."""

from datetime import timedelta
from uuid import UUID

import msgspec
from sqlalchemy import select, update

from houseful import audit
from houseful.accounts.facts import PasswordResetRequested
from houseful.accounts.models import PasswordReset, SignIn, User
from houseful.accounts.passwords import check_password, hash_password
from houseful.accounts.problems import ResetLinkInvalid
from houseful.accounts.rates import count_reset
from houseful.accounts.users import find_user, user_by_id
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.identity import GUEST
from houseful.kernel.ids import new_id
from houseful.kernel.secrets import new_token, token_hash
from houseful.kernel.tenancy import PLATFORM

TTL = timedelta(hours=2)
INVITATION_TTL = timedelta(days=14)


async def invite(uow: UnitOfWork, user: User) -> None:
    """Send a link to a first password; the unit of work is the inviting organisation's."""
    reset = await _new_reset(uow, user, INVITATION_TTL)
    await uow.announce(PasswordResetRequested(subject_id=reset.id))


class ResetMail(msgspec.Struct, frozen=True, kw_only=True):
    """Who is to get a link, and the token that it carries."""

    email: str
    name: str
    token: str
    is_invitation: bool


async def reset_mail(uow: UnitOfWork, reset_id: UUID) -> ResetMail | None:
    """Return what to mail, with a fresh token; None when the link was used or is over meanwhile.

    The token is made here, so that it never stands in a fact or a log.
    """
    reset = await uow.session.get(PasswordReset, reset_id, with_for_update=True)
    if reset is None or reset.used_at is not None or reset.expires_at <= uow.now:
        return None
    user = await user_by_id(uow, reset.user_id)
    assert user is not None
    token = new_token()
    reset.token_hash = token_hash(token)
    return ResetMail(
        email=user.email, name=user.name, token=token, is_invitation=user.status == "invited"
    )


async def ask_for_link(database: Database, email: str) -> None:
    """Send a link to a new password, if there is such an account; nobody learns whether there is.

    The mail is the platform's: a person may belong to many organisations, or to none. Raises the
    429 problem.
    """
    await count_reset(database, email)
    await database.run_as(GUEST, PLATFORM, request_reset, email)


async def request_reset(uow: UnitOfWork, email: str) -> None:
    """Make a link to a new password, and have it sent; nothing for an unknown address."""
    user = await find_user(uow, email)
    if user is not None and user.status != "disabled":
        reset = await _new_reset(uow, user, TTL)
        await uow.announce(PasswordResetRequested(subject_id=reset.id))


async def open_link(uow: UnitOfWork, token: str) -> User:
    """Return whose password a link's token may set. Raises `ResetLinkInvalid`."""
    return await _find_link(uow, token)


async def set_password(uow: UnitOfWork, token: str, password: str) -> User:
    """Set a new password with a link's token; every sign-in and every other link ends.

    Raises `PoorPassword` and `ResetLinkInvalid`.
    """
    check_password(password)
    user = await _find_link(uow, token, lock=True)
    await uow.execute(
        update(PasswordReset)
        .where(PasswordReset.user_id == user.id, PasswordReset.used_at.is_(None))
        .values(used_at=uow.now)
    )
    user.hashed_password = await hash_password(password)
    if user.status == "invited":
        user.status = "active"
    await audit.record(uow, "accounts.user.password_set", user)
    await uow.execute(
        update(SignIn)
        .where(SignIn.user_id == user.id, SignIn.revoked_at.is_(None))
        .values(revoked_at=uow.now)
    )
    await uow.flush()
    return user


async def _find_link(uow: UnitOfWork, token: str, *, lock: bool = False) -> User:
    statement = select(PasswordReset).where(PasswordReset.token_hash == token_hash(token))
    reset = await uow.first(statement.with_for_update() if lock else statement)
    if reset is None or reset.used_at is not None or reset.expires_at <= uow.now:
        raise ResetLinkInvalid
    user = await user_by_id(uow, reset.user_id)
    if user is None or user.status == "disabled":
        raise ResetLinkInvalid
    return user


async def _new_reset(uow: UnitOfWork, user: User, ttl: timedelta) -> PasswordReset:
    reset = PasswordReset(
        id=new_id(),
        user_id=user.id,
        token_hash=token_hash(new_token()),
        created_at=uow.now,
        expires_at=uow.now + ttl,
    )
    uow.add(reset)
    await uow.flush()
    await audit.record(uow, "accounts.password_reset.created", reset)
    return reset
