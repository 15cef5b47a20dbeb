"""An event as schema.org says it, for search engines: JSON-LD."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from houseful.events.queries import ShownEvent
from houseful.events.schemas import PublicPlace
from houseful.kernel.money import Money, exponent

SCHEMA = "https://schema.org/"


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """What a ticket costs, where to buy it, and whether there are any."""

    name: str
    price: Money
    url: str
    is_available: bool
    valid_from: datetime | None = None


def event_json_ld(
    event: ShownEvent,
    *,
    url: str,
    organizer: str,
    organizer_url: str,
    image_urls: Sequence[str] = (),
    offers: Sequence[Offer] = (),
) -> dict[str, Any]:
    """Return the JSON-LD of an event's page; times are the venue's, with their offset.

    While an event is postponed until further notice, `startDate` stays what it was, as schema.org
    asks.
    """
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": event.name,
        "url": url,
        "eventStatus": SCHEMA + _status(event),
        "eventAttendanceMode": SCHEMA + "OfflineEventAttendanceMode",
        "organizer": {"@type": "Organization", "name": organizer, "url": organizer_url},
    }
    optional = {
        "description": event.description,
        "startDate": _local(event.start_at or event.previous_start_at, event.timezone),
        "endDate": _local(event.end_at, event.timezone),
        "doorTime": _local(event.doors_at, event.timezone),
        "previousStartDate": _previous(event),
        "location": _place(event.venue) if event.venue else None,
        "image": list(image_urls),
        "maximumAttendeeCapacity": event.max_capacity,
        "offers": [_offer(offer, event.timezone) for offer in offers],
    }
    return document | {name: value for name, value in optional.items() if value}


def _status(event: ShownEvent) -> str:
    if event.status == "cancelled":
        return "EventCancelled"
    if event.status == "postponed":
        return "EventPostponed"
    return "EventRescheduled" if event.previous_start_at else "EventScheduled"


def _previous(event: ShownEvent) -> str | None:
    if event.start_at is None:
        return None
    return _local(event.previous_start_at, event.timezone)


def _local(at: datetime | None, timezone: str | None) -> str | None:
    if at is None:
        return None
    return (at.astimezone(ZoneInfo(timezone)) if timezone else at).isoformat()


def _place(place: PublicPlace) -> dict[str, Any]:
    address = {
        "streetAddress": place.street_address,
        "postalCode": place.postal_code,
        "addressLocality": place.city,
        "addressRegion": place.region,
        "addressCountry": place.country_iso2,
    }
    return {
        "@type": "Place",
        "name": place.name,
        "address": {
            "@type": "PostalAddress",
            **{name: value for name, value in address.items() if value},
        },
    }


def _offer(offer: Offer, timezone: str | None) -> dict[str, Any]:
    document: dict[str, Any] = {
        "@type": "Offer",
        "name": offer.name,
        "price": f"{Decimal(offer.price.amount).scaleb(-exponent(offer.price.currency)):f}",
        "priceCurrency": offer.price.currency,
        "url": offer.url,
        "availability": SCHEMA + ("InStock" if offer.is_available else "SoldOut"),
    }
    if offer.valid_from is not None:
        document["validFrom"] = _local(offer.valid_from, timezone)
    return document
