"""Permissions, `<module>.<resource>.<action>`, and what the built-in roles are granted."""

from collections.abc import Iterable, Mapping

from houseful.kernel.problems import Invalid

_CRUD = ("read", "create", "update", "delete")

_CATALOGUE: Mapping[str, tuple[str, ...]] = {
    "venue.venues": _CRUD,
    "venue.spaces": _CRUD,
    "venue.sections": _CRUD,
    "venue.gates": _CRUD,
    "venue.availability": _CRUD,
    "venue.bookings": ("read", "create", "update", "confirm", "cancel", "override", "freeze"),
    "venue.rates": _CRUD,
    "venue.customers": _CRUD,
    "venue.feeds": ("read", "create", "delete"),
    "venue.deals": (*_CRUD, "offer", "accept"),
    "venue.contracts": (*_CRUD, "approve", "send", "void", "terminate"),
    "venue.contract_templates": (*_CRUD, "publish"),
    "venue.deposits": (*_CRUD, "invoice", "receive", "waive", "refund", "forfeit"),
    "venue.events": (*_CRUD, "link"),
    "venue.settlements": (*_CRUD, "agree", "pay"),
    "venue.reports": ("read", "export"),
    "directory.parties": _CRUD,
    "promoter.events": (*_CRUD, "publish", "postpone", "cancel", "archive"),
    "promoter.series": _CRUD,
    "promoter.settlements": ("read", "update"),
    "seating.layouts": (*_CRUD, "publish", "import"),
    "ticketing.types": _CRUD,
    "ticketing.prices": _CRUD,
    "ticketing.holds": _CRUD,
    "ticketing.inventory": ("update",),
    "ticketing.orders": (*_CRUD, "sell", "cancel"),
    "ticketing.tickets": (*_CRUD, "print", "void"),
    "ticketing.refunds": ("read", "create", "approve"),
    "ticketing.keys": ("read", "rotate", "revoke"),
    "sessions.activities": _CRUD,
    "sessions.sessions": (*_CRUD, "cancel"),
    "sessions.bookings": ("read", "create", "cancel", "attend"),
    "sessions.customers": _CRUD,
    "sessions.passes": (*_CRUD, "sell"),
    "sessions.wallets": ("read", "update"),
    "sessions.refunds": ("read", "create", "approve"),
    "sessions.debts": ("read", "waive"),
    "payments.transactions": ("read",),
    "payments.methods": ("read", "update"),
    "ledger.accounts": ("read",),
    "ledger.entries": ("read", "create"),
    "ledger.payouts": _CRUD,
    "scanning.devices": _CRUD,
    "scanning.gates": _CRUD,
    "scanning.scans": _CRUD,
    "messaging.deliveries": ("read", "create"),
    "accounts.organization": ("read", "update"),
    "accounts.members": _CRUD,
    "accounts.roles": _CRUD,
    "accounts.business_units": _CRUD,
    "audit.log": ("read",),
}

PERMISSIONS: frozenset[str] = frozenset(
    f"{resource}.{action}" for resource, actions in _CATALOGUE.items() for action in actions
)
"""Every permission that there is; a route that needs another one fails a test."""

OWNER = "owner"

_SEE_THE_HOUSE = (
    "accounts.organization.read",
    "venue.venues.read",
    "venue.spaces.read",
    "venue.sections.read",
    "venue.gates.read",
    "venue.availability.read",
    "promoter.events.read",
    "promoter.series.read",
    "seating.layouts.read",
    "ticketing.types.read",
    "ticketing.prices.read",
    "sessions.activities.read",
    "sessions.sessions.read",
)

BUILT_IN_ROLES: Mapping[str, tuple[str, ...]] = {
    OWNER: ("*",),
    "admin": (
        "venue.*",
        "directory.*",
        "promoter.*",
        "seating.*",
        "ticketing.*",
        "sessions.*",
        "payments.*",
        "ledger.accounts.read",
        "ledger.entries.read",
        "scanning.*",
        "messaging.*",
        "accounts.*",
        "audit.log.read",
    ),
    "staff": (
        *_SEE_THE_HOUSE,
        "venue.bookings.read",
        "venue.bookings.create",
        "venue.bookings.update",
        "venue.rates.read",
        "venue.customers.read",
        "venue.customers.create",
        "venue.customers.update",
        "directory.parties.read",
        "directory.parties.create",
        "ticketing.holds.*",
        "ticketing.orders.*",
        "ticketing.tickets.read",
        "ticketing.tickets.print",
        "ticketing.refunds.read",
        "sessions.bookings.*",
        "sessions.customers.*",
        "sessions.passes.read",
        "sessions.passes.sell",
        "sessions.wallets.read",
        "sessions.refunds.read",
        "sessions.refunds.create",
        "sessions.debts.read",
        "payments.transactions.read",
        "scanning.devices.read",
        "scanning.gates.read",
        "scanning.scans.*",
        "messaging.deliveries.*",
    ),
    "viewer": (
        *_SEE_THE_HOUSE,
        "ticketing.orders.read",
        "scanning.scans.read",
    ),
    "scanner_only": (
        "accounts.organization.read",
        "promoter.events.read",
        "venue.gates.read",
        "scanning.gates.read",
        "scanning.scans.create",
        "scanning.scans.read",
        "sessions.bookings.attend",
    ),
}
"""The same in every organisation, and as this release says, whenever the organisation was made."""

MODULES_BY_PLAN: Mapping[str, frozenset[str]] = {
    "free": frozenset({"venue", "finance", "promoter", "ticketing"}),
    "house": frozenset({"venue", "finance", "promoter", "ticketing", "sessions", "analytics"}),
}
MODULES: frozenset[str] = frozenset[str]().union(*MODULES_BY_PLAN.values())
VENUE_LIMIT_BY_PLAN: Mapping[str, int] = {"free": 1, "house": 100}
DEFAULT_PLAN = "free"


def granted_by(role: str, stored: Iterable[str], *, is_built_in: bool) -> frozenset[str]:
    """Return what a role grants: built-in ones as this release says, own ones as stored."""
    return frozenset(BUILT_IN_ROLES.get(role, ()) if is_built_in else stored)


def check_permissions(permissions: Iterable[str]) -> None:
    """Raise `Invalid` for a permission, or a wildcard such as `venue.*`, that grants nothing."""
    for position, permission in enumerate(permissions):
        is_wildcard = permission.endswith(".*") and any(
            known.startswith(permission[:-1]) for known in PERMISSIONS
        )
        if permission not in PERMISSIONS and not is_wildcard:
            raise Invalid.at(f"/permissions/{position}", f"There is no permission {permission}.")


def modules_of(plan: str, overrides: Mapping[str, bool]) -> frozenset[str]:
    """Return the modules of a plan with an organisation's overrides; `venue` implies `finance`."""
    modules = set(MODULES_BY_PLAN.get(plan, MODULES_BY_PLAN[DEFAULT_PLAN]))
    for module, is_on in overrides.items():
        (modules.add if is_on else modules.discard)(module)
    if "venue" in modules:
        modules.add("finance")
    return frozenset(modules)
