"""The fixed words of papers, by language."""

import msgspec

from houseful.kernel.locales import ENGLISH


class PaperTexts(msgspec.Struct, frozen=True, kw_only=True):
    """Words, and sentences with `{placeholders}`; English unless translated."""

    invoice: str = "Invoice"
    credit_note: str = "Credit note"
    tax_number: str = "Tax number: {number}"
    number: str = "Number"
    issued: str = "Issued"
    due: str = "Due"
    seller: str = "From"
    customer: str = "To"
    description: str = "For"
    amount: str = "Amount"
    total: str = "Total"
    rate: str = "Tax"
    net: str = "Net"
    tax: str = "Tax amount"
    gross: str = "Gross"
    pay_to: str = "Pay to"
    account: str = "IBAN"
    bank: str = "BIC"
    reference: str = "Reference"
    is_paid: str = "This is paid: nothing is left to pay."
    please_name: str = "Please name the number of the invoice when you pay."
    part_paid: str = "{paid} are paid; {left} are left to pay."
    takes_back: str = "This takes back the invoice {number}."
    takes_back_part: str = (
        "This takes back a part of the invoice {number}: {left} were paid and stay."
    )

    attachments: str = "Attachments"
    signed_by: str = "Signed by"
    venue: str = "venue"
    promoter: str = "promoter"
    venue_receives: str = "The venue receives {what}."
    promoter_receives: str = "The promoter receives {what}."
    flat: str = "a flat amount of {amount}"
    guarantee: str = "a guarantee of {amount}"
    percentage: str = "{percent} of the {base}"
    door: str = "{percent} of the net gross"
    per_ticket: str = "{amount} for each ticket sold"
    versus: str = "the greater of {amount} and {percent} of the {base}"
    plus: str = "{amount}, and {percent} of the net gross over the split point"
    of_gross: str = "gross receipts"
    of_adjusted_gross: str = "adjusted gross"
    of_net_gross: str = "net gross"
    of_net: str = "net gross less expenses"

    settlement: str = "Settlement"
    adjustment: str = "Adjustment {number}"
    what: str = "What"
    how: str = "How"
    due_to_promoter: str = "Due to the promoter"
    due_to_venue: str = "Due to the venue"
    overpaid: str = (
        "Beside this, {amount} were paid too much of the deposits: they go back on their own."
    )
    for_venue: str = "For the venue"
    for_promoter: str = "For the promoter"

    def named(self, name: str) -> str:
        """Return the text of a name that is put together, such as `of_net`."""
        text: str = getattr(self, name)
        return text


_GERMAN = PaperTexts(
    invoice="Rechnung",
    credit_note="Rechnungskorrektur",
    tax_number="Steuernummer: {number}",
    number="Nummer",
    issued="Ausgestellt",
    due="Fällig",
    seller="Von",
    customer="An",
    description="Für",
    amount="Betrag",
    total="Summe",
    rate="Steuersatz",
    net="Netto",
    tax="Umsatzsteuer",
    gross="Brutto",
    pay_to="Zahlbar an",
    account="IBAN",
    bank="BIC",
    reference="Verwendungszweck",
    is_paid="Der Betrag ist bezahlt: es ist nichts mehr zu zahlen.",
    please_name="Bitte geben Sie bei der Zahlung die Nummer der Rechnung an.",
    part_paid="{paid} sind bezahlt, {left} sind noch zu zahlen.",
    takes_back="Damit wird die Rechnung {number} storniert.",
    takes_back_part="Damit wird die Rechnung {number} zum Teil storniert:"
    " {left} sind bezahlt und bleiben.",
    attachments="Anlagen",
    signed_by="Unterschrieben von",
    venue="Haus",
    promoter="Veranstalter",
    venue_receives="Das Haus erhält {what}.",
    promoter_receives="Der Veranstalter erhält {what}.",
    flat="einen Festbetrag von {amount}",
    guarantee="eine Garantie von {amount}",
    percentage="{percent} der {base}",
    door="{percent} der Nettoeinnahmen",
    per_ticket="{amount} je verkauftem Ticket",
    versus="den höheren Betrag von {amount} und {percent} der {base}",
    plus="{amount} und {percent} der Nettoeinnahmen über dem Teilungspunkt",
    of_gross="Bruttoeinnahmen",
    of_adjusted_gross="bereinigten Bruttoeinnahmen",
    of_net_gross="Nettoeinnahmen",
    of_net="Nettoeinnahmen abzüglich der Kosten",
    settlement="Abrechnung",
    adjustment="Berichtigung {number}",
    what="Was",
    how="Wie",
    due_to_promoter="An den Veranstalter zu zahlen",
    due_to_venue="An das Haus zu zahlen",
    overpaid="Daneben wurden {amount} zu viel angezahlt: sie gehen gesondert zurück.",
    for_venue="Für das Haus",
    for_promoter="Für den Veranstalter",
)
_BY_LANGUAGE = {ENGLISH: PaperTexts(), "de": _GERMAN}


def paper_texts(language: str) -> PaperTexts:
    """Return the words in the language, or in English."""
    return _BY_LANGUAGE.get(language, _BY_LANGUAGE[ENGLISH])
