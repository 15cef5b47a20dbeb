"""The manifest: what a door needs to judge an event's tickets without a network, signed by us.

It names no people: the keys that sign the event's codes, and for each ticket the last 32 bits of
its credential. A device takes the key to check it with when it is enrolled.
"""

import base64
import hashlib
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from houseful import events, ticketing
from houseful.kernel.database import UnitOfWork
from houseful.kernel.http import View
from houseful.kernel.secrets import derive_key
from houseful.scanning.models import Presence

FORMAT = 1
TTL = timedelta(hours=12)
MARK_CHARACTERS = 8


class ManifestView(View):
    """A manifest: `payload` is JSON as text, and `signature` is Ed25519 over its UTF-8 bytes."""

    payload: str
    signature: str
    key: str


async def make_manifest(uow: UnitOfWork, secret: str, event_id: UUID) -> ManifestView:
    """Return the event's manifest as of now. Raises `NotFound`."""
    event = await events.get_event(uow, event_id)
    payload = msgspec.json.encode(await _content(uow, event))
    return ManifestView(
        payload=payload.decode(),
        signature=_base64url(_signer(secret).sign(payload)),
        key=manifest_key(secret),
    )


def manifest_key(secret: str) -> str:
    """Return the public key that manifests are checked with: base64url, 32 bytes."""
    return _base64url(_signer(secret).public_key().public_bytes_raw())


def mark_of(credential_id: UUID) -> str:
    """Return what a manifest calls a credential: its last eight hexadecimal digits."""
    return credential_id.hex[-MARK_CHARACTERS:]


async def _content(uow: UnitOfWork, event: events.ShownEvent) -> dict[str, Any]:
    keys = await ticketing.event_public_keys(uow, event.id)
    revoked = await ticketing.event_revoked_keys(uow, event.id)
    is_off = event.status == "cancelled"  # then no ticket lets anybody in
    sold = {} if is_off else await ticketing.sold_credentials(uow, event.id)
    used = await uow.execute(
        select(Presence.ticket_id, Presence.inside).where(
            Presence.organization_id == uow.tenant, Presence.event_id == event.id
        )
    )
    inside = {row.ticket_id for row in used if row.inside > 0}
    valid_from, valid_until = ticketing.validity(event)
    content: dict[str, Any] = {
        "format": FORMAT,
        "organizationId": uow.tenant,
        "eventId": event.id,
        "eventName": event.name,
        "validFrom": valid_from,
        "validUntil": valid_until,
        "keys": {key.key_id: _base64url(key.public_bytes) for key in keys},
        "revokedKeys": {key.key_id: _base64url(key.public_bytes) for key in revoked},
        "sold": "".join(sorted(mark_of(credential) for credential in sold.values())),
        "inside": "".join(
            sorted(mark_of(credential) for ticket, credential in sold.items() if ticket in inside)
        ),
    }
    revision = hashlib.sha256(msgspec.json.encode(content)).hexdigest()[:16]
    return content | {
        "revision": revision,
        "issuedAt": uow.now,
        "expiresAt": uow.now + TTL,
    }


@lru_cache(4)
def _signer(secret: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(derive_key(secret, "door manifests"))


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
