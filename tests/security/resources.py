"""How to make one of each thing that a route can name: one short function a thing.

`@makes("venue_id")` makes what routes call `venue_id`, in a path, a query or a body (`venueId`, and
`venueIds` in the plural). Where two rooms give one name to different things, `under="/api/v1/…"`
says whose addresses it is for. What a room's own builders can do, they do. A room with many things
has a file of its own beside this one, `<room>_resources.py`.

A body is made from its type, as small as it may be; where only some values make sense together,
`BODIES` and `WANTED` say which.
"""

from base64 import b64encode
from typing import Any
from uuid import UUID

from sqlalchemy import select

from houseful import events, ledger, payments, ticketing
from houseful.accounts.business_units import create_business_unit
from houseful.accounts.models import Membership
from houseful.accounts.roles import create_role
from houseful.calendar.schemas import NewBlock
from houseful.calendar.service import create_block
from houseful.directory.schemas import NewCompany, NewPerson
from houseful.directory.service import create_company, create_person
from houseful.kernel.database import UnitOfWork
from houseful.kernel.ids import new_id
from houseful.payments.payouts import request_payout
from houseful.venues import Gate, Space, Venue, VenueSection
from tests.builders.accounts import a_member
from tests.builders.calendar import at
from tests.builders.seating import a_layout
from tests.builders.sessions import a_photo
from tests.builders.ticketing import VAULT, Show, a_hold, a_paid_order, a_payment, a_show, an_order
from tests.builders.venues import a_gate, a_section, a_space, a_venue
from tests.seating.test_routes import PRETIX_PLAN
from tests.security import hire_resources as _hire  # noqa: F401 (its makers register)
from tests.security import messaging_resources as _messaging  # noqa: F401 (its makers register)
from tests.security import sessions_resources as _sessions  # noqa: F401 (its makers register)
from tests.security.places import Place, makes, once

BODIES: dict[str, Any] = {
    "PATCH /api/client/holds/{hold_id}": {"seats": [0]},
    "POST /api/client/holds": {"seats": [0]},
    "POST /api/v1/booking-series": {"rule": "FREQ=DAILY;COUNT=1"},
    "POST /api/v1/booking-series/{series_id}/skip": {"on": "2035-05-05"},
    "POST /api/v1/contracts": {"title": "Hire", "body": "The rent is due."},
    "POST /api/v1/deals": {"terms": {"shape": "flat", "currency": "EUR", "amountMinor": 100}},
    "POST /api/v1/events": {"placeholder": True, "placeholderPromoterName": "Somebody"},
    "POST /api/v1/layouts/import": PRETIX_PLAN,
    "POST /api/v1/memberships": {"role": "staff"},
    "PATCH /api/v1/memberships/{membership_id}": {"role": "staff"},
    "POST /sandbox/{organization_id}/{reference}": {"deed": "succeed"},
    "PUT /api/v1/activities/{activity_id}/picture": {"content": b64encode(a_photo()).decode()},
}
"""By route: what its body says besides, so that it is not refused for another reason."""

WANTED: dict[str, dict[str, str]] = {
    "POST /api/client/holds": {"eventId": "eventSlug"},
    "POST /api/v1/bookings": {"spaces": ""},
    "POST /api/v1/promoter/events": {"venueId": ""},
}
"""By route: which fields that may be left out its body has all the same, but beside another."""


@makes("organization_id")
async def an_organization(place: Place) -> UUID:
    return place.house.organization_id


@once
async def the_venue(place: Place) -> Venue:
    return await place.run(a_venue)


@makes("venue_id")
async def a_venue_id(place: Place) -> UUID:
    return (await the_venue(place)).id


@once
async def the_space(place: Place) -> Space:
    return await place.run(a_space, (await the_venue(place)).id)


@makes("space_id", "parent_space_id")
async def a_space_id(place: Place) -> UUID:
    return (await the_space(place)).id


@makes("gate_id")
async def a_gate_id(place: Place) -> UUID:
    gate: Gate = await place.run(a_gate, (await the_venue(place)).id)
    return gate.id


@makes("section_id")
async def a_section_id(place: Place) -> UUID:
    section: VenueSection = await place.run(a_section, (await the_venue(place)).id)
    return section.id


