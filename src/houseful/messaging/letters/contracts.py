"""Letters to those who sign: the link to the contract, and that it waits."""

from uuid import UUID

from houseful.hire.contracts.models import Contract, ContractSigner
from houseful.hire.contracts.states import OUT_FOR_SIGNATURE
from houseful.hire.contracts.wording import fill_line
from houseful.kernel.database import UnitOfWork
from houseful.messaging.letters.desk import Written, sit_down
from houseful.messaging.mailroom import Mailroom
from houseful.messaging.models import Notification


async def write_signature_link(
    uow: UnitOfWork, mailroom: Mailroom, message: Notification
) -> Written | None:
    """Send the link to sign at; nothing once it was used, or a newer one was sent."""
    signer = await uow.get(ContractSigner, UUID(message.details["signer_id"]))
    contract = await uow.get(Contract, message.subject_id)
    link_number = int(message.details["link_number"])
    is_open = signer.status in {"invited", "viewed"} and contract.status in OUT_FOR_SIGNATURE
    if not is_open or signer.link_number != link_number:
        return None
    desk = await sit_down(uow, mailroom, message)
    return Written(
        letter=desk.letter(
            message.kind,
            {"contract": fill_line(contract.title, contract.values)},
            why=desk.labels.why_signer,
            url=mailroom.signing_url(desk.slug, signer.id, link_number),
            name=signer.name,
        )
    )
