"""Secrets: keys derived for a purpose, sealing at rest, tokens and their hashes."""

import hashlib
import hmac
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"
_NONCE_BYTES = 12
_KEY_BYTES = 32
TOKEN_BYTES = 32


class SealBroken(Exception):
    """The sealed bytes were changed, or belong to another key or context."""


def derive_key(secret: str, purpose: str) -> bytes:
    """Return 32 bytes of the application's secret for one purpose."""
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=f"houseful {purpose}".encode()).derive(
        secret.encode()
    )


def seal(plain: bytes, *, key: bytes, context: bytes) -> bytes:
    """Encrypt with AES-256-GCM; `context` (whose it is) must be the same when it is opened."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, _VERSION + context)


def open_sealed(sealed: bytes, *, key: bytes, context: bytes) -> bytes:
    """Return what was sealed; raises `SealBroken`."""
    version, nonce = sealed[:1], sealed[1 : 1 + _NONCE_BYTES]
    if version != _VERSION:
        raise SealBroken
    try:
        return AESGCM(key).decrypt(nonce, sealed[1 + _NONCE_BYTES :], version + context)
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def new_token(nbytes: int = TOKEN_BYTES) -> str:
    """Return an unguessable text, safe in a URL."""
    return secrets.token_urlsafe(nbytes)


def token_hash(token: str) -> bytes:
    """Return what is stored of a token: enough for 128 random bits or more."""
    return hashlib.sha256(token.encode()).digest()


def keyed_digest(key: bytes, *parts: str) -> str:
    """Return a URL-safe keyed digest of the parts, which cannot be forged without the key."""
    return hmac.new(key, "\0".join(parts).encode(), hashlib.sha256).hexdigest()


def is_same(one: str | bytes, other: str | bytes) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(
        one.encode() if isinstance(one, str) else one,
        other.encode() if isinstance(other, str) else other,
    )
