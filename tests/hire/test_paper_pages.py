"""The office's pages of deals, contracts, deposits, settlements and reports, without a browser."""

import re
from typing import Any
from uuid import UUID

import httpx
import pytest

from houseful.directory import NewCompany, create_company
from houseful.hire.contracts.addresses import note_unreachable
from houseful.hire.contracts.files import attach_bytes
from houseful.hire.contracts.models import Contract
from houseful.hire.contracts.sending import link_token, send_contract
from houseful.hire.contracts.service import approve_contract, submit_contract
from houseful.hire.customers.schemas import NewCustomer
from houseful.hire.customers.service import create_customer
from houseful.hire.deposits.models import Deposit
from houseful.hire.deposits.schemas import Payment
from houseful.hire.deposits.service import receive_payment
from houseful.hire.rates.schemas import NewCharge
from houseful.hire.rates.service import add_charge
from houseful.hire.settlements.schemas import NewSettlement
from houseful.hire.settlements.service import create_settlement
from houseful.kernel.database import Database, UnitOfWork
from houseful.kernel.ids import new_id
from tests.api import Api
from tests.builders.accounts import PASSWORD, House
from tests.builders.hire import a_booking
from tests.builders.hire_papers import (
    SECRET,
    a_contract,
    a_deal,
    a_deposit,
    a_template,
    link_of,
    terms,
)
from tests.builders.ticketing import a_show

OFFICE = "/office/playhouse"
CSRF = re.compile(r'name="csrf(?:-token)?" (?:content|value)="([^"]+)"')
NAMED = re.compile(r'name="(name|locale|version)"[^>]*? value="([^"]*)"')
TERMS = {"shape": "versus", "payee": "promoter", "base": "net", "amount": "8000", "share": "85"}


