"""How to make one of each thing that the papers of hire are about: see `resources.py`."""

from uuid import UUID

from houseful.hire.contracts.files import files_of
from houseful.hire.contracts.models import Contract
from houseful.hire.deposits.models import Deposit
from tests.builders.hire_papers import a_contract, a_deal, a_deposit, a_template
from tests.security.places import Place, makes, once


@makes("deal_id")
async def a_deal_id(place: Place) -> UUID:
    return (await place.run(a_deal)).id


@makes("template_id", under="/api/v1/contract")
async def a_published_template(place: Place) -> UUID:
    return (await place.run(a_template)).id


@once
async def the_contract(place: Place) -> Contract:
    return await place.run(a_contract, in_state="signed")


@makes("contract_id")
@makes("parent_id", under="/api/v1/contracts")
async def a_contract_id(place: Place) -> UUID:
    return (await the_contract(place)).id


@makes("signer_id", under="/api/v1/contracts")
async def a_signer_id(place: Place) -> UUID:
    return (await the_contract(place)).signers[0].id


@makes("file_id", under="/api/v1/contracts")
async def a_contract_file(place: Place) -> UUID:
    files = await place.run(files_of, (await the_contract(place)).id)
    return files[0].id


@once
async def the_deposit(place: Place) -> Deposit:
    booking_id = await place.find("booking_id")
    return await place.run(a_deposit, booking_id, in_state="invoiced")


@makes("deposit_id")
async def a_deposit_id(place: Place) -> UUID:
    return (await the_deposit(place)).id


@makes("invoice_id")
async def an_invoice_id(place: Place) -> UUID | None:
    return (await the_deposit(place)).invoice_id
