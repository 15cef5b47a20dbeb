"""Hire over HTTP: every part's routes."""

from houseful.hire.bookings import life_routes as booking_lives
from houseful.hire.bookings import routes as bookings
from houseful.hire.contracts import callbacks, template_routes
from houseful.hire.contracts import life_routes as contract_lives
from houseful.hire.contracts import routes as contracts
from houseful.hire.customers import routes as customers
from houseful.hire.deals import routes as deals
from houseful.hire.deposits import routes as deposits
from houseful.hire.feeds import routes as feeds
from houseful.hire.holds import freeze_routes
from houseful.hire.holds import routes as holds
from houseful.hire.papers import of_whole_house
from houseful.hire.rates import routes as rates
from houseful.hire.reports import routes as reports
from houseful.hire.series import routes as series
from houseful.hire.settlements import routes as settlements
from houseful.hire.venue_events import routes as venue_events

handlers = [
    *bookings.handlers,
    *booking_lives.handlers,
    *holds.handlers,
    *freeze_routes.handlers,
    *rates.handlers,
    *customers.handlers,
    *series.handlers,
    *feeds.handlers,
    *of_whole_house(
        [
            *deals.handlers,
            *template_routes.handlers,
            *contracts.handlers,
            *contract_lives.handlers,
            *deposits.handlers,
            *venue_events.handlers,
            *settlements.handlers,
            *reports.handlers,
            *settlements.promoter_handlers,
        ]
    ),
    *callbacks.handlers,
]
