"""Identifiers: UUIDv7, so that rows sort by the time they were made."""

from uuid import UUID

import uuid_utils.compat


def new_id() -> UUID:
    """Return a new UUIDv7 (RFC 9562), monotonic within this process."""
    return uuid_utils.compat.uuid7()
