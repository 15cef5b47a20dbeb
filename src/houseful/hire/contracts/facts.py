"""What contracts announce."""

from uuid import UUID

from houseful.kernel.outbox import Fact


class ContractSending(Fact):
    """The contract is to go out through a signature service."""

    booking_id: UUID | None


class ContractSent(Fact):
    """The contract is out for signature."""

    booking_id: UUID | None


class SignerInvited(Fact):
    """It is somebody's turn to sign; `link_number` says which of their links holds."""

    signer_id: UUID
    link_number: int


class SignerReminded(Fact):
    """Somebody has not signed for a while."""

    signer_id: UUID
    link_number: int
    number: int


class AgreementReminded(Fact):
    """Somebody has not signed at the signature service for a while, which is to remind them."""


class ContractSigned(Fact):
    """Everybody has signed."""

    booking_id: UUID | None
    is_addendum: bool


class ContractEnded(Fact):
    """The contract was declined, has expired, was voided, or was terminated after signing."""

    booking_id: UUID | None
    status: str


class AgreementReported(Fact):
    """The signature service says that something happened to a contract."""


class SignerUnreachable(Fact):
    """Mail does not reach a signer: ours, or the signature service's."""

    signer_id: UUID
