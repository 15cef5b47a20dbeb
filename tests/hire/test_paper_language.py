"""Papers say in the language of the house's letters what is not typed: words, amounts, dates."""

import io
import string
from typing import Any
from uuid import UUID

import msgspec
import pytest
from pypdf import PdfReader

from houseful.accounts import organization_of, update_organization
from houseful.hire.contracts.paper import House as Paper
from houseful.hire.contracts.values import deal_values
from houseful.hire.deals.rules import settle_deal
from houseful.hire.deals.schemas import Answer
from houseful.hire.deals.service import accept_deal, offer_deal
from houseful.hire.deals.terms import BoxOffice, DealTerms, Expense, Night, Tier, VariableCost
from houseful.hire.deals.wording import trace_texts
from houseful.hire.deposits.invoices import credit_invoice, invoices_of, read_invoice
from houseful.hire.deposits.schemas import Waiver
from houseful.hire.deposits.service import waive_deposit
from houseful.hire.documents import paper_texts
from houseful.hire.rates.schemas import NewCharge
from houseful.hire.rates.service import add_charge
from houseful.hire.settlements.queries import read_sheet
from houseful.hire.settlements.schemas import Agreement, NewExpense, NewSettlement
from houseful.hire.settlements.service import add_expense, agree, create_settlement
from houseful.kernel.database import Database, UnitOfWork
from tests.builders.accounts import House
from tests.builders.hire import a_booking
from tests.builders.hire_papers import a_deal, a_deposit, terms


def _words(content: bytes) -> str:
    text = PdfReader(io.BytesIO(content)).pages[0].extract_text()
    return " ".join(text.replace("\xa0", " ").split())


async def _speak_german(uow: UnitOfWork) -> None:
    await update_organization(uow, (await organization_of(uow)).version, locale="de-AT")


def _placeholders(texts: msgspec.Struct) -> dict[str, set[str]]:
    return {
        name: {field for _, field, _, _ in string.Formatter().parse(text) if field}
        for name, text in msgspec.structs.asdict(texts).items()
    }


@pytest.mark.parametrize("texts", [trace_texts, paper_texts])
def test_every_language_says_all_of_it_with_the_same_placeholders(texts: Any) -> None:
    assert _placeholders(texts("de")) == _placeholders(texts("en"))
    assert texts("xx") == texts("en")
    same = {
        name
        for name, text in msgspec.structs.asdict(texts("de")).items()
        if text == getattr(texts("en"), name)
    }
    assert same <= {"bonus", "account", "bank", "share_how"}


async def test_an_invoice_and_its_credit_note_are_in_german(
    database: Database, house: House
) -> None:
    async def invoice(uow: UnitOfWork) -> list[str]:
        await _speak_german(uow)
        booking = await a_booking(uow)
        rent = NewCharge(
            description="Miete", unit_minor=1_085_00, tax_basis_points=850, reason="Vereinbart"
        )
        await add_charge(uow, booking.id, rent)
        deposit = await a_deposit(uow, booking.id, in_state="invoiced")
        (issued,) = await invoices_of(uow, deposit.id)
        await waive_deposit(uow, deposit.id, Waiver(reason="Kulanz"))
        note = await credit_invoice(uow, issued.id)
        return [_words((await read_invoice(uow, one.id)).content) for one in (issued, note)]

    issued, note = await database.run(house.organization_id, invoice)

    for words in (
        "Rechnung",
        "FÄLLIG",
        "Harvest Ball, 1. Mai 2035",
        "8,5 % € 921,66 € 78,34 € 1.000,00",
        "Bitte geben Sie bei der Zahlung die Nummer der Rechnung an.",
    ):
        assert words in issued
    assert "Rechnungskorrektur" in note
    assert "Damit wird die Rechnung" in note
    assert "Invoice" not in issued + note


