"""What can go wrong with deals."""

from houseful.kernel.problems import Conflict


class DealExists(Conflict):
    """A booking, or an event, has one deal; what changes is its version."""

    kind = "deal-exists"
    title = "There is a deal already: begin a new version of it"


class TermsFixed(Conflict):
    """What was offered is not rewritten."""

    kind = "deal-terms-fixed"
    title = "These terms were offered already: begin a new version"
