"""What the service's states mean for a contract: a pure table, whatever the order of its news."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from houseful.hire.contracts.adobe_sign.client import DONE, OVER, Agreement

_OUT = frozenset(
    {
        "OUT_FOR_SIGNATURE",
        "OUT_FOR_DELIVERY",
        "OUT_FOR_ACCEPTANCE",
        "OUT_FOR_FORM_FILLING",
        "OUT_FOR_APPROVAL",
        "WAITING_FOR_VERIFICATION",
        "ARCHIVED",
    }
)
_COMPLETED = DONE | {"COMPLETED"}
_VIEWED = frozenset({"EMAIL_VIEWED", "DOCUMENTS_VIEWED"})
_REFUSED = frozenset({"REJECTED", "AGREEMENT_REJECTED"})
_BROKEN = frozenset({"AUTO_CANCELLED_CONVERSION_PROBLEM"})
_BOUNCED = frozenset({"EMAIL_BOUNCED"})


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What an agreement comes to: the act that a contract should have seen last.

    `act` is empty while the service is still at it. Addresses are in lower case.
    """

    act: str
    reason: str = ""
    viewed: frozenset[str] = frozenset()
    signed: frozenset[str] = frozenset()
    bounced: frozenset[str] = frozenset()


def read_agreement(agreement: Agreement) -> Reading:
    """Return what the agreement's state and events mean for its contract."""
    signed = frozenset(
        address for address, status in agreement.members.items() if status in _COMPLETED
    )
    events = agreement.events
    act, reason = _act_of(agreement.status, events, has_signers=bool(signed))
    return Reading(
        act=act,
        reason=reason,
        viewed=_addresses(events, _VIEWED),
        signed=frozenset(agreement.members) if act == "complete" else signed,
        bounced=_addresses(events, _BOUNCED),
    )


def _act_of(
    status: str, events: Sequence[Mapping[str, Any]], *, has_signers: bool
) -> tuple[str, str]:
    if status in DONE:
        return "complete", ""
    if status == "EXPIRED":
        return "expire", "Not signed in time."
    if status in OVER:
        return _ending(events)
    if status in _OUT:
        if has_signers:
            return "sign", ""
        return ("view", "") if _newest(events, _VIEWED) is not None else ("deliver", "")
    return "", ""


def _ending(events: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    refusal = _newest(events, _REFUSED)
    if refusal is not None:
        return "decline", _comment(refusal) or "Declined."
    broken = _newest(events, _BROKEN)
    if broken is not None:
        return "fail", _comment(broken) or "The document could not be converted."
    return "void", "Recalled at the signature service."


def _newest(events: Sequence[Mapping[str, Any]], kinds: frozenset[str]) -> Mapping[str, Any] | None:
    found = [event for event in events if event.get("type") in kinds]
    return max(found, key=lambda event: str(event.get("date", "")), default=None)


def _addresses(events: Sequence[Mapping[str, Any]], kinds: frozenset[str]) -> frozenset[str]:
    return frozenset(
        str(event.get("participantEmail") or event.get("actingUserEmail") or "").lower()
        for event in events
        if event.get("type") in kinds
    ) - {""}


def _comment(event: Mapping[str, Any]) -> str:
    return str(event.get("comment") or event.get("description") or "")[:500]
