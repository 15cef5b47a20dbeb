"""Permissions, `<module>.<resource>.<action>`, and what the built-in roles are granted."""

from collections.abc import Mapping

OWNER = "owner"

BUILT_IN_ROLES: Mapping[str, tuple[str, ...]] = {
    OWNER: ("*",),
    "admin": (
        "venue.*",
        "directory.*",
        "promoter.*",
        "seating.*",
        "ticketing.*",
        "payments.*",
        "ledger.accounts.read",
        "ledger.entries.read",
        "scanning.*",
        "messaging.*",
        "accounts.*",
        "audit.log.read",
    ),
    "staff": (
        "venue.venues.read",
        "venue.spaces.read",
        "venue.sections.read",
        "venue.gates.read",
        "venue.availability.read",
        "directory.parties.read",
        "directory.parties.create",
        "promoter.events.read",
        "seating.layouts.read",
        "ticketing.types.read",
        "ticketing.prices.read",
        "ticketing.orders.*",
        "ticketing.tickets.read",
        "ticketing.refunds.read",
        "payments.transactions.read",
        "scanning.devices.read",
        "scanning.scans.*",
        "messaging.deliveries.read",
    ),
    "viewer": (
        "venue.venues.read",
        "venue.spaces.read",
        "venue.sections.read",
        "venue.gates.read",
        "venue.availability.read",
        "promoter.events.read",
        "seating.layouts.read",
        "ticketing.types.read",
        "ticketing.prices.read",
        "ticketing.orders.read",
        "scanning.scans.read",
    ),
    "scanner_only": (
        "promoter.events.read",
        "venue.gates.read",
        "scanning.scans.create",
        "scanning.scans.read",
    ),
}

MODULES_BY_PLAN: Mapping[str, frozenset[str]] = {
    "free": frozenset({"venue", "finance", "promoter", "ticketing"}),
    "house": frozenset({"venue", "finance", "promoter", "ticketing", "sessions", "analytics"}),
}
VENUE_LIMIT_BY_PLAN: Mapping[str, int] = {"free": 1, "house": 100}
DEFAULT_PLAN = "free"


def modules_of(plan: str, overrides: Mapping[str, bool]) -> frozenset[str]:
    """Return the modules of a plan with an organisation's overrides; `venue` implies `finance`."""
    modules = set(MODULES_BY_PLAN.get(plan, MODULES_BY_PLAN[DEFAULT_PLAN]))
    for module, is_on in overrides.items():
        (modules.add if is_on else modules.discard)(module)
    if "venue" in modules:
        modules.add("finance")
    return frozenset(modules)
