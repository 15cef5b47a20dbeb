"""Tickets on paper: everything that the door and the guest need, and nothing that breaks them."""

from io import BytesIO

import pytest
from msgspec.structs import replace
from pypdf import PdfReader

from houseful.messaging.documents import (
    DocumentTexts,
    ReceiptLine,
    ReceiptTotal,
    TicketDocument,
    TicketPage,
    ticket_pdf,
)

SEATED = TicketPage(
    code="HF1" + "A7" * 84,
    short_code="014D2-PF2DB",
    ticket_type="Full price",
    price_text="€68.00",
    section="Stalls",
    row="F",
    seat="14",
    attendee_name="Amélie Łukasiewicz",
    entrance="Gate B",
)
STANDING = TicketPage(
    code="HF1" + "B8" * 84,
    short_code="7K3QX-0M9TD",
    ticket_type="Standing",
    price_text="€24.00",
    area="Gallery",
    note="Bring a student card.",
)
DOCUMENT = TicketDocument(
    order_reference="HF-7QK2-93MD",
    organization_name="Theatre on the Quay",
    event_name="The Marriage of Figaro",
    venue_name="Quayside Opera House",
    venue_address="14 Harbour Street, Hamburg",
    date_text="Friday, 5 June 2026",
    starts_at_text="19:30",
    doors_at_text="18:30",
    zone_text="Central European Summer Time",
    buyer_name="Jonas Weber",
    tickets=[SEATED, STANDING],
    currency="EUR",
    lines=[
        ReceiptLine(description="Full price", quantity=1, unit_text="€68.00", amount_text="€68.00"),
        ReceiptLine(description="Standing", quantity=1, unit_text="€24.00", amount_text="€24.00"),
    ],
    totals=[
        ReceiptTotal(label="Booking fee", amount_text="€4.00"),
        ReceiptTotal(label="Total paid", amount_text="€96.00", is_grand=True),
    ],
    issued_at_text="2 March 2026",
    seller_text="Theatre on the Quay gGmbH",
    terms="No late admission.",
)


def pages_of(document: TicketDocument) -> list[str]:
    reader = PdfReader(BytesIO(ticket_pdf(document)))
    return [" ".join(page.extract_text().split()) for page in reader.pages]


def test_each_ticket_has_its_page_and_the_receipt_is_last() -> None:
    seated, standing, receipt = pages_of(DOCUMENT)

    for text in ("Marriage of Figaro", "Stalls", "F", "14", "014D2-PF2DB", "Amélie Łukasiewicz"):
        assert text in seated
    for text in ("Friday, 5 June 2026", "18:30", "19:30", "Central European Summer Time"):
        assert text in seated
    for text in ("Full price", "€68.00", "Gate B", "HF-7QK2-93MD", "Ticket 1 of 2"):
        assert text in seated
    assert "Gallery" in standing
    assert "Bring a student card." in standing
    assert "Ticket 2 of 2" in standing
    for text in ("Receipt", "Booking fee", "€4.00", "Total paid", "€96.00", "gGmbH"):
        assert text in receipt


def test_without_lines_there_is_no_receipt_and_without_tickets_only_a_receipt() -> None:
    assert len(pages_of(replace(DOCUMENT, lines=[], totals=[]))) == 2
    assert len(pages_of(replace(DOCUMENT, tickets=[]))) == 1


def test_names_are_text_and_never_markup() -> None:
    hostile = '#panic("x") *bold* $x$ @ref <label> \\'
    ticket = replace(SEATED, attendee_name=hostile, section=hostile)

    first, *_ = pages_of(
        replace(DOCUMENT, event_name=hostile, venue_name=hostile, tickets=[ticket])
    )

    assert first.count("#panic") >= 4


@pytest.mark.parametrize("length", [30, 60, 120])
def test_long_names_stay_on_the_tickets_page(length: int) -> None:
    endless, wordy = ("Wolfeschlegel" * length)[:length], ("lorem " * length)[:length]
    ticket = replace(SEATED, attendee_name=endless, ticket_type=wordy, section=wordy[:40])

    pages = pages_of(
        replace(DOCUMENT, event_name=wordy, venue_name=endless, tickets=[ticket], lines=[])
    )

    assert len(pages) == 1
    assert endless in pages[0].replace(" ", "")


def test_the_document_says_what_it_is_to_a_screen_reader() -> None:
    reader = PdfReader(BytesIO(ticket_pdf(replace(DOCUMENT, locale="de_DE"))))

    assert reader.metadata is not None
    assert reader.metadata.title == "The Marriage of Figaro · HF-7QK2-93MD"
    assert reader.root_object["/Lang"] == "de"
    assert reader.root_object["/MarkInfo"]["/Marked"]


def test_the_fixed_words_are_translated() -> None:
    texts = DocumentTexts(row="Reihe", seat="Platz", receipt="Rechnung")

    seated, _, receipt = pages_of(replace(DOCUMENT, texts=texts, locale="de"))

    assert "REIHE" in seated.replace(" ", "")
    assert "PLATZ" in seated.replace(" ", "")
    assert "Rechnung" in receipt


def test_the_same_order_gives_the_same_file() -> None:
    assert ticket_pdf(DOCUMENT) == ticket_pdf(DOCUMENT)
