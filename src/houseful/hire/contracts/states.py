"""A contract's life. What has ended never goes back, whatever a provider says late.

But who signed at the provider before our recall came has signed: a fresh reading overrules.
"""

from houseful.kernel.states import StateMachine

_OPEN = ("sent", "viewed", "partially_signed")
_UNSENT = ("draft", "in_approval", "approved", "sending", "send_failed")

CONTRACT = StateMachine(
    "A contract",
    {
        ("draft", "submit"): "in_approval",
        ("in_approval", "approve"): "approved",
        ("in_approval", "return"): "draft",
        ("approved", "return"): "draft",
        ("approved", "send"): "sending",
        ("send_failed", "send"): "sending",
        ("send_failed", "return"): "draft",
        ("sending", "deliver"): "sent",
        ("sending", "fail"): "send_failed",
        ("sent", "fail"): "send_failed",
        ("sent", "view"): "viewed",
        ("viewed", "view"): "viewed",
        ("partially_signed", "view"): "partially_signed",
        **{(state, "sign"): "partially_signed" for state in _OPEN},
        **{(state, "complete"): "signed" for state in _OPEN},
        **{(state, "decline"): "declined" for state in _OPEN},
        **{(state, "expire"): "expired" for state in _OPEN},
        **{(state, "void"): "voided" for state in (*_UNSENT, *_OPEN)},
        **{(state, "overrule"): "signed" for state in ("voided", "expired")},
        ("signed", "terminate"): "terminated",
    },
)
"""`(state, act) → state`; a signed contract is terminated, and never voided."""

OUT_FOR_SIGNATURE = frozenset(_OPEN)
"""The states in which somebody may sign."""
