"""What can go wrong with contracts."""

from houseful.kernel.problems import Conflict, Problem


class ContractFixed(Conflict):
    """What is on its way, or was sent, is not rewritten."""

    kind = "contract-fixed"
    title = "This contract cannot be rewritten any more: void it and write a correction"


class PlaceholdersOpen(Conflict):
    """The wording asks for values that nobody has given."""

    kind = "contract-placeholders-open"
    title = "Some placeholders have no value yet"


class SignersMissing(Conflict):
    """Nobody is named who could sign."""

    kind = "contract-signers-missing"
    title = "Name who signs first"


class TemplateNotPublished(Conflict):
    """Contracts begin with a published wording."""

    kind = "contract-template-not-published"
    title = "This template has not been published"


class NotYourTurn(Conflict):
    """Somebody else signs first."""

    kind = "contract-not-your-turn"
    title = "Somebody else signs first"


class LinkSpent(Problem):
    """The link was used, replaced, or the contract is no longer open."""

    status = 410
    kind = "signing-link-spent"
    title = "This link is no longer valid"


class SignaturesUnavailable(Conflict):
    """The signature service is not connected."""

    kind = "signatures-unavailable"
    title = "This signature service is not connected"
