"""The two short lists that tenancy allows: tables without a tenant, and functions across tenants.

A test reads the live catalogue and fails for any table or function that is on neither list and
breaks a rule of `docs/architecture.md`.
"""

from uuid import UUID

PLATFORM = UUID(int=0)
"""The tenant of what belongs to a person and to no organisation: the mail with a new password."""

GLOBAL_TABLES: dict[str, str] = {
    "alembic_version": "which migration the schema is at",
    "organizations": "the tenants themselves",
    "users": "people sign in once, whatever organisations they belong to",
    "sign_ins": "a person's refresh-token families, before any organisation is chosen",
    "password_resets": "one-time links to a person's new password",
    "signing_keys": "the issuer's key pairs (JWKS)",
    "countries": "ISO 3166",
    "cities": "offline geography",
    "venue_types": "the legacy catalogue, shared by all",
    "companies": "parties that more than one organisation deals with, each once",
    "people": "parties that more than one organisation deals with, each once",
    "rate_counters": "attempts per address, before anybody is known",
    "platform_audit": "acts outside any organisation: on a person, or by the platform's staff",
}
"""Each with its reason. Tables of the job queue (`procrastinate_*`) are global too."""

CROSS_TENANT_FUNCTIONS: dict[str, str] = {
    "organizations_unsealed": "audit: whose acts wait to be sealed",
    "books_unsealed": "ledger: whose entries wait to be sealed",
    "proof_figures": "metrics: what the last proofs found, and how old they are",
    "memberships_of_user": "sign-in: which organisations a person belongs to",
    "outbox_claim": "relay: facts of all tenants that wait for delivery",
    "outbox_mark": "relay: facts handed to the job queue",
    "outbox_pending": "metrics: how many facts wait",
    "outbox_forget": "clock: facts that were handed over long ago",
    "idempotency_keys_forget": "clock: answers that need not be remembered any more",
    "fact_deliveries_forget": "clock: deliveries that cannot be tried again",
    "feed_home": "calendar feeds: whose feed an address is",
    "hire_due": "clock: holds, challenges and bookings of all tenants whose time has come",
    "events_due": "clock: events of all tenants that begin or are over",
    "agreement_home": "signature service's callback: whose contract it is",
    "promoter_event": "venue events: whether a promoter has an event of this id",
    "promoter_events_of_source": "venue events: whose events had this object id before",
    "settlement_homes": "promoter: which settlements of other houses are theirs to see",
    "ticket_home": "customer API: whose ticket a public id is",
    "device_home": "door: whose device a key belongs to",
    "houses_of_customer": "/me: where a person is a customer",
}
"""Each runs as `houseful_platform`, and does one thing."""
