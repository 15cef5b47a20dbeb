"""People: global, one account each."""

import re
from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from houseful import audit
from houseful.accounts.models import User
from houseful.accounts.passwords import check_password, hash_password
from houseful.accounts.problems import EmailTaken
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Invalid

EMAIL_PATTERN = r"^[^@\s\x00]{1,64}@[^@\s\x00]{1,190}$"
NAME_MAX_CHARACTERS = 120


async def create_user(
    uow: UnitOfWork,
    *,
    email: str,
    name: str,
    password: str | None,
    is_platform_admin: bool = False,
) -> User:
    """Create an account; without a password the person is invited, and cannot sign in yet.

    Raises `EmailTaken`, `PoorPassword` and `Invalid`.
    """
    check_person(email=email, name=name)
    if password is not None:
        check_password(password)
    user = User(
        email=email.strip(),
        name=name.strip(),
        hashed_password=await hash_password(password) if password is not None else None,
        status="active" if password is not None else "invited",
        is_platform_admin=is_platform_admin,
    )
    try:
        async with uow.session.begin_nested():
            uow.add(user)
    except IntegrityError as error:
        raise EmailTaken from error
    await audit.record(uow, "accounts.user.created", user)
    return user


def check_person(*, email: str, name: str) -> None:
    """Raise `Invalid` unless this can be an e-mail address, and there is a name."""
    if not re.match(EMAIL_PATTERN, email.strip()):
        raise Invalid.at("/email", "This is not an e-mail address.")
    if not 1 <= len(name.strip()) <= NAME_MAX_CHARACTERS or "\0" in name:
        raise Invalid.at("/name", f"A name has 1 to {NAME_MAX_CHARACTERS} characters.")


async def find_user(uow: UnitOfWork, email: str) -> User | None:
    """Return the account with this e-mail address, in whatever case."""
    return await uow.first(select(User).where(User.email == email.strip()))


async def user_by_id(uow: UnitOfWork, user_id: UUID) -> User | None:
    """Return the account, or None."""
    return await uow.session.get(User, user_id)


async def user_names(uow: UnitOfWork, user_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of those of the accounts that there are."""
    if not user_ids:
        return {}
    rows: Any = await uow.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return dict(rows.all())