@makes("block_id")
async def a_block_id(place: Place) -> UUID:
    space_id = (await the_space(place)).id
    data = NewBlock(space_id=space_id, starts_at=at(2), ends_at=at(4), reason="Paint")
    return (await place.run(create_block, data)).id


@makes("business_unit_id")
async def a_business_unit_id(place: Place) -> UUID:
    return (await place.run(create_business_unit, "Studio")).id


@makes("role_id")
async def a_role_id(place: Place) -> UUID:
    return (await place.run(create_role, name="Usher", permissions=["venue.venues.read"])).id


@once
async def the_member(place: Place) -> Membership:
    return await a_member(place.database, place.house, f"max@{place.house.slug}.example")


@makes("membership_id", "member_id")
async def a_membership_id(place: Place) -> UUID:
    return (await the_member(place)).id


@makes("actor_id")
async def a_user_id(place: Place) -> UUID:
    return (await the_member(place)).user_id


@makes("company_id", under="/api/v1/directory")
async def a_company_id(place: Place) -> UUID:
    return (await place.run(create_company, NewCompany(name="Songs Ltd"))).id


@makes("person_id", under="/api/v1/directory")
async def a_person_id(place: Place) -> UUID:
    return (await place.run(create_person, NewPerson(name="Sam Singer"))).id


@once
async def the_show(place: Place) -> Show:
    show: Show = await place.run(
        a_show, standing=20, name=f"Songs of {place.house.slug}", **await _where(place)
    )
    return show


@once
async def the_draft(place: Place) -> events.ShownEvent:
    where = await _where(place)
    given = events.NewEvent(
        name="Not yet", start_at=at(18), end_at=at(21), doors_at=at(17), **where
    )
    return await place.run(events.create_event, given)


async def _where(place: Place) -> dict[str, Any]:
    return {"venue_id": (await the_venue(place)).id, "space_ids": [(await the_space(place)).id]}


@makes("event_id", under="/api/v1/promoter/events/{event_id}")
async def a_draft_id(place: Place) -> UUID:
    return (await the_draft(place)).id


@makes("event_id", under="/api/v1/promoter/events/{event_id}/")
@makes("event_id", "resource_id", "thing")
async def an_event_id(place: Place) -> UUID:
    return (await the_show(place)).event_id


@once
async def the_show_of_the_shop(place: Place) -> Show:
    """Return a show that nobody takes from the public by an act of the office."""
    show: Show = await place.run(a_show, standing=20, name=f"Nights of {place.house.slug}")
    return show


@makes("event")
async def a_slug_of_the_shop(place: Place) -> str:
    return (await the_show_of_the_shop(place)).slug


@makes("slug", "event_slug")
async def a_slug(place: Place) -> str:
    return (await the_show(place)).slug


@makes("series_id")
async def a_series_id(place: Place) -> UUID:
    given = events.NewSeries(name=f"Season of {place.house.slug}")
    return (await place.run(events.create_series, given)).id


@makes("layout_id", "family_id")
async def a_layout_id(place: Place) -> UUID:
    return (await place.run(a_layout, in_state="draft")).id


@makes("pool_id")
async def a_pool_id(place: Place) -> UUID | None:
    return (await the_show(place)).pool_id


@makes("ticket_type_id", "type_id")
async def a_ticket_type_id(place: Place) -> UUID | None:
    return (await the_show(place)).seat_type_id


@once
async def the_hold(place: Place) -> ticketing.TakenHold:
    return await a_hold(place.database, await the_show(place), 0, 1)


@makes("hold_id")
async def a_hold_id(place: Place) -> UUID:
    return (await the_hold(place)).state.id


@once
async def the_paid_order(place: Place) -> ticketing.Order:
    return await a_paid_order(place.database, await the_show(place), 2, 3)


@makes("order_id", "subject_id", "subject")
async def a_paid_order_id(place: Place) -> UUID:
    return (await the_paid_order(place)).id


@once
async def the_unpaid_order(place: Place) -> ticketing.Order:
    return await an_order(place.database, await the_show(place), 4)


@makes("order_id", under="/api/client/checkout")
async def an_unpaid_order_id(place: Place) -> UUID:
    return (await the_unpaid_order(place)).id