async def test_a_settlement_sheet_is_in_german_and_its_page_is_not(
    database: Database, house: House
) -> None:
    async def settle(uow: UnitOfWork) -> tuple[UUID, dict[str, Any]]:
        await _speak_german(uow)
        booking = await a_booking(uow, in_state="completed")
        deal = await a_deal(uow, booking_id=booking.id)
        await offer_deal(uow, deal.id)
        await accept_deal(uow, deal.id, Answer())
        settlement = await create_settlement(uow, NewSettlement(booking_id=booking.id))
        piano = NewExpense(label="Klavier", amount_minor=1_500, borne_by="promoter")
        settlement = await add_expense(uow, settlement.id, piano)
        for party in ("venue", "promoter"):
            yes = Agreement(name="Ja", due_minor=settlement.due_minor, party=party)
            settlement = await agree(uow, settlement.id, yes, by_promoter=party == "promoter")
        return settlement.id, settlement.outcome

    settlement_id, outcome = await database.run(house.organization_id, settle)
    words = _words(await database.run(house.organization_id, read_sheet, settlement_id))

    for text in (
        "Abrechnung",
        "1. Mai 2035",
        "Anteil des Veranstalters: Garantie oder Prozente",
        "85 % von: Nettoeinnahmen abzüglich Kosten, € 0,00",
        "vom Haus bezahlt: Klavier",
        "An den Veranstalter zu zahlen € 7.985,00",
        "FÜR DAS HAUS",
    ):
        assert text in words
    assert "NBOR" in words
    assert "promoter" not in words
    assert outcome["trace"][0]["label"] == "Gross box office receipts"


@pytest.mark.parametrize(
    "given",
    [
        terms(shape="flat", share=0),
        terms(shape="per_ticket", share=0),
        terms(shape="door", payee="venue"),
        terms(shape="plus", profit=1500),
        terms(base="adjusted_gross", shape="percentage"),
        terms(profit=1000, tax=700, facilityFeeMinor=50, boxOffice="promoter"),
    ],
    ids=lambda one: one.shape,
)
def test_a_trace_comes_to_the_same_in_every_language(given: DealTerms) -> None:
    night = Night(
        box_office=BoxOffice(gross_minor=2_000_000, sold=400, fees_minor=900),
        expenses=tuple(
            Expense(label="Piano", amount_minor=5_000, paid_by=paid_by, borne_by=borne_by)
            for paid_by in ("venue", "promoter")
            for borne_by in ("venue", "promoter", "show")
        ),
        deposits_minor=100,
        advances_minor=200,
    )
    costs = (VariableCost(label="Cards", per_ticket_minor=10, share=150),)
    tiers = (Tier(from_minor=100_000, share=9025),) if given.share else ()
    deal = msgspec.structs.replace(
        given, variable_costs=costs, tiers=tiers, floor_minor=1, cap_minor=10**9
    )

    english, german = [settle_deal(deal, night, locale=locale) for locale in ("en", "de")]

    assert [(step.key, step.amount_minor) for step in german.trace] == [
        (step.key, step.amount_minor) for step in english.trace
    ]
    assert msgspec.structs.replace(german, trace=()) == msgspec.structs.replace(english, trace=())
    kept = [one.label for one, two in zip(german.trace, english.trace, strict=True) if one == two]
    assert set(kept) <= {"Cards"}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (terms(), "Der Veranstalter erhält den höheren Betrag von 8.000,00 € und 85 % der"),
        (terms(shape="flat", payee="venue"), "Das Haus erhält einen Festbetrag von 8.000,00 €."),
        (terms(share=8025, shape="door"), "Der Veranstalter erhält 80,25 % der Nettoeinnahmen."),
    ],
)
def test_a_contract_tells_the_terms_in_german(given: DealTerms, sentence: str) -> None:
    values = deal_values("Gastspiel", given, Paper("Haus", "de", "Europe/Berlin"))

    assert values["deal.terms"].replace("\xa0", " ").startswith(sentence)
