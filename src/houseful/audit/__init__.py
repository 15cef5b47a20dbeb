"""Who did what to which, and what changed: append-only, in the transaction of the act itself.

Rows hold ids and field names; secrets and personal data are named but never shown.
"""

from houseful.audit.service import record

__all__ = ["record"]
