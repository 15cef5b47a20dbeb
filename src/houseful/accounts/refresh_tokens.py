"""Refresh tokens: a random part, the sign-in they belong to, and a proof that we issued them.

Only the hash of the newest is stored. The proof lets us tell a token that was used up long ago,
which ends its sign-in, from one that never was.
"""

from uuid import UUID

from houseful.kernel.secrets import (
    derive_key,
    is_same,
    keyed_digest,
    new_token,
    open_sealed,
    seal,
)

_RANDOM_CHARACTERS = 43
_ID_CHARACTERS = 32
_PROOF_CHARACTERS = 32


class RefreshTokens:
    """Issues and recognises refresh tokens; seals the one that may have to be given twice."""

    def __init__(self, secret: str) -> None:
        self._proving_key = derive_key(secret, "refresh tokens: proof")
        self._sealing_key = derive_key(secret, "refresh tokens: successor")

    def issue(self, sign_in_id: UUID) -> str:
        """Return a new token of the sign-in."""
        random = new_token()
        return random + sign_in_id.hex + self._proof(random, sign_in_id.hex)

    def sign_in_of(self, token: str) -> UUID | None:
        """Return whose token it is, or None when we never issued it."""
        random, rest = token[:_RANDOM_CHARACTERS], token[_RANDOM_CHARACTERS:]
        sign_in_hex, proof = rest[:_ID_CHARACTERS], rest[_ID_CHARACTERS:]
        if not is_same(proof, self._proof(random, sign_in_hex)):
            return None
        return UUID(hex=sign_in_hex)

    def seal(self, token: str, sign_in_id: UUID) -> bytes:
        """Encrypt a token for the few seconds in which its answer may have been lost."""
        return seal(token.encode(), key=self._sealing_key, context=sign_in_id.bytes)

    def open(self, sealed: bytes, sign_in_id: UUID) -> str:
        """Return the token that was sealed."""
        return open_sealed(sealed, key=self._sealing_key, context=sign_in_id.bytes).decode()

    def _proof(self, random: str, sign_in_hex: str) -> str:
        return keyed_digest(self._proving_key, random, sign_in_hex)[:_PROOF_CHARACTERS]