@once
async def the_ticket(place: Place) -> ticketing.Ticket:
    order = await the_paid_order(place)

    async def read(uow: UnitOfWork) -> ticketing.Ticket:
        return await uow.first(
            select(ticketing.Ticket).where(ticketing.Ticket.order_id == order.id)
        )

    return await place.run(read)


@makes("ticket_id")
async def a_ticket_id(place: Place) -> UUID:
    return (await the_ticket(place)).id


@makes("public_id")
async def a_public_id(place: Place) -> str:
    return (await the_ticket(place)).public_id


@makes("transaction_id")
async def a_transaction_id(place: Place) -> UUID:
    order = await the_paid_order(place)
    attempts = await place.run(payments.find_transactions, ticketing.PAYABLE_KIND, order.id)
    return attempts[0].id


@makes("reference", under="/sandbox")
async def a_sandbox_reference(place: Place) -> str | None:
    order = await the_unpaid_order(place)
    return (await a_payment(place.database, await the_show(place), order)).provider_payment_id


@makes("refund_id")
async def a_refund_id(place: Place) -> UUID:
    refund = await place.run(
        payments.request_refund,
        await a_transaction_id(place),
        100,
        reason="Rain",
        lines=[ledger.debit(ledger.chart.ORGANISER_FUNDS, 100)],
        allocation=[],
        is_approved=False,
    )
    return refund.id


@makes("payout_id")
async def a_payout_id(place: Place) -> UUID:
    await place.run(
        ledger.post,
        ledger.Entry(
            kind="release",
            source_key=f"release:{new_id()}",
            subject_kind="event",
            subject_id=await an_event_id(place),
            currency="EUR",
            lines=[
                ledger.debit(ledger.chart.ORGANISER_FUNDS, 500),
                ledger.credit(ledger.chart.ORGANISER_PAYABLE, 500),
            ],
        ),
    )
    return (await place.run(request_payout, amount_minor=500, currency="EUR")).id


@makes("provider_payout_id")
async def a_provider_payout_id(place: Place) -> UUID:
    await the_paid_order(place)
    payout = await place.run(
        payments.record_provider_payout,
        provider="sandbox",
        reference="po_1",
        amount_minor=100,
        currency="EUR",
    )
    return payout.id


@makes("provider")
async def a_provider(place: Place) -> str:
    return "terminal"


@makes("report")
async def a_report(place: Place) -> str:
    return "utilization"


@makes("entry_id")
async def an_entry_id(place: Place) -> UUID:
    entry = ledger.Entry(
        kind="rent",
        source_key=f"rent:{new_id()}",
        subject_kind="venue",
        subject_id=(await the_venue(place)).id,
        currency="EUR",
        lines=[
            ledger.debit(ledger.chart.BANK, 100),
            ledger.credit(ledger.chart.RENT_REVENUE, 100),
        ],
    )
    return await place.run(ledger.post, entry)


@makes("hold_token")
async def the_secret_of_a_hold(place: Place) -> str:
    return (await the_hold(place)).token


@makes("token", under="/{organization}")
@makes("token", under="/api/client")
async def the_secret_of_an_order(place: Place) -> str:
    return VAULT.order_token((await the_paid_order(place)).id)


@makes("token", under="/api/client/checkout")
async def the_secret_of_an_unpaid_order(place: Place) -> str:
    return VAULT.order_token((await the_unpaid_order(place)).id)


@makes("way_id", under="/office/{organization}/gates")
async def a_gate_as_a_way(place: Place) -> UUID:
    return await a_gate_id(place)


@makes("way_id", under="/office/{organization}/sections")
async def a_section_as_a_way(place: Place) -> UUID:
    return await a_section_id(place)


@makes("run_id", under="/api/v1/refund-runs")
async def a_refund_run_id(place: Place) -> UUID:
    show: Show = await place.run(a_show, name=f"Cancelled night of {place.house.slug}")
    await place.run(events.cancel_event, show.event_id, events.Cancellation(reason="Storm"))
    return (await place.run(ticketing.start_refunds, show.event_id, reason="Storm")).id


@makes("key_id")
async def a_key_id(place: Place) -> str:
    keys = await place.run(ticketing.keys_of, await an_event_id(place))
    return keys[0].key_id
