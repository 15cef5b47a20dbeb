"""The signed code of a ticket, which the door can check without a network.

114 bytes, as base45 171 characters, which always begin with `HF1` (the layout's version):

    header 2 · key id 4 · event 16 · credential 16 · not before 4 · not after 4 · sequence 4 ·
    Ed25519 signature 64, over all that precedes it

Times are minutes since 2020. The key id is a digest of the public key, so that a key cannot be
filed under another's id. Whether a code is for *this* event, not revoked and not used, is decided
by scanning; here only: did we sign it?
"""

import hashlib
import struct
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from houseful.ticketing import base45

VERSION_TEXT = "HF1"
_HEADER = base45.decode(VERSION_TEXT)
_KEY_ID_BYTES = 4
_SIGNED = struct.Struct(f">{len(_HEADER)}s{_KEY_ID_BYTES}s16s16sIII")
_SIGNATURE_BYTES = 64
CODE_BYTES = _SIGNED.size + _SIGNATURE_BYTES
CODE_CHARACTERS = CODE_BYTES // 2 * 3
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_MAX_32_BITS = 2**32 - 1
_KEYS_KEPT = 256
_LINE_BREAKS = str.maketrans("", "", "\r\n\t")


class NotATicketCode(Exception):
    """The text is not a ticket's code at all."""


class UnknownKey(Exception):
    """The code names a key that is not among those given."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"no key {key_id}")
        self.key_id = key_id


class BadSignature(Exception):
    """The code was changed, or made by somebody else."""


class EventKey(NamedTuple):
    """A key pair of an event; the private part is sealed before it is stored."""

    key_id: str
    private_bytes: bytes
    public_bytes: bytes


class CodeFields(msgspec.Struct, frozen=True, kw_only=True):
    """What a code says: valid in `[not_before, not_after)`, in whole minutes."""

    event_id: UUID
    credential_id: UUID
    not_before: datetime
    not_after: datetime
    sequence: int = 0


class TicketCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code whose signature was verified."""

    key_id: str
    fields: CodeFields

    def is_valid_at(self, at: datetime) -> bool:
        """Whether the instant lies within the code's time."""
        return self.fields.not_before <= at < self.fields.not_after


class UnverifiedCode(msgspec.Struct, frozen=True, kw_only=True):
    """A code as it was read: it looks like one, and may still be forged."""

    key_id: str
    fields: CodeFields
    signed: bytes
    signature: bytes


def generate_event_key() -> EventKey:
    """Make a new Ed25519 key pair (32 bytes each), with the id that codes name it by."""
    private = Ed25519PrivateKey.generate()
    public_bytes = private.public_key().public_bytes_raw()
    return EventKey(key_id_of(public_bytes), private.private_bytes_raw(), public_bytes)


def key_id_of(public_bytes: bytes) -> str:
    """Return the id of a public key: eight hexadecimal digits."""
    return hashlib.sha256(public_bytes).digest()[:_KEY_ID_BYTES].hex()


def sign_code(private_key: bytes, fields: CodeFields) -> str:
    """Return the code that says `fields`, signed with the event's private key.

    Times have a zone (`TypeError`) and are widened to whole minutes. Raises `ValueError` when they
    lie before 2020 or in the wrong order, or when the sequence is not within 32 bits.
    """
    key, key_id = _private_key(private_key)
    not_before = (fields.not_before - _EPOCH) // _MINUTE
    not_after = -((_EPOCH - fields.not_after) // _MINUTE)
    if not 0 <= not_before < not_after <= _MAX_32_BITS:
        raise ValueError("a code is valid from one minute of 2020 or later to a later one")
    if not 0 <= fields.sequence <= _MAX_32_BITS:
        raise ValueError("a sequence is a number of 32 bits")
    signed = _SIGNED.pack(
        _HEADER,
        key_id,
        fields.event_id.bytes,
        fields.credential_id.bytes,
        not_before,
        not_after,
        fields.sequence,
    )
    return base45.encode(signed + key.sign(signed))


def read_code(text: str) -> UnverifiedCode:
    """Read a code as scanned, typed or pasted; raises `NotATicketCode`.

    Lower case, blanks around it and line breaks within do no harm. Single blanks within are part
    of the alphabet; a code neither begins nor ends with one.
    """
    cleaned = text.translate(_LINE_BREAKS).strip().upper()
    if len(cleaned) != CODE_CHARACTERS or not cleaned.startswith(VERSION_TEXT):
        raise NotATicketCode
    try:
        data = base45.decode(cleaned)
        _, key_id, event, credential, not_before, not_after, sequence = _SIGNED.unpack_from(data)
        fields = CodeFields(
            event_id=UUID(bytes=event),
            credential_id=UUID(bytes=credential),
            not_before=_EPOCH + not_before * _MINUTE,
            not_after=_EPOCH + not_after * _MINUTE,
            sequence=sequence,
        )
    except (base45.NotBase45, OverflowError) as error:
        raise NotATicketCode from error
    return UnverifiedCode(
        key_id=key_id.hex(),
        fields=fields,
        signed=data[: _SIGNED.size],
        signature=data[_SIGNED.size :],
    )


def verify_code(text: str, keys: Mapping[str, bytes]) -> TicketCode:
    """Return what the code says, if one of `keys` (key id → public key) signed it.

    Give the keys of the event that is being scanned and no others. Raises `NotATicketCode`,
    `UnknownKey` and `BadSignature`.
    """
    code = read_code(text)
    public_bytes = keys.get(code.key_id)
    if public_bytes is None:
        raise UnknownKey(code.key_id)
    try:
        _public_key(public_bytes).verify(code.signature, code.signed)
    except InvalidSignature as error:
        raise BadSignature from error
    return TicketCode(key_id=code.key_id, fields=code.fields)


# Loading a key costs more than signing with it, and an on-sale signs thousands with one.
@lru_cache(_KEYS_KEPT)
def _private_key(private_bytes: bytes) -> tuple[Ed25519PrivateKey, bytes]:
    key = Ed25519PrivateKey.from_private_bytes(private_bytes)
    return key, bytes.fromhex(key_id_of(key.public_key().public_bytes_raw()))


@lru_cache(_KEYS_KEPT)
def _public_key(public_bytes: bytes) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(public_bytes)
