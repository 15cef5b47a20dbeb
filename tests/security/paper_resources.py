"""How to make one of each thing that the papers of hire are about: see `resources.py`."""

import base64
from uuid import UUID

from houseful.hire.contracts.files import files_of, keep_file
from houseful.hire.contracts.models import Contract
from houseful.hire.deposits.models import Deposit
from houseful.hire.settlements.models import Settlement
from houseful.hire.settlements.schemas import NewExpense, NewSettlement
from houseful.hire.settlements.service import add_expense, create_settlement
from houseful.hire.venue_events.schemas import NewVenueEvent
from houseful.hire.venue_events.service import create_venue_event
from houseful.kernel.database import UnitOfWork
from tests.builders.accounts import a_house
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_contract, a_deal, a_deposit, a_template, link_of
from tests.security.places import Place, makes, once


@makes("deal_id")
async def a_deal_id(place: Place) -> UUID:
    return (await place.run(a_deal)).id


@makes("template_id", under="/api/v1/contract")
@makes("template_id", under="/office/{organization}/contract-templates")
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
@makes("signer_id", under="/office/{organization}/contracts")
@makes("signer_id", under="/sign/{organization}")
async def a_signer_id(place: Place) -> UUID:
    return (await the_contract(place)).signers[0].id


@makes("file_id", under="/api/v1/contracts")
@makes("file_id", under="/office/{organization}/contracts")
async def a_contract_file(place: Place) -> UUID:
    files = await place.run(files_of, (await the_contract(place)).id)
    return files[0].id


@makes("file_id", under="/sign/{organization}")
async def an_attachment(place: Place) -> UUID:
    contract_id = (await the_contract(place)).id
    kept = await place.run(
        keep_file, contract_id, "attachment", "Plan.txt", b"The plan.", media_type="text/plain"
    )
    return kept.id


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


@makes("venue_event_id")
async def a_venue_event_id(place: Place) -> UUID:
    data = NewVenueEvent(title="Guests", placeholder=True, placeholder_promoter_name="Somebody")
    return (await place.run(create_venue_event, data)).event.id


@makes("promoter_event_id", under="/api/v1/events")
async def a_promoter_event_id(place: Place) -> str:
    return str(await place.find("event_id"))


@once
async def the_settlement(place: Place) -> Settlement:
    """A settlement with an expense."""
    return await place.run(_settle, await place.find("event_id"))


@once
async def the_settlement_elsewhere(place: Place) -> Settlement:
    """A settlement at another house, of a night whose promoter is the organisation."""
    event_id = await place.find("event_id")
    venue = await a_house(place.database, f"{place.house.slug}-elsewhere")
    return await place.database.run(venue.organization_id, _settle, event_id)


async def _settle(uow: UnitOfWork, event_id: UUID) -> Settlement:
    booking = await a_booking(uow, promoter_event_id=str(event_id))
    await a_deal(uow, in_state="accepted", booking_id=booking.id)
    settlement = await create_settlement(uow, NewSettlement(booking_id=booking.id))
    receipt = base64.b64encode(b"A receipt").decode()
    expense = NewExpense(label="Crew", amount_minor=100, receipt=receipt)
    return await add_expense(uow, settlement.id, expense)


@makes("settlement_id")
async def a_settlement_id(place: Place) -> UUID:
    return (await the_settlement(place)).id


@makes("their_settlement_id")
async def a_settlement_elsewhere(place: Place) -> UUID:
    return (await the_settlement_elsewhere(place)).id


@makes("expense_id")
async def an_expense_id(place: Place) -> UUID:
    return (await the_settlement(place)).expenses[0].id


@makes("token", under="/sign/{organization}")
async def a_signing_token(place: Place) -> str:
    return link_of((await the_contract(place)).signers[0])


@makes("report", under="/api/v1/reports")
async def a_report(place: Place) -> str:
    return "revenue"


@makes("kind", under="/office/{organization}/reports")
async def a_kind_of_file(place: Place) -> str:
    return "csv"
