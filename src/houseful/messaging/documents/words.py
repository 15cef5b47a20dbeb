"""The fixed words of documents, by language."""

from houseful.messaging.documents import DocumentTexts

_GERMAN = DocumentTexts(
    ticket="Ticket",
    of="von",
    date="Datum",
    starts="Beginn",
    doors="Einlass",
    venue="Ort",
    entrance="Eingang",
    section="Bereich",
    row="Reihe",
    seat="Platz",
    area="Stehplatz",
    ticket_type="Kategorie",
    price="Preis",
    attendee="Gast",
    buyer="Gekauft von",
    order="Bestellung",
    qr_alt="Der Code des Tickets, der am Einlass gelesen wird",
    show_code="Bitte diesen Code am Einlass zeigen, auf Papier oder auf dem Bildschirm.",
    once="Er öffnet die Tür ein Mal: bitte nicht teilen oder veröffentlichen.",
    receipt="Beleg",
    issued="Ausgestellt",
    description="Bezeichnung",
    quantity="Anzahl",
    unit_price="Preis",
    amount="Betrag",
    fee="Buchungsgebühr",
    tax="Umsatzsteuer",
    tax_included="Darin enthaltene Umsatzsteuer",
    rounding="Rundung",
    total="Bezahlt",
    undated="Wird bekannt gegeben",
)
_BY_LANGUAGE = {"en": DocumentTexts(), "de": _GERMAN}


def document_texts(language: str) -> DocumentTexts:
    """Return the words in the language, or in English."""
    return _BY_LANGUAGE.get(language, _BY_LANGUAGE["en"])
