"""What only this installation's secret can make: the links of guests, and quotes that are kept."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from houseful.kernel.http import Caller
from houseful.kernel.problems import NotFound
from houseful.kernel.secrets import derive_key, is_same, keyed_digest
from houseful.sessions.problems import LinkInvalid

TOKEN_CHARACTERS = 43
PROOF_STANDS = timedelta(days=2)


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


def address_proof(key: bytes, email: str, now: datetime) -> str:
    """Return what only a mail to the address carries: who has it, reads that mail."""
    until = str(int((now + PROOF_STANDS).timestamp()))
    address = urlsafe_b64encode(email.strip().encode()).decode().rstrip("=")
    return f"{until}.{address}.{_proof(key, until, address)}"


def proven_address(key: bytes, proof: str, now: datetime) -> str:
    """Return the address that a proof is of. Raises `LinkInvalid` when it is false, or old."""
    until, _, rest = proof.partition(".")
    address, _, digest = rest.partition(".")
    if not is_same(digest.encode("utf-8", "replace"), _proof(key, until, address).encode()):
        raise LinkInvalid
    if int(until) < now.timestamp():
        raise LinkInvalid
    return urlsafe_b64decode(address + "=" * (-len(address) % 4)).decode()


def _proof(key: bytes, until: str, address: str) -> str:
    return keyed_digest(key, "address", until, address)[:TOKEN_CHARACTERS]
