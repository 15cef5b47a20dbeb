"""What only this installation's secret can make: the links of guests, and quotes that are kept."""

from functools import lru_cache
from uuid import UUID

from houseful.kernel.http import Caller
from houseful.kernel.problems import NotFound
from houseful.kernel.secrets import derive_key, is_same, keyed_digest

TOKEN_CHARACTERS = 43


@lru_cache(4)
def key_of(secret: str) -> bytes:
    """Return the key of sessions, made once of the application's secret."""
    return derive_key(secret, "session links")


def key_for(caller: Caller) -> bytes:
    """Return the key of the application that serves the caller."""
    return key_of(caller.request.app.state.secret)


def booking_token(key: bytes, booking_id: UUID) -> str:
    """Return the token that the link to a guest's booking carries."""
    return keyed_digest(key, "booking", str(booking_id))[:TOKEN_CHARACTERS]


def check_token(key: bytes, booking_id: UUID, token: str) -> None:
    """Raise `NotFound` unless the token is the booking's: what it opens is not told either."""
    if not is_same(token.encode("utf-8", "replace"), booking_token(key, booking_id).encode()):
        raise NotFound
