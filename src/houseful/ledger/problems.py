"""What the ledger refuses."""

from houseful.kernel.problems import Conflict, Invalid


class UnbalancedEntry(Invalid):
    """Debits and credits differ, or there is nothing to post."""

    kind = "unbalanced-entry"
    title = "This entry does not balance"


class AlreadyReversed(Conflict):
    """An entry is taken back once."""

    kind = "already-reversed"
    title = "This entry was reversed already"
