"""Every page of the office."""

from houseful.web.office import (
    event,
    event_details,
    event_sale,
    event_types,
    events,
    layout_geometry,
    layouts,
    ledger,
    members,
    order,
    orders,
    outbox,
    spaces,
    today,
    venues,
    ways,
)

handlers = [
    *today.handlers,
    *events.handlers,
    *event.handlers,
    *event_details.handlers,
    *event_sale.handlers,
    *event_types.handlers,
    *layouts.handlers,
    *layout_geometry.handlers,
    *venues.handlers,
    *spaces.handlers,
    *ways.handlers,
    *orders.handlers,
    *order.handlers,
    *ledger.handlers,
    *members.handlers,
    *outbox.handlers,
]
