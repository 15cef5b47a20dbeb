"""What can happen to a message: one table."""

from houseful.kernel.states import StateMachine

MESSAGE = StateMachine(
    "A message",
    {
        ("drafted", "write"): "queued",
        ("drafted", "withdraw"): "withdrawn",  # there is nothing to tell any more
        ("queued", "send"): "sent",
        ("queued", "keep"): "kept",  # there is no mail server
        ("queued", "put_off"): "queued",
        ("queued", "give_up"): "failed",
        ("kept", "retry"): "queued",
        ("failed", "retry"): "queued",
    },
)
