"""What can go wrong with settlements."""

from houseful.kernel.problems import Conflict


class NoDealAgreed(Conflict):
    """A night is settled under a deal that both parties have accepted."""

    kind = "settlement-no-deal"
    title = "There is no accepted deal to settle by"


class SettlementExists(Conflict):
    """A booking is settled once; what comes later adjusts it."""

    kind = "settlement-exists"
    title = "This booking has a settlement already"


class SheetNotAgreed(Conflict):
    """The sheet is made of what both sides have agreed to."""

    kind = "settlement-sheet-not-agreed"
    title = "There is no sheet before both sides have agreed"


class SettlementFixed(Conflict):
    """What was agreed is not changed, but adjusted."""

    kind = "settlement-fixed"
    title = "This settlement was agreed: adjust it instead"


class FiguresChanged(Conflict):
    """The books say something else than what one side has agreed to."""

    kind = "settlement-figures-changed"
    title = "The figures have changed: please look again"


class DepositsUnknown(Conflict):
    """What was paid before is taken off what is due, and finance has not said how much it is."""

    kind = "settlement-deposits-unknown"
    title = "Finance has not said yet what is paid of the deposits"


class NightNotOver(Conflict):
    """What has not taken place can still sell, give back and be called off."""

    kind = "settlement-night-not-over"
    title = "It has not taken place yet, so nobody can agree to what it came to"


class ReceiptsMissing(Conflict):
    """What is shared was taken by the promoter, who has not said how much it is."""

    kind = "settlement-receipts-missing"
    title = "The promoter has not handed over the receipts yet"


class PromoterSpeaks(Conflict):
    """The promoter has an organisation of its own here: nobody else agrees or comments for it."""

    kind = "settlement-promoter-speaks"
    title = "The promoter speaks for itself, in its own organisation"


class ReceiptsElsewhere(Conflict):
    """The receipts of this night are in the venue's books, or in nobody's."""

    kind = "settlement-receipts-elsewhere"
    title = "This settlement does not wait for your receipts"
