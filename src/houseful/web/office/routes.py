"""Every page of the office."""

from houseful.web.office import (
    events,
    layout_geometry,
    layouts,
    ledger,
    members,
    spaces,
    today,
    venues,
    ways,
)

handlers = [
    *today.handlers,
    *events.handlers,
    *layouts.handlers,
    *layout_geometry.handlers,
    *venues.handlers,
    *spaces.handlers,
    *ways.handlers,
    *ledger.handlers,
    *members.handlers,
]
