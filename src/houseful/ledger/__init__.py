"""The books: double entry in minor units, append-only. Knows nobody who posts to it."""

from houseful.ledger import chart
from houseful.ledger.chain import verify_chain
from houseful.ledger.proof import unbalanced_entries
from houseful.ledger.queries import (
    Balance,
    balance_of,
    find_entries,
    read_entry,
    reversal_of,
    trial_balance,
    turnover_of,
)
from houseful.ledger.rules import Line, credit, debit
from houseful.ledger.service import Entry, post, post_all, reverse

__all__ = [
    "Balance",
    "Entry",
    "Line",
    "balance_of",
    "chart",
    "credit",
    "debit",
    "find_entries",
    "post",
    "post_all",
    "read_entry",
    "reversal_of",
    "reverse",
    "trial_balance",
    "turnover_of",
    "unbalanced_entries",
    "verify_chain",
]
