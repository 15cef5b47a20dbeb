"""What search engines are told."""

from typing import Any

import msgspec

from houseful.events import Offer, PublicPlace, ShownEvent, event_json_ld
from houseful.kernel.ids import new_id
from houseful.kernel.money import Money
from tests.builders.calendar import at

SHOWN = ShownEvent(
    id=new_id(),
    organization_id=new_id(),
    name="An Evening of Songs",
    slug="songs",
    source_object_id=None,
    description="",
    start_at=at(18),
    end_at=at(21),
    doors_at=at(17),
    previous_start_at=None,
    status="published",
    status_reason="",
    max_capacity=800,
    settings={},
    venue_id=new_id(),
    venue_name="Playhouse",
    timezone="Europe/Berlin",
    venue=PublicPlace(
        name="Playhouse",
        street_address="Main Street 1",
        postal_code="10115",
        city="Berlin",
        region="",
        country_iso2="DE",
    ),
    space_ids=[],
    series_id=None,
    ended_at=None,
    published_at=at(0),
    created_at=at(0),
    updated_at=at(0),
    version=1,
)


def _document(**changes: Any) -> dict[str, Any]:
    return event_json_ld(
        msgspec.structs.replace(SHOWN, **changes),
        url="https://example.org/songs",
        organizer="Playhouse Ltd",
        organizer_url="https://example.org",
    )


def test_an_event_says_when_in_the_venues_time_and_where() -> None:
    document = _document()

    assert document["startDate"] == "2035-05-01T20:00:00+02:00"
    assert document["doorTime"] == "2035-05-01T19:00:00+02:00"
    assert document["eventStatus"] == "https://schema.org/EventScheduled"
    assert document["location"]["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "Main Street 1",
        "postalCode": "10115",
        "addressLocality": "Berlin",
        "addressCountry": "DE",
    }
    assert "previousStartDate" not in document
    assert "description" not in document


def test_an_event_without_a_new_date_keeps_its_old_one_and_is_postponed() -> None:
    document = _document(
        status="postponed", start_at=None, end_at=None, doors_at=None, previous_start_at=at(18)
    )

    assert document["eventStatus"] == "https://schema.org/EventPostponed"
    assert document["startDate"] == "2035-05-01T20:00:00+02:00"
    assert "endDate" not in document


def test_a_moved_event_says_when_it_was_to_be() -> None:
    document = _document(previous_start_at=at(12))

    assert document["eventStatus"] == "https://schema.org/EventRescheduled"
    assert document["previousStartDate"] == "2035-05-01T14:00:00+02:00"


def test_a_cancelled_event_says_so_even_if_it_was_moved_before() -> None:
    document = _document(status="cancelled", previous_start_at=at(12))

    assert document["eventStatus"] == "https://schema.org/EventCancelled"


def test_offers_are_in_major_units_and_say_whether_there_are_any() -> None:
    offers = [
        Offer(
            name=currency,
            price=Money(125050, currency),
            url="https://example.org/songs",
            is_available=currency != "JPY",
        )
        for currency in ("EUR", "JPY", "KWD")
    ]

    document = event_json_ld(SHOWN, url="u", organizer="o", organizer_url="u", offers=offers)

    assert [(offer["price"], offer["priceCurrency"]) for offer in document["offers"]] == [
        ("1250.50", "EUR"),
        ("125050", "JPY"),
        ("125.050", "KWD"),
    ]
    assert document["offers"][0]["availability"] == "https://schema.org/InStock"
    assert document["offers"][1]["availability"] == "https://schema.org/SoldOut"
