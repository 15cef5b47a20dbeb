"""What can go wrong with deposits."""

from houseful.kernel.problems import Conflict


class FinanceOwnsPayments(Conflict):
    """The external Finance service says what was paid, and nobody else."""

    kind = "finance-owns-payments"
    title = "Payments are kept in the Finance service"


class DepositFixed(Conflict):
    """What was invoiced is not rewritten."""

    kind = "deposit-fixed"
    title = "This deposit was invoiced already"


class NoCredit(Conflict):
    """More is to go back, or to be used, than was paid too much."""

    kind = "deposit-no-credit"
    title = "Not that much was paid too much of this deposit"


class NothingHeld(Conflict):
    """More is asked back, or kept, than the house holds."""

    kind = "deposit-nothing-held"
    title = "The house does not hold that much of this deposit"


class AlreadyInvoiced(Conflict):
    """A deposit has one invoice; what is wrong with it is taken back by a credit note."""

    kind = "deposit-invoiced"
    title = "This deposit has its invoice already"


class NothingToDecide(Conflict):
    """No decision about the deposits was put off, or it was made already."""

    kind = "deposits-decided"
    title = "There is nothing to decide about these deposits"
