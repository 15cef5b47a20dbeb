"""What is done to contracts after they are drawn up: new links, corrections, addenda, the end."""

from typing import Any
from uuid import UUID

from litestar import Response

from houseful.hire.contracts import addresses, files, queries, sending, service
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.schemas import (
    Correction,
    NewContract,
    SignerAddress,
    SignerBody,
)
from houseful.kernel.database import UnitOfWork
from houseful.kernel.problems import Problem
from houseful.web.office.contracts import ONE, end
from houseful.web.office.forms import read_body
from houseful.web.office.papers import WholeHouse, do_and_go
from houseful.web.office.shell import back_to
from houseful.web.pages import act, told
from houseful.web.visits import Form, Visit

ADDRESS = "address."


@act(
    ONE + "/attachments/{file_id:uuid}/remove",
    WholeHouse("venue.contracts.update", module="venue"),
)
async def detach_file(visit: Visit, contract_id: UUID, file_id: UUID) -> Response[str]:
    """Take an attachment away from a draft."""
    await visit.form()
    path, notice = f"/contracts/{contract_id}", "The file is gone."
    return await do_and_go(visit, path, notice, files.detach, contract_id, file_id)


@act(ONE + "/signers/{signer_id:uuid}/link", WholeHouse("venue.contracts.send", module="venue"))
async def renew_link(visit: Visit, contract_id: UUID, signer_id: UUID) -> Response[str]:
    """Send a signer a new link; the one before holds no longer."""
    await visit.form()
    path, notice = f"/contracts/{contract_id}", "A new link is on its way; the old one is void."
    return await do_and_go(visit, path, notice, sending.resend_link, contract_id, signer_id)


@act(ONE + "/signers/{signer_id:uuid}/address", WholeHouse("venue.contracts.send", module="venue"))
async def correct_address(visit: Visit, contract_id: UUID, signer_id: UUID) -> Response[str]:
    """Write to a signer at another address from now on."""
    form = await visit.form()

    async def correct_it(uow: UnitOfWork) -> None:
        data = read_body(SignerAddress, {"email": form.get("email", "").strip()})
        await addresses.correct_address(uow, contract_id, signer_id, data)

    path, notice = f"/contracts/{contract_id}", "The address is corrected."
    return await do_and_go(visit, path, notice, correct_it)


@act(ONE + "/correct", WholeHouse("venue.contracts.void", module="venue"))
async def correct(visit: Visit, contract_id: UUID) -> Response[Any]:
    """Void what is out, and draft its successor."""
    notice = "The old one is void; this is its correction."
    asks = ("Void and correct", "What is out is voided, and its successor is a draft.")
    return await end(
        visit,
        contract_id,
        "correct",
        service.correct_contract,
        notice,
        read=_read_correction,
        asks=asks,
    )


def _read_correction(form: Form) -> Correction:
    addresses = {
        key.removeprefix(ADDRESS): text.strip()
        for key, text in form.items()
        if key.startswith(ADDRESS) and text.strip()
    }
    return read_body(Correction, {"reason": form.get("reason", "").strip(), "addresses": addresses})


@act(ONE + "/terminate", WholeHouse("venue.contracts.terminate", module="venue"))
async def terminate(visit: Visit, contract_id: UUID) -> Response[Any]:
    """End a signed contract; what was signed stays."""
    notice = "The contract has ended; what was signed stays."
    asks = ("Terminate the contract", "It ends for good. What was signed stays.")
    return await end(visit, contract_id, "terminate", service.terminate_contract, notice, asks=asks)


@act(ONE + "/addenda", WholeHouse("venue.contracts.create", module="venue"))
async def add_addendum(visit: Visit, contract_id: UUID) -> Response[str]:
    """Draft an addendum that the same people sign."""
    form = await visit.form()
    words = {name: form.get(name, "").strip() for name in ("title", "body")}

    async def draft(uow: UnitOfWork) -> Contract:
        parent = await queries.get_contract(uow, contract_id)
        data = read_body(NewContract, words)
        data.parent_id, data.deal_id = parent.id, parent.deal_id
        data.signers = [
            SignerBody(name=one.name, email=one.email, role=one.role) for one in parent.signers
        ]
        return await service.create_contract(uow, data)

    try:
        new: Contract = await visit.run(draft)
    except Problem as problem:
        return back_to(visit, f"/contracts/{contract_id}", f"Not done: {told(problem)}")
    return back_to(visit, f"/contracts/{new.id}", "The addendum is a draft.")


handlers = [detach_file, renew_link, correct_address, correct, terminate, add_addendum]
