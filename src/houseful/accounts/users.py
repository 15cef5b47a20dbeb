"""People: global, one account each."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from houseful.accounts.models import User
from houseful.accounts.passwords import check_password, hash_password
from houseful.accounts.problems import EmailTaken
from houseful.kernel.database import UnitOfWork


async def create_user(uow: UnitOfWork, *, email: str, name: str, password: str | None) -> User:
    """Create an account; without a password the person is invited, and cannot sign in yet.

    Raises `EmailTaken` and `PoorPassword`.
    """
    if password is not None:
        check_password(password)
    user = User(
        email=email.strip(),
        name=name.strip(),
        hashed_password=await hash_password(password) if password is not None else None,
        status="active" if password is not None else "invited",
    )
    try:
        async with uow.session.begin_nested():
            uow.add(user)
    except IntegrityError as error:
        raise EmailTaken from error
    return user


async def find_user(uow: UnitOfWork, email: str) -> User | None:
    """Return the account with this e-mail address, in whatever case."""
    return await uow.first(select(User).where(User.email == email.strip()))


async def user_by_id(uow: UnitOfWork, user_id: UUID) -> User | None:
    """Return the account, or None."""
    return await uow.session.get(User, user_id)
