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
from houseful.kernel.database import UnitOfWork
from houseful.kernel.money import Money, format_money

_WORDS = {
    "number": "Number",
    "issued": "Issued",
    "due": "Due",
    "seller": "From",
    "customer": "To",
    "description": "For",
    "amount": "Amount",
    "total": "Total",
    "rate": "Tax",
    "net": "Net",
    "tax": "Tax amount",
    "gross": "Gross",
    "pay_to": "Pay to",
    "account": "IBAN",
    "bank": "BIC",
    "reference": "Reference",
}


async def details_of(
    uow: UnitOfWork,
    booking: Booking,
    deposit: Deposit,
    invoice: Invoice,
    credited: Invoice | None,
) -> dict[str, Any]:
    """Return all that is printed, written out in the house's language."""
    house = await house_of(uow)
    organization = await organization_of(uow)
    kind = "Credit note" if credited else "Invoice"
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
        "seller": [*seller, *_if(organization.tax_number, "Tax number: ")],
        "number": invoice.name,
        "issued": write_day(uow.now, booking.timezone, house.locale),
        "due": write_date(deposit.due_on, house.locale),
        "customer": [
            billed.name,
            *billed.address.splitlines(),
            *_if(billed.tax_number, "Tax number: "),
        ],
        "lines": [
            {
                "text": f"{deposit.title}: {booking.title}, {night}",
                "amount": money(invoice.amount_minor),
            }
        ],
        "priced": {str(rate): amount for rate, amount in priced.items()},
        "taxes": [_tax(line, money) for line in tax_lines(invoice.amount_minor, priced)],
        "total": money(invoice.amount_minor),
        "note": _taken_back(credited, invoice, house.locale)
        if credited
        else _to_pay(deposit, house.locale),
        "account": {
            "holder": seller[0],
            "iban": write_iban(organization.iban),
            "bic": organization.bic,
            "reference": invoice.name,
        }
        if organization.iban and not credited and deposit.status != "paid"
        else None,
        "words": _WORDS,
    }


async def _priced(uow: UnitOfWork, deposit: Deposit, credited: Invoice | None) -> dict[int, int]:
    """Return what is taxed how: of a credit note, as its invoice says."""
    if credited is None:
        return await priced_by_rate(uow, deposit)
    kept: dict[str, int] = credited.details.get("priced", {})
    return {int(rate): amount for rate, amount in kept.items()}


def _tax(line: TaxLine, money: Callable[[int], str]) -> dict[str, str]:
    return {
        "rate": f"{line.rate / 100:g} %",
        "net": money(line.net_minor),
        "tax": money(line.tax_minor),
        "gross": money(line.gross_minor),
    }


def _if(text: str, before: str) -> list[str]:
    return [before + text] if text else []


def _to_pay(deposit: Deposit, locale: str) -> str:
    """Say what is left to pay of an invoice that may have been paid before it was issued."""
    if deposit.status == "paid":
        return "This is paid: nothing is left to pay."
    please = "Please name the number of the invoice when you pay."
    if not deposit.is_paid_known or not deposit.paid_minor:
        return please
    paid, left = (
        format_money(Money(amount, deposit.currency), locale)
        for amount in (deposit.paid_minor, deposit.balance_minor)
    )
    return f"{paid} are paid; {left} are left to pay. {please}"


def _taken_back(credited: Invoice, note: Invoice, locale: str) -> str:
    left = Money(credited.amount_minor + note.amount_minor, note.currency)
    if not left.amount:
        return f"This takes back the invoice {credited.name}."
    return (
        f"This takes back a part of the invoice {credited.name}: {format_money(left, locale)}"
        " were paid and stay."
    )
