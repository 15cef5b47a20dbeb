"""Sign-ins of the pages: a cookie's token, stored by its hash, that lives while it is used."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful.accounts.models import SignIn, User
from houseful.kernel.database import UnitOfWork
from houseful.kernel.identity import Actor, Identity
from houseful.kernel.ids import new_id
from houseful.kernel.secrets import new_token, token_hash

TTL = timedelta(days=7)
RENEW_AFTER = timedelta(hours=12)


async def start_page_sign_in(uow: UnitOfWork, user_id: UUID) -> str:
    """Return the token for the cookie of somebody who has proven who they are."""
    token = new_token()
    uow.add(
        SignIn(
            id=new_id(),
            user_id=user_id,
            kind="page",
            token_hash=token_hash(token),
            created_at=uow.now,
            expires_at=uow.now + TTL,
        )
    )
    await uow.flush()
    return token


async def find_page_sign_in(uow: UnitOfWork, token: str) -> Identity | None:
    """Return who a cookie's token stands for, or None; use keeps it alive."""
    found = await uow.execute(
        select(SignIn, User)
        .join(User, SignIn.user_id == User.id)
        .where(
            SignIn.token_hash == token_hash(token),
            SignIn.kind == "page",
            SignIn.revoked_at.is_(None),
            SignIn.expires_at > uow.now,
            User.status == "active",
        )
    )
    row: Any = found.first()
    if row is None:
        return None
    sign_in, user = row
    if sign_in.expires_at - uow.now < TTL - RENEW_AFTER:
        sign_in.expires_at = uow.now + TTL
    return identity_of(user)


async def end_page_sign_in(uow: UnitOfWork, token: str) -> None:
    """End the sign-in of a cookie's token."""
    sign_in = await uow.first(select(SignIn).where(SignIn.token_hash == token_hash(token)))
    if sign_in is not None:
        sign_in.revoked_at = uow.now


def identity_of(user: User) -> Identity:
    """Return the identity that an account proves."""
    return Identity(
        actor=Actor("user", user.id),
        name=user.name,
        email=user.email,
        is_platform_admin=user.is_platform_admin,
        is_platform_staff=user.is_platform_staff,
    )
