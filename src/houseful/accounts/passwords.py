"""Passwords: argon2id, off the event loop, never more hashes at once than cores."""

import asyncio
import os
from functools import cache
from importlib.resources import files

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from houseful.accounts.problems import PoorPassword

MIN_CHARACTERS = 8
MAX_CHARACTERS = 1000

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_FAST_HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
_slots = asyncio.Semaphore(os.cpu_count() or 1)
_is_fast = False


def hash_fast_for_tests() -> None:
    """Make hashes cheap: tests sign in often, and prove nothing about argon2."""
    global _is_fast  # noqa: PLW0603 (one switch, thrown once, by the test harness)
    _is_fast = True


def check_password(password: str, *, pointer: str = "/password") -> None:
    """Raise `PoorPassword` unless the password is long enough and uncommon."""
    message = ""
    if len(password) < MIN_CHARACTERS:
        message = f"A password has at least {MIN_CHARACTERS} characters."
    elif len(password) > MAX_CHARACTERS:
        message = f"A password has at most {MAX_CHARACTERS} characters."
    elif password.lower() in common_passwords():
        message = "This is one of the most common passwords."
    if message:
        raise PoorPassword(message, errors=[{"pointer": pointer, "detail": message}])


async def hash_password(password: str) -> str:
    """Return the argon2id hash of the password."""
    hasher = _FAST_HASHER if _is_fast else _HASHER
    async with _slots:
        return await asyncio.to_thread(hasher.hash, password)


async def is_password(password: str, hashed: str | None) -> bool:
    """Whether the password is right; takes as long when there is no hash to compare with."""
    async with _slots:
        return await asyncio.to_thread(_verify, password, hashed)


@cache
def common_passwords() -> frozenset[str]:
    """Return the passwords that are refused."""
    text = files("houseful.accounts").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(line.strip() for line in text.splitlines() if line.strip())


@cache
def _nobodys_hash() -> str:
    return (_FAST_HASHER if _is_fast else _HASHER).hash("nobody's password")


def _verify(password: str, hashed: str | None) -> bool:
    try:
        return _HASHER.verify(hashed or _nobodys_hash(), password) and hashed is not None
    except (VerificationError, InvalidHashError):
        return False
