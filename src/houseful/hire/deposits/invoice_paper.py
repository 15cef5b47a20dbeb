"""What stands on an invoice or a credit note: as an invoice in the European Union needs it.

It is kept with the invoice: who is taken back by a credit note is taxed as they were.
"""

from collections.abc import Callable
from typing import Any

from houseful.accounts import organization_of, write_iban
from houseful.hire.bookings.models import Booking
from houseful.hire.contracts.values import house_of, write_date, write_day
from houseful.hire.customers.reaching import billed_party_of
from houseful.hire.deposits.models import Deposit, Invoice
from houseful.hire.deposits.taxes import TaxLine, priced_by_rate, tax_lines
from houseful.hire.documents import PaperTexts
from houseful.kernel.database import UnitOfWork
from houseful.kernel.money import Money, format_money, format_percent

_PRINTED = (
    *("number", "issued", "due", "seller", "customer", "description", "amount", "total"),
    *("rate", "net", "tax", "gross", "pay_to", "account", "bank", "reference"),
)
"""The words that the template asks for by name."""


async def details_of(
    uow: UnitOfWork,
    booking: Booking,
    deposit: Deposit,
    invoice: Invoice,
    credited: Invoice | None,
) -> dict[str, Any]:
    """Return all that is printed, written out in the house's language, as its letters are."""
    house = await house_of(uow)
    texts = house.texts
    organization = await organization_of(uow)
    kind = texts.credit_note if credited else texts.invoice
    seller = organization.billing_address.splitlines() or [house.name]
    billed = await billed_party_of(uow, booking)
    priced = await _priced(uow, deposit, credited)
    night = write_day(booking.starts_at, booking.timezone, house.locale)

    def money(amount_minor: int) -> str:
        return format_money(Money(amount_minor, invoice.currency), house.locale)

    return {
        "title": kind,
        "house": house.name,
        "language": house.language,
        "foot": f"{house.name} · {kind} {invoice.name}",
        "seller": [*seller, *_tax_number(organization.tax_number, texts)],
        "number": invoice.name,
        "issued": write_day(uow.now, booking.timezone, house.locale),
        "due": write_date(deposit.due_on, house.locale),
        "customer": [
            billed.name,
            *billed.address.splitlines(),
            *_tax_number(billed.tax_number, texts),
        ],
        "lines": [
            {
                "text": f"{deposit.title}: {booking.title}, {night}",
                "amount": money(invoice.amount_minor),
            }
        ],
        "priced": {str(rate): amount for rate, amount in priced.items()},
        "taxes": [
            _tax(line, money, house.locale) for line in tax_lines(invoice.amount_minor, priced)
        ],
        "total": money(invoice.amount_minor),
        "note": _taken_back(credited, invoice, texts, money)
        if credited
        else _to_pay(deposit, texts, money),
        "account": {
            "holder": seller[0],
            "iban": write_iban(organization.iban),
            "bic": organization.bic,
            "reference": invoice.name,
        }
        if organization.iban and not credited and deposit.status != "paid"
        else None,
        "words": {name: getattr(texts, name) for name in _PRINTED},
    }


async def missing_particulars(uow: UnitOfWork, booking: Booking) -> list[str]:
    """Name what an invoice of a booking should say and could not, as nobody has written it down."""
    house = await organization_of(uow)
    billed = await billed_party_of(uow, booking)
    said = {
        "your address": house.billing_address,
        "your tax number": house.tax_number,
        f"the address of {billed.name}": billed.address,
    }
    return [what for what, text in said.items() if not text.strip()]


async def _priced(uow: UnitOfWork, deposit: Deposit, credited: Invoice | None) -> dict[int, int]:
    """Return what is taxed how: of a credit note, as its invoice says."""
    if credited is None:
        return await priced_by_rate(uow, deposit)
    kept: dict[str, int] = credited.details.get("priced", {})
    return {int(rate): amount for rate, amount in kept.items()}


def _tax(line: TaxLine, money: Callable[[int], str], locale: str) -> dict[str, str]:
    return {
        "rate": format_percent(line.rate, locale),
        "net": money(line.net_minor),
        "tax": money(line.tax_minor),
        "gross": money(line.gross_minor),
    }


def _tax_number(number: str, texts: PaperTexts) -> list[str]:
    return [texts.tax_number.format(number=number)] if number else []


def _to_pay(deposit: Deposit, texts: PaperTexts, money: Callable[[int], str]) -> str:
    """Say what is left to pay of an invoice that may have been paid before it was issued."""
    if deposit.status == "paid":
        return texts.is_paid
    if not deposit.is_paid_known or not deposit.paid_minor:
        return texts.please_name
    part_paid = texts.part_paid.format(
        paid=money(deposit.paid_minor), left=money(deposit.balance_minor)
    )
    return f"{part_paid} {texts.please_name}"


def _taken_back(
    credited: Invoice, note: Invoice, texts: PaperTexts, money: Callable[[int], str]
) -> str:
    left = credited.amount_minor + note.amount_minor
    if not left:
        return texts.takes_back.format(number=credited.name)
    return texts.takes_back_part.format(number=credited.name, left=money(left))
