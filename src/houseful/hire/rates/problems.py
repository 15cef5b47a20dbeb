"""What can go wrong with prices."""

from houseful.kernel.problems import Conflict


class NoRate(Conflict):
    """No rate card is for this time, or it has no rate for some days."""

    kind = "no-rate"
    title = "There is no rate for this time"


class NotEnoughStock(Conflict):
    """There are fewer of it in the house."""

    kind = "not-enough-stock"
    title = "There are not that many of it"
