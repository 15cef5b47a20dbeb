"""Deals, contracts, deposits and settlements for tests."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from houseful.hire.contracts.models import Contract, ContractSigner
from houseful.hire.contracts.schemas import NewContract, NewTemplate, SignerBody
from houseful.hire.contracts.sending import link_token, send_contract
from houseful.hire.contracts.service import approve_contract, create_contract, submit_contract
from houseful.hire.contracts.signing import Signature, sign
from houseful.hire.contracts.templates import create_template, publish_template
from houseful.hire.deals.models import Deal
from houseful.hire.deals.schemas import Answer, NewDeal
from houseful.hire.deals.service import accept_deal, create_deal, offer_deal
from houseful.hire.deals.terms import DealTerms
from houseful.hire.deposits.invoices import invoice_deposit
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.schemas import NewDeposit, Payment
from houseful.hire.deposits.service import create_deposit, receive_payment
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from tests.builders.events import an_event
from tests.builders.hire import a_booking

VERSUS: dict[str, Any] = {
    "shape": "versus",
    "currency": "EUR",
    "payee": "promoter",
    "amountMinor": 800_000,
    "share": 8500,
}
"""A guarantee of €8,000.00 versus 85 % of the net."""


def terms(**fields: Any) -> DealTerms:
    """Make terms, as on the wire: a guarantee versus a percentage unless told otherwise."""
    return msgspec.convert(VERSUS | fields, DealTerms)


async def a_deal(uow: UnitOfWork, *, in_state: str = "draft", **fields: Any) -> Deal:
    """Make a deal, on a new event unless told otherwise, and lead it to a state."""
    if "booking_id" not in fields and "event_id" not in fields:
        fields["event_id"] = (await an_event(uow, in_state="draft")).id
    given = {"title": "Guarantee versus percentage", "terms": terms()} | fields
    deal = await create_deal(uow, NewDeal(**given))
    if in_state in {"offered", "accepted"}:
        deal = await offer_deal(uow, deal.id)
    if in_state == "accepted":
        deal = await accept_deal(uow, deal.id, Answer())
    return deal


WORDING = """# Hire of the Great Hall

The house, **{{house.name}}**, lets its hall to {{customer.name}} for {{purpose}}.

1. The rent is {{rent}}.
2. What is broken is paid for.

- Keys
- A plan of the hall
"""

SECRET = "tests-" * 8


async def a_template(uow: UnitOfWork, *, is_published: bool = True, **fields: Any) -> Any:
    """Make a contract template, published unless told otherwise."""
    given = {"name": f"Hire {new_id().hex[-6:]}", "title": "Hire of the hall", "body": WORDING}
    template = await create_template(uow, NewTemplate(**(given | fields)))
    return await publish_template(uow, template.id) if is_published else template


async def a_contract(uow: UnitOfWork, *, in_state: str = "draft", **fields: Any) -> Contract:
    """Make a contract that two sign, and lead it to `draft`, `approved`, `sent` or `signed`."""
    given: dict[str, Any] = {
        "title": "Hire of the hall",
        "body": WORDING,
        "values": {"purpose": "an evening of songs", "rent": "€5,000"},
        "signers": [
            SignerBody(name="Paula Promoter", email="paula@example.org"),
            SignerBody(name="Olive Owner", email="olive@example.org", role="house"),
        ],
    }
    contract = await create_contract(uow, NewContract(**(given | fields)))
    if in_state == "draft":
        return contract
    await submit_contract(uow, contract.id)
    contract = await approve_contract(uow, contract.id)
    if in_state in {"sent", "signed"}:
        contract = await send_contract(uow, contract.id)
    if in_state == "signed":
        for _ in contract.signers:
            signer = next(one for one in contract.signers if one.status == "invited")
            contract = await signed_by(uow, contract, signer)
    return contract


async def signed_by(
    uow: UnitOfWork, contract: Contract, signer: ContractSigner, **fields: Any
) -> Contract:
    """Let somebody sign by typing their name, unless told otherwise."""
    given = {
        "kind": "typed",
        "name": signer.name,
        "has_consented": True,
        "document_hash": contract.document_hash,
        "address": "192.0.2.7",
        "browser": "Firefox",
    } | fields
    return await sign(uow, SECRET, signer.id, link_of(signer), Signature(**given))


def link_of(signer: ContractSigner) -> str:
    """Return the token of a signer's present link."""
    return link_token(SECRET, signer.id, signer.link_number)


async def a_deposit(
    uow: UnitOfWork, booking_id: UUID | None = None, *, in_state: str = "expected", **fields: Any
) -> Deposit:
    """Make a deposit of €1,000.00 due in ten days, of a new booking unless told otherwise."""
    where = booking_id or (await a_booking(uow)).id
    given: dict[str, Any] = {
        "title": "Booking deposit",
        "amount_minor": 100_000,
        "due_on": (uow.now + timedelta(days=10)).date(),
    } | fields
    shown = await create_deposit(uow, NewDeposit(booking_id=where, **given))
    if in_state in {"invoiced", "paid"}:
        shown = await invoice_deposit(uow, shown.deposit.id)
    if in_state == "paid":
        payment = Payment(amount_minor=shown.deposit.amount_minor, reference="bank 1")
        shown = await receive_payment(uow, shown.deposit.id, payment)
    return shown.deposit
