"""Taking money and giving it back: attempts, providers, one way to settle."""

from houseful.payments.models import Refund, Transaction
from houseful.payments.payables import Outcome, Payable, PayableView, register_payable
from houseful.payments.problems import MoreThanCaptured, NothingToPay
from houseful.payments.providers import provider_named
from houseful.payments.providers.sandbox import Deed, read_sandbox_payment, tell_sandbox
from houseful.payments.queries import refunds_of
from houseful.payments.refunds import request_refund, submit_refund
from houseful.payments.service import (
    find_transactions,
    open_payment,
    settle,
    start_payment,
    take_cash,
)

__all__ = [
    "Deed",
    "MoreThanCaptured",
    "NothingToPay",
    "Outcome",
    "Payable",
    "PayableView",
    "Refund",
    "Transaction",
    "find_transactions",
    "open_payment",
    "provider_named",
    "read_sandbox_payment",
    "refunds_of",
    "register_payable",
    "request_refund",
    "settle",
    "start_payment",
    "submit_refund",
    "take_cash",
    "tell_sandbox",
]