class Visitor:
    """Somebody at the pages, who carries what forms must carry."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def read(self, path: str) -> str:
        """Return a page that is there."""
        answer = await self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:800])
        return answer.text

    async def send(self, page: str, path: str, **fields: str | list[str]) -> httpx.Response:
        """Send a form from a page."""
        found = CSRF.search(await self.read(page))
        assert found is not None
        return await self.client.post(path, data={"csrf": found[1], **fields})


async def visitor_of(api: Api, house: House, role: str) -> Visitor:
    """Sign a member in at the pages."""
    visitor = Visitor(api.guest())
    signed_in = await visitor.send(
        "/sign-in", "/sign-in", email=house.email(role), password=PASSWORD
    )
    assert signed_in.status_code == 303, signed_in.text[:500]
    return visitor


@pytest.fixture
async def admin(api: Api, house: House) -> Visitor:
    """An admin at the pages."""
    return await visitor_of(api, house, "admin")


async def test_a_deal_is_drafted_offered_and_revised(
    admin: Visitor, database: Database, house: House
) -> None:
    booking = await database.run(house.organization_id, a_booking)
    at = f"{OFFICE}/deals"
    about = f"booking:{booking.id}"
    wrong = await admin.send(at, at, title="Tour", about=about, **(TERMS | {"amount": "much"}))
    look = {"price": "30", "capacity": "500"}
    made = await admin.send(at, at, title="Tour", about=about, **look, **TERMS)
    page, _, asked_for = made.headers["location"].partition("?")
    reckoned = await admin.read(f"{page}?{asked_for}")
    misread = await admin.read(f"{page}?price=much")
    drawn = await admin.send(page, f"{at}/what-if", **look, **TERMS)
    told = await admin.send(page, f"{at}/what-if", price="30", capacity="500", shape="versus")
    asked = await admin.send(page, f"{page}/offer")
    unoffered = await admin.read(page)
    await admin.send(page, f"{page}/offer", sure="yes")
    await admin.send(page, f"{page}/accept")
    revised = await admin.send(page, f"{page}/terms", note="Cheaper", **(TERMS | {"share": "80"}))
    shown = await admin.read(page)

    assert "Offer the deal?" in asked.text
    assert 'data-status="draft"' in unoffered
    assert "such as 12.50" in wrong.text
    assert made.status_code == revised.status_code == 303
    assert drawn.text.count('class="line ') == 2
    assert "say which" in told.text
    assert "Tickets at €30.00." in reckoned
    assert "such as 12.50" in misread
    assert "80 % of the net gross less expenses" in shown
    assert "Version 2" in shown
    assert "superseded" in shown
    assert "Tour" in await admin.read(at)


async def test_a_contract_goes_from_template_to_signature(
    admin: Visitor, api: Api, database: Database, house: House
) -> None:
    template = await database.run(house.organization_id, a_template)
    booking = await database.run(house.organization_id, a_booking)
    at = f"{OFFICE}/contracts"
    made = await admin.send(
        at,
        at,
        template_id=str(template.id),
        booking_id=str(booking.id),
        name_1="Paula",
        email_1="paula@example.org",
    )
    page = made.headers["location"]
    assert "Without a value yet: purpose, rent" in await admin.read(page)
    await admin.send(page, f"{page}/values", **{"value.purpose": "a ball", "value.rent": "€1"})
    for act in ("submit", "approve"):
        await admin.send(page, f"{page}/{act}")
    asked = await admin.send(page, f"{page}/send")
    unsent = await admin.read(page)
    await admin.send(page, f"{page}/send", sure="yes")
    shown = await admin.read(page)
    preview = await admin.client.get(f"{page}/preview")
    for act in ("Drafted", "Submitted", "Approved"):
        assert re.search(rf"<strong>{act}</strong> by (?!Houseful|Staff)\S", shown)

    async def signer_of(uow: UnitOfWork) -> UUID:
        return (await uow.get(Contract, UUID(page.rsplit("/", 1)[1]))).signers[0].id

    signer = await database.run(house.organization_id, signer_of)
    desk = f"/sign/playhouse/{signer}/{link_token(SECRET, signer, 1)}"
    guest = Visitor(api.guest())
    seen = await guest.read(desk)
    found = re.search(r'name="document_hash" value="([0-9a-f]{64})"', seen)
    assert found is not None
    unread = await guest.send(desk, desk, name="Paula", document_hash=found[1])
    signed = await guest.send(desk, desk, name="Paula", consent="yes", document_hash=found[1])
    after = await guest.read(desk)
    copy = await guest.client.get(f"{desk}/document")

    assert "The document stays as it is from then on" in asked.text
    assert 'name="sure" value="yes"' in asked.text
    assert 'data-status="approved"' in unsent
    assert 'data-status="sent"' in shown
    assert preview.headers["content-type"] == "application/pdf"
    assert "a ball" in seen
    assert unread.status_code == 422
    assert "confirm that you have read" in unread.text
    assert signed.status_code == 303
    assert "Everybody has signed" in after
    assert copy.content.startswith(b"%PDF")
    assert 'data-status="signed"' in await admin.read(page)


async def test_a_contract_is_corrected_added_to_and_terminated(
    admin: Visitor, api: Api, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[UUID, UUID, UUID, UUID, str]:
        draft = await a_contract(uow)
        plan = await attach_bytes(uow, draft.id, "Plan.txt", b"Doors on the left")
        await submit_contract(uow, draft.id)
        await approve_contract(uow, draft.id)
        sent = await send_contract(uow, draft.id)
        signed = await a_contract(uow, in_state="signed")
        signer = sent.signers[0]
        return sent.id, signed.id, signer.id, plan.id, link_of(signer)

    sent, signed, signer, plan, link = await database.run(house.organization_id, prepare)
    guest = Visitor(api.guest())
    desk = f"/sign/playhouse/{signer}/{link}"
    listed = await guest.read(desk)
    attachment = await guest.client.get(f"{desk}/attachments/{plan}")
    at, other = f"{OFFICE}/contracts/{sent}", f"{OFFICE}/contracts/{signed}"
    await admin.send(at, f"{at}/signers/{signer}/link")
    unsaid = [
        (await admin.send(page, f"{page}/{act}", reason=" ")).text
        for page, act in ((at, "void"), (at, "correct"), (other, "terminate"))
    ]
    long = await admin.send(at, f"{at}/void", reason="w" * 501)
    spent = await guest.client.get(f"{desk}/attachments/{plan}")
    asked = [
        (await admin.send(page, f"{page}/{act}", reason="A dispute")).text
        for page, act in ((at, "void"), (at, "correct"), (other, "terminate"))
    ]
    unended = await admin.read(at), await admin.read(other)
    correction = await admin.send(at, f"{at}/correct", reason="The wrong hall", sure="yes")
    addendum = await admin.send(other, f"{other}/addenda", title="A piano", body="And a piano.")
    unclear = await admin.send(other, f"{other}/addenda", title="", body="")
    shown = await admin.read(other)
    await admin.send(other, f"{other}/terminate", reason="Insolvent", sure="yes")

    assert all('name="reason" value="A dispute"' in page for page in asked)
    assert all('name="sure" value="yes"' in page for page in asked)
    assert 'data-status="viewed"' in unended[0]
    assert 'data-status="signed"' in unended[1]
    assert all("Please fill this in." in page for page in unsaid)
    assert all('<details class="panel" open>' in page for page in unsaid)
    assert "w" * 501 in long.text
    assert "At most 500 characters." in long.text
    assert "Plan.txt" in listed
    assert attachment.content == b"Doors on the left"
    assert spent.status_code == 410
    assert "The wrong hall" in await admin.read(at)
    assert 'data-status="draft"' in await admin.read(correction.headers["location"])
    assert "And a piano." in await admin.read(addendum.headers["location"])
    assert unclear.headers["location"].endswith(str(signed))
    assert "A piano" in shown
    assert 'data-status="terminated"' in await admin.read(other)


async def test_a_placeholder_is_linked_when_its_promoter_has_joined(
    admin: Visitor, database: Database, house: House, other_house: House
) -> None:
    theirs = await database.run(other_house.organization_id, a_show)
    at = f"{OFFICE}/venue-events"
    nobody = await admin.send(at, at, title="Tour")
    made = await admin.send(at, at, title="Tour", placeholder_promoter_name="Aurora")
    page = made.headers["location"]
    before = await admin.read(page)
    await admin.send(page, f"{page}/link", promoter_event_id=str(new_id()))
    still = await admin.read(page)
    await admin.send(page, f"{page}/link", promoter_event_id=str(theirs.event_id))
    after = await admin.read(page)

    assert "Say who the promoter is" in nobody.text
    assert "The promoter has joined" in before
    assert "The promoter has joined" in still
    assert str(theirs.event_id) in after
    assert "The promoter has joined" not in after
    assert "Tour" in await admin.read(at)


async def test_declining_a_replaced_link_and_a_wrong_one(
    api: Api, database: Database, house: House
) -> None:
    contract = await database.run(house.organization_id, a_contract, in_state="sent")
    paula = contract.signers[0]
    desk = f"/sign/playhouse/{paula.id}/{link_token(SECRET, paula.id, 1)}"
    guest = Visitor(api.guest())

    silent = await guest.send(desk, f"{desk}/decline", reason=" ")
    declined = await guest.send(desk, f"{desk}/decline", reason="Too dear")
    after = await guest.read(desk)
    wrong = await guest.client.get(f"/sign/playhouse/{paula.id}/{'x' * 43}")

    assert "say why" in silent.text
    assert declined.status_code == 303
    assert "Too dear" in after
    assert wrong.status_code == 404


async def test_templates_are_written_published_and_rewritten(admin: Visitor) -> None:
    at = f"{OFFICE}/contract-templates"
    made = await admin.send(at, at, name="House", title="Hire", body="For {{customer.name}}")
    page = made.headers["location"]
    await admin.send(page, f"{page}/publish")
    await admin.send(page, page, name="House", title="Hire", body="For {{customer.name}}, anew")
    shown = await admin.read(page)
    missing = await admin.send(at, at, name="", title="", body="")

    assert "Version 2" in shown
    assert "anew" in shown
    assert "Please fill this in." in missing.text
    assert (await admin.client.get(f"{page}/preview")).content.startswith(b"%PDF")


async def test_a_deposit_is_expected_invoiced_paid_and_given_back(
    admin: Visitor, database: Database, house: House
) -> None:
    booking = await database.run(house.organization_id, a_booking)
    at = f"{OFFICE}/deposits"
    fields = {"booking_id": str(booking.id), "title": "Half", "kind": "booking"}
    made = await admin.send(at, at, amount="100.50", due_on="2035-01-31", **fields)
    page = made.headers["location"]
    await admin.send(page, f"{page}/invoice", sure="yes")
    unnamed = await admin.send(page, f"{page}/payments", amount="100.50", reference="")
    for _ in range(2):
        await admin.send(page, f"{page}/payments", amount="100.50", reference="bank 1")
    paid = await admin.read(page)
    invoice = re.search(rf'href="({page}/invoices/[^"]+)"', paid)
    await admin.send(page, f"{page}/refund", reason="Rain", once="1")
    back = await admin.read(page)

    assert "Please fill this in." in unnamed.text
    assert 'data-status="paid"' in paid
    assert invoice is not None
    assert (await admin.client.get(invoice[1])).content.startswith(b"%PDF")
    assert 'data-status="refunded"' in back
    assert "Half" in await admin.read(at)


async def test_what_was_paid_too_much_goes_back_with_a_reason(
    admin: Visitor, database: Database, house: House
) -> None:
    async def pay_too_much(uow: UnitOfWork) -> UUID:
        deposit = await a_deposit(uow, in_state="invoiced", amount_minor=5_000)
        await receive_payment(uow, deposit.id, Payment(amount_minor=6_000, reference="bank 1"))
        return deposit.id

    page = f"{OFFICE}/deposits/{await database.run(house.organization_id, pay_too_much)}"
    unsaid = (await admin.send(page, f"{page}/refund-credit", amount="10", reason=" ")).text
    await admin.send(page, f"{page}/refund-credit", amount="10", reason="Typed twice", once="1")
    shown = await admin.read(page)

    assert "Paid too much: €10.00" in unsaid
    assert "Please fill this in." in unsaid
    assert "Paid too much" not in shown
    assert "Typed twice" in shown


async def test_a_schedule_is_proposed_changed_and_expected_as_a_whole(
    admin: Visitor, database: Database, house: House
) -> None:
    booking = await database.run(house.organization_id, a_booking)
    at = f"{OFFICE}/deposits/schedule"
    proposed = await admin.read(f"{at}?booking_id={booking.id}&parts=3")
    rows = dict(re.findall(r'name="((?:title|share|due_on)_\d)"[^>]*? value="([^"]*)"', proposed))
    fields = {"booking_id": str(booking.id), "parts": "3", "is_required": "yes", **rows}

    too_much = await admin.send(at, at, base="100", **fields | {"share_1": "50"})
    untitled = await admin.send(at, at, base="100", **fields | {"title_2": " "})
    nothing = await admin.read(f"{OFFICE}/deposits")
    made = await admin.send(at, at, base="100", **fields)
    listed = await admin.read(f"{OFFICE}/deposits")

    assert [rows[f"share_{row}"] for row in (1, 2, 3)] == ["33.33", "33.33", "33.34"]
    assert "Together these are more than the whole." in too_much.text
    assert "Please fill this in." in untitled.text
    assert "No deposit is expected." in nothing
    assert made.status_code == 303
    assert [f"Instalment {row} of 3" in listed for row in (1, 2, 3)] == [True] * 3
    assert listed.count("€33.33") >= 2
    assert "€33.34" in listed
    assert "due with the settlement" not in await admin.read(made.headers["location"])


async def test_what_a_schedule_leaves_open_is_said(
    admin: Visitor, database: Database, house: House
) -> None:
    async def priced(uow: UnitOfWork) -> UUID:
        booking = await a_booking(uow)
        rent = NewCharge(description="Rent", unit_minor=10_000, reason="Agreed")
        await add_charge(uow, booking.id, rent)
        return booking.id

    booking_id = await database.run(house.organization_id, priced)
    at = f"{OFFICE}/deposits/schedule"
    rows = {
        f"{name}_{row}": value
        for row, share in ((1, "30"), (2, "60"))
        for name, value in (("title", "Part"), ("share", share), ("due_on", "2035-01-01"))
    }

    made = await admin.send(at, at, base="100", booking_id=str(booking_id), parts="2", **rows)
    told = await admin.read(made.headers["location"])
    shown = await admin.read(f"{OFFICE}/bookings/{booking_id}")

    assert "2 deposits are expected. The other 10 %, €10.00, is due with the settlement." in told
    assert "€10.00 of the price is in no deposit: it is due with the settlement." in shown


async def test_a_deposit_goes_back_in_parts_and_is_waived_with_a_reason_and_credited(
    admin: Visitor, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> tuple[UUID, UUID]:
        booking = await a_booking(uow)
        paid = await a_deposit(uow, booking.id, in_state="paid", amount_minor=10_000)
        owed = await a_deposit(uow, booking.id, in_state="invoiced", amount_minor=5_000)
        return paid.id, owed.id

    paid_id, owed_id = await database.run(house.organization_id, prepare)
    paid, owed = f"{OFFICE}/deposits/{paid_id}", f"{OFFICE}/deposits/{owed_id}"
    unheld = (await admin.send(paid, f"{paid}/refund", amount="700", reason="Typed")).text
    await admin.send(paid, f"{paid}/refund", amount="40", reason="Half the hall", once="1")
    part = await admin.read(paid)
    await admin.send(paid, f"{paid}/forfeit", amount="", reason="Late", once="2")
    kept = await admin.read(paid)
    unwaived = (await admin.send(owed, f"{owed}/waive", reason=" ")).text
    await admin.send(owed, f"{owed}/waive", reason="Old friends")
    waived = await admin.read(owed)
    credit = re.search(rf'action="({owed}/invoices/[^"]+/credit)"', waived)
    assert credit is not None
    await admin.send(owed, credit[1])
    credited = await admin.read(owed)

    assert "data-confirm" not in part  # what asks why has asked
    assert 'data-status="partially_refunded"' in part
    assert "Half the hall" in part
    assert 'data-status="forfeited"' in kept
    assert "Please fill this in." in unwaived
    assert 'value="Typed"' in unheld
    assert 'data-status="invoiced"' in unwaived
    assert 'data-status="waived"' in waived
    assert "Old friends" in waived
    assert "Credit note" in credited
    listed = await admin.read(f"{OFFICE}/deposits")
    assert '€50.00</td>\n      <td class="number">–</td>' in listed
    assert "/credit" not in credited


async def test_what_finance_has_not_said_is_not_shown_as_nought(
    admin: Visitor, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> UUID:
        booking = await a_booking(uow)
        deposit = await uow.get(Deposit, (await a_deposit(uow, booking.id)).id)
        deposit.finance_state = "pending"
        return deposit.id

    deposit_id = await database.run(house.organization_id, prepare)

    page = await admin.read(f"{OFFICE}/deposits/{deposit_id}")
    listed = await admin.read(f"{OFFICE}/deposits")

    assert page.count("not known yet") == 3
    assert "not known yet" in listed


async def test_a_promoter_reads_which_night_of_which_house_and_what_they_owe(
    api: Api, admin: Visitor, database: Database, house: House, other_house: House
) -> None:
    theirs = await database.run(other_house.organization_id, a_show)

    async def prepare(uow: UnitOfWork) -> UUID:
        booking = await a_booking(
            uow, in_state="completed", title="Brass", promoter_event_id=str(theirs.event_id)
        )
        rent = terms(shape="flat", payee="venue", share=0, amountMinor=19_569)
        await a_deal(uow, in_state="accepted", booking_id=booking.id, terms=rent)
        made = await create_settlement(uow, NewSettlement(booking_id=booking.id))
        return made.id

    settlement_id = await database.run(house.organization_id, prepare)
    promoter = await visitor_of(api, other_house, "admin")
    listed = await promoter.read(f"/office/{other_house.slug}/promoter-settlements")
    one = await promoter.read(f"/office/{other_house.slug}/promoter-settlements/{settlement_id}")
    venues = await admin.read(f"{OFFICE}/settlements")
    at_the_door = await visitor_of(api, other_house, "scanner_only")
    for path in ("promoter-settlements", f"promoter-settlements/{settlement_id}"):
        refused = await at_the_door.client.get(f"/office/{other_house.slug}/{path}")
        assert refused.status_code == 403

    for page in (listed, one):
        assert "Brass" in page
        assert "Playhouse" in page
        assert "You owe €195.69" in page
        assert "−€195.69" not in listed
    assert "The promoter owes you €195.69" in venues


async def test_a_night_is_settled_agreed_paid_and_adjusted(
    admin: Visitor, database: Database, house: House
) -> None:
    async def prepare(uow: UnitOfWork) -> UUID:
        booking = await a_booking(uow, in_state="completed")
        rent = terms(shape="flat", payee="venue", share=0, amountMinor=50_000)
        await a_deal(uow, in_state="accepted", booking_id=booking.id, terms=rent)
        await a_deposit(uow, booking.id, in_state="paid")
        return booking.id

    booking_id = await database.run(house.organization_id, prepare)
    at = f"{OFFICE}/settlements"
    made = await admin.send(at, at, booking_id=str(booking_id))
    page = made.headers["location"]
    await admin.send(
        page,
        f"{page}/expenses",
        label="Door",
        amount="40",
        paid_by="venue",
        borne_by="promoter",
    )
    await admin.send(page, f"{page}/comments", text="Is that all?")
    due = re.search(r'name="due_minor" value="(-?\d+)"', await admin.read(page))
    assert due is not None
    early = await admin.send(page, f"{page}/agree", party="promoter", name="P", due_minor="1")
    for party in ("venue", "promoter"):
        await admin.send(page, f"{page}/agree", party=party, name="Pat", due_minor=due[1])
    sheet = await admin.client.get(f"{page}/sheet")
    unsaid = await admin.send(page, f"{page}/pay", reference=" ")
    await admin.send(page, f"{page}/pay", reference="bank 2")
    paid = await admin.read(page)
    unexplained = await admin.send(page, f"{page}/adjust", reason="")
    adjusted = await admin.send(page, f"{page}/adjust", reason="A late bill")

    assert due[1] == "46000"
    assert early.status_code == 303
    assert "Please fill this in." in unsaid.text
    assert "Please fill this in." in unexplained.text
    assert sheet.content.startswith(b"%PDF")
    assert 'data-status="paid"' in paid
    assert "Is that all?" in paid
    assert "A late bill" in await admin.read(adjusted.headers["location"])
    assert "adjustment 1" in await admin.read(at)


async def test_reports_are_shown_and_papers_are_closed_to_others(
    admin: Visitor, api: Api, database: Database, house: House
) -> None:
    await database.run(house.organization_id, a_booking, in_state="confirmed")
    shown = await admin.read(f"{OFFICE}/reports?since=2020-01-01&until=nonsense")
    viewer = await visitor_of(api, house, "viewer")
    answers: list[Any] = [
        await viewer.client.get(f"{OFFICE}/{name}")
        for name in ("deals", "contracts", "deposits", "settlements", "reports")
    ]

    files = [
        await admin.client.get(f"{OFFICE}/reports/{name}")
        for name in ("revenue/csv", "profitability/xlsx", "weather/csv", "revenue/doc")
    ]

    assert "How full the spaces are" in shown
    assert "What is left" in shown
    assert [answer.status_code for answer in files] == [200, 200, 404, 404]
    assert "expected_minor" in files[0].text
    assert {answer.status_code for answer in answers} == {403}


async def test_an_address_that_mail_does_not_reach_is_shown_and_corrected(
    admin: Visitor, database: Database, house: House
) -> None:
    async def bounce(uow: UnitOfWork) -> tuple[UUID, UUID, UUID]:
        booking = await a_booking(uow, title="Brass")
        contract = await a_contract(uow, in_state="sent", booking_id=booking.id)
        signer = contract.signers[0]
        await note_unreachable(uow, contract, signer)
        return booking.id, contract.id, signer.id

    booking, contract, signer = await database.run(house.organization_id, bounce)
    page = f"{OFFICE}/contracts/{contract}"
    pages = [page, f"{OFFICE}/bookings/{booking}", OFFICE]
    before = [await admin.read(one) for one in pages]
    wrong = await admin.send(page, f"{page}/signers/{signer}/address", email="nobody")
    done = await admin.send(page, f"{page}/signers/{signer}/address", email="p@right.example")
    after = [await admin.read(one) for one in pages]

    told = ("arrive at paula@example.org", "arrive at paula@example.org", "sign for Brass")
    assert [text in shown for text, shown in zip(told, before, strict=True)] == [True] * 3
    assert wrong.status_code == done.status_code == 303
    assert "p@right.example" in after[0]
    assert [text in shown for text, shown in zip(told, after, strict=True)] == [False] * 3


async def test_what_invoices_say_of_the_house_is_written_down_once(
    admin: Visitor, database: Database, house: House
) -> None:
    deposit = await database.run(house.organization_id, a_deposit)
    at, page = f"{OFFICE}/house", f"{OFFICE}/deposits/{deposit.id}"
    bare = await admin.read(page)
    fields = {
        **dict(
            re.findall(r'name="(name|locale|version)"[^>]*? value="([^"]*)"', await admin.read(at))
        ),
        "currency": "EUR",
        "timezone": "Europe/Berlin",
        "day_begins_hour": "6",
        "billing_address": "Playhouse GmbH\nLantern Lane 3",
        "tax_number": "DE123456789",
    }

    slip = await admin.send(at, at, **fields, iban="DE89 3704 0044 0532 0130 01")
    saved = await admin.send(at, at, **fields, iban="DE89370400440532013000")
    shown = await admin.read(at)

    assert "your address, your tax number" in bare
    assert "look at its digits again" in slip.text
    assert 'value="DE89 3704 0044 0532 0130 01"' in slip.text
    assert saved.status_code == 303, saved.text[-2000:]
    assert 'value="DE89 3704 0044 0532 0130 00"' in shown
    assert "your address" not in await admin.read(page)


async def test_the_office_says_what_invoices_say_of_a_customer(
    database: Database, house: House, admin: Visitor
) -> None:
    async def prepare(uow: UnitOfWork) -> UUID:
        company = await create_company(uow, NewCompany(name="Promoter"))
        return (await create_customer(uow, NewCustomer(company_id=company.id))).id

    page = f"{OFFICE}/customers/{await database.run(house.organization_id, prepare)}"
    fields = {"name": "Promoter", "address": "2 Harbour Road\r\n20457 Hamburg"}
    before = await admin.read(page)

    nameless = await admin.send(page, f"{page}/company", **(fields | {"name": " "}), version="1")
    saved = await admin.send(page, f"{page}/company", **fields, version="1")
    late = await admin.send(page, f"{page}/company", **fields, tax_number="DE1", version="1")

    assert "Without an address" in before
    assert "Please fill this in" in nameless.text
    assert saved.status_code == 303
    after = await admin.read(page)
    assert "2 Harbour Road\n20457 Hamburg" in after
    assert "Without an address" not in after
    assert "Somebody else changed this meanwhile" in late.text
    assert "DE1" in late.text
