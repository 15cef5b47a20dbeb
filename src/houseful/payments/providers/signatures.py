"""Signatures of messages, as Standard Webhooks have them: HMAC-SHA256 of `id.timestamp.body`."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime

from houseful.kernel.secrets import is_same
from houseful.payments.problems import BadSignature

TOLERANCE_SECONDS = 300
NOTICE_ID_MAX = 200


def sign(key: bytes, notice_id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message."""
    signed = f"{notice_id}.{timestamp}.".encode() + body
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def check_signature(key: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the message's id if one of its signatures holds and it is new; else `BadSignature`."""
    notice_id = headers.get("webhook-id", "")
    stamp = headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "").split()
    if not 0 < len(notice_id) <= NOTICE_ID_MAX or not (stamp.isascii() and stamp.isdecimal()):
        raise BadSignature
    if len(stamp) > len("9999999999") or abs(now.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        raise BadSignature("The message is too old, or from the future.")
    expected = sign(key, notice_id, int(stamp), body)
    if not any(is_same(one.encode("utf-8", "replace"), expected.encode()) for one in given):
        raise BadSignature
    return notice_id
