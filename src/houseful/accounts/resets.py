"""One-time links: to a new password, and to the first one of somebody invited."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update

from houseful import audit
from houseful.accounts.facts import PasswordResetRequested
from houseful.accounts.models import PasswordReset, SignIn, User
from houseful.accounts.passwords import check_password, hash_password
from houseful.accounts.problems import ResetLinkInvalid
from houseful.accounts.users import find_user, user_by_id
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.kernel.secrets import new_token, token_hash

TTL = timedelta(hours=2)
INVITATION_TTL = timedelta(days=14)


async def invite(uow: UnitOfWork, user: User) -> None:
    """Send a link to a first password; the unit of work is the inviting organisation's."""
    reset = await _new_reset(uow, user, INVITATION_TTL)
    await uow.announce(PasswordResetRequested(subject_id=reset.id))


async def reset_mail(uow: UnitOfWork, reset_id: UUID) -> tuple[str, str, str] | None:
    """Return the address, the name and a fresh token to mail, or None when it was used meanwhile.

    The token is made here, so that it never stands in a fact or a log.
    """
    reset = await uow.session.get(PasswordReset, reset_id, with_for_update=True)
    if reset is None or reset.used_at is not None:
        return None
    user = await user_by_id(uow, reset.user_id)
    assert user is not None
    token = new_token()
    reset.token_hash = token_hash(token)
    return user.email, user.name, token


async def request_reset(uow: UnitOfWork, email: str) -> None:
    """Send a link to a new password; the unit of work is of an organisation they belong to."""
    user = await find_user(uow, email)
    if user is not None and user.status != "disabled":
        reset = await _new_reset(uow, user, TTL)
        await uow.announce(PasswordResetRequested(subject_id=reset.id))


async def set_password(uow: UnitOfWork, token: str, password: str) -> User:
    """Set a new password with a link's token, and end every sign-in. Raises `ResetLinkInvalid`."""
    check_password(password)
    reset = await uow.first(
        select(PasswordReset).where(PasswordReset.token_hash == token_hash(token)).with_for_update()
    )
    if reset is None or reset.used_at is not None or reset.expires_at <= uow.now:
        raise ResetLinkInvalid
    user = await user_by_id(uow, reset.user_id)
    assert user is not None
    reset.used_at = uow.now
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
